import { describe, expect, it, jest } from '@jest/globals';
import { WithStartWorkflowOperation } from '@temporalio/client';
import {
  type CodeProof,
  ENROLL_MFA_WORKFLOW,
  UPDATES,
} from '../../workflows/contract/enroll-mfa.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { ASSOCIATE, exchanged } from '../support/auth0-record.ts';
import { clientOf, inputOf } from '../support/client-enrollment.ts';
import { acceptedUpdate } from '../support/history-watch.ts';
import { login } from '../support/login.ts';
import { createWorld } from '../support/world.ts';

/** Long enough for a call that reaches the server, short where nobody is there to answer. */
const NOBODY_ANSWERS_MS = 1_500;

const TEXTED = { status: 'accepted', next: { type: 'enter-sms-code', challenge: 1 } };

describe('a start with a login', () => {
  it('delivers it in the request that starts, and gives its answer', async () => {
    await using world = await createWorld();
    const { workflowService } = world.client;
    const starts = jest.spyOn(workflowService, 'startWorkflowExecution');
    const both = jest.spyOn(workflowService, 'executeMultiOperation');
    const input = { ...inputOf(world), login: await login(world) };
    const { enrollment, ...told } = await clientOf(world).start(input);
    expect(told).toMatchObject({ started: true, differs: [], login: TEXTED });
    expect([both.mock.calls.length, starts.mock.calls.length]).toEqual([1, 0]);
    const handle = world.client.workflow.getHandle(enrollment.workflowId);
    expect((await handle.describe()).runId).toBe(enrollment.runId);
    const events = (await handle.fetchHistory()).events ?? [];
    const tasks = events.findIndex(({ workflowTaskCompletedEventAttributes: done }) => done);
    const taken = events.findIndex((event) => acceptedUpdate(event) !== undefined);
    // The first task took it: no other one was completed before.
    const between = events.slice(tasks + 1, taken);
    expect(between.some(({ workflowTaskCompletedEventAttributes: done }) => done)).toBe(false);
  });

  it('that is repeated is given the same answer by the same enrollment', async () => {
    await using world = await createWorld();
    const input = { ...inputOf(world), login: await login(world) };
    const first = await clientOf(world).start(input);
    const second = await clientOf(world).start(input);
    expect(second).toMatchObject({ started: false, differs: [], login: first.login });
    expect(second.enrollment.runId).toBe(first.enrollment.runId);
    expect(exchanged(world)).toBe(1);
  });

  it('that is pressed twice at the same time starts one enrollment', async () => {
    await using world = await createWorld();
    const input = { ...inputOf(world), login: await login(world) };
    const both = await Promise.all([clientOf(world).start(input), clientOf(world).start(input)]);
    expect(both.map(({ started }) => started).toSorted()).toEqual([false, true]);
    expect(both.map(({ login }) => login)).toMatchObject([TEXTED, TEXTED]);
    expect(new Set(both.map(({ enrollment }) => enrollment.runId)).size).toBe(1);
    expect(exchanged(world)).toBe(1);
  });

  it('that an enrollment has had which has ended starts another, which refuses it', async () => {
    await using world = await createWorld();
    const input = { ...inputOf(world), login: await login(world) };
    const first = await clientOf(world).start(input);
    await first.enrollment.cancel({ by: 'ops', reason: 'test' });
    await first.enrollment.result();
    const second = await clientOf(world).start(input);
    expect(second).toMatchObject({
      ...{ started: true, differs: [] },
      login: { status: 'refused', refusal: 'login-code-refused' },
    });
    expect(second.enrollment.runId).not.toBe(first.enrollment.runId);
    expect(await clientOf(world).start(input)).toMatchObject({
      ...{ started: false, login: second.login },
      enrollment: { runId: second.enrollment.runId },
    });
  });

  it('of the wrong shape starts nothing', async () => {
    await using world = await createWorld({ worker: false });
    const { nonce: _nonce, ...cut } = await login(world);
    const starting = clientOf(world).start({ ...inputOf(world), login: cut as CodeProof });
    await expect(starting).rejects.toMatchObject({
      code: 'invalid-input',
      problems: [expect.stringMatching(/^login\.nonce: must be a string/)],
    });
    await expect(clientOf(world).of(world.user.userId).progress()).rejects.toMatchObject({
      code: 'enrollment-not-found',
    });
  });

  it('while no worker is up starts all the same, says so, and may be repeated', async () => {
    await using world = await createWorld({ worker: false });
    const input = { ...inputOf(world), login: await login(world) };
    const options = { timeoutMs: NOBODY_ANSWERS_MS };
    const { workflowId } = clientOf(world).of(world.user.userId);
    for (const time of ['the first', 'the second']) {
      const error: unknown = await clientOf(world)
        .start(input, options)
        .catch((reason: unknown) => reason);
      expect({ time, error }).toMatchObject({
        time,
        error: {
          ...{ code: 'no-answer-yet', asked: 'start', workflowId },
          message: expect.stringContaining('may have been started: start it again, with the same'),
        },
      });
    }
    const { status, runId } = await world.client.workflow.getHandle(workflowId).describe();
    expect(status.name).toBe('RUNNING');
    await world.startWorker();
    const { enrollment, ...told } = await clientOf(world).start(input);
    expect(told).toMatchObject({ started: false, differs: [], login: TEXTED });
    expect(enrollment.runId).toBe(runId);
    expect(exchanged(world)).toBe(1);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
  });

  it('whose reply is lost may be repeated', async () => {
    await using world = await createWorld();
    const input = { ...inputOf(world), login: await login(world) };
    const { workflowService } = world.client;
    const asked = workflowService.executeMultiOperation.bind(workflowService);
    const lost = async (request: Parameters<typeof asked>[0]) => {
      await asked(request);
      const details = 'connection reset';
      throw Object.assign(new Error(details), { code: 14, details, metadata: new Map() });
    };
    jest.spyOn(workflowService, 'executeMultiOperation').mockImplementationOnce(lost);
    await expect(clientOf(world).start(input)).rejects.toMatchObject({
      code: 'temporal-unavailable',
    });
    const again = await clientOf(world).start(input);
    expect(again).toMatchObject({ started: false, differs: [], login: TEXTED });
    expect(exchanged(world)).toBe(1);
  });
});

describe('an update-with-start of a raw client', () => {
  it('whose input is refused is told why, as the run is', async () => {
    await using world = await createWorld();
    const { tenant, taskQueue, user } = world;
    const { userId } = user;
    const workflowId = enrollMfaWorkflowId(tenant, userId);
    const startWorkflowOperation = new WithStartWorkflowOperation(ENROLL_MFA_WORKFLOW, {
      ...{ workflowId, taskQueue, workflowIdConflictPolicy: 'FAIL' },
      args: [{ tenant, userId, requestedBy: 'raw' }],
    });
    const asked = world.client.workflow.executeUpdateWithStart(UPDATES.completeLogin, {
      args: [await login(world)],
      startWorkflowOperation,
    });
    const message = expect.stringMatching(/^phoneNumber: must be an E\.164 number/);
    await expect(asked).rejects.toMatchObject({ cause: { type: 'invalid-input', message } });
    const handle = await startWorkflowOperation.workflowHandle();
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'invalid-input', message },
    });
    expect(exchanged(world)).toBe(0);
  });
});
