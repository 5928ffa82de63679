import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { type WorkflowHandle } from '@temporalio/client';
import {
  ENROLL_MFA_WORKFLOW,
  type DetailedProgress,
  type SetUp,
} from '../../workflows/contract/enroll-mfa.ts';
import {
  MFA_OUTCOME,
  MFA_PHASE,
  MFA_REASON,
  MFA_REQUESTED_BY,
} from '../../workflows/contract/search-attributes.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { Enrollee } from '../support/enrollee.ts';
import { payloadKeys } from '../support/payload-keys.ts';
import { requiredVariable } from '../support/required-variable.ts';
import { createWorld, type World } from '../support/world.ts';

const execute = promisify(execFile);

/** Waits for the end, whatever it is, and reads what an administrator can search by. */
async function ended(handle: WorkflowHandle): Promise<Record<string, unknown>> {
  await handle.result().catch(() => undefined);
  const { typedSearchAttributes: attributes } = await handle.describe();
  const keys = [MFA_PHASE, MFA_OUTCOME, MFA_REASON, MFA_REQUESTED_BY];
  return Object.fromEntries(keys.map((key) => [key.name, attributes.get(key)]));
}

/** The current details, as the Web UI asks for them. */
async function details(handle: WorkflowHandle): Promise<string> {
  const metadata = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails;
}

function startRaw(world: World, userId: string, input: unknown): Promise<WorkflowHandle> {
  return world.client.workflow.start(ENROLL_MFA_WORKFLOW, {
    workflowId: enrollMfaWorkflowId(world.tenant, userId),
    taskQueue: world.taskQueue,
    args: [input],
  });
}

describe('an ended run shows outcome and reason', () => {
  it('enrolled', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { factors: ['sms'] });
    await person.enrollSms();
    expect(await ended(person.handle)).toEqual({
      ...{ MfaPhase: 'enrolled', MfaOutcome: 'enrolled', MfaReason: 'every-factor-active' },
      MfaRequestedBy: 'test',
    });
  });

  it('cancelled through Temporal before any worker took it', async () => {
    await using world = await createWorld({ worker: false });
    const person = await Enrollee.start(world);
    await person.handle.cancel();
    await world.startWorker();
    expect(await ended(person.handle)).toEqual({
      ...{ MfaPhase: 'cancelled', MfaOutcome: 'cancelled' },
      ...{ MfaReason: 'cancelled-through-temporal', MfaRequestedBy: 'test' },
    });
  });
});

describe('a refused start', () => {
  it.each([
    ['no object', 'nonsense', undefined],
    ['a field that is missing', { requestedBy: 'crm' }, 'crm'],
    ['a requester that is none', { requestedBy: 7 }, undefined],
  ])('shows outcome and reason, whatever it was given: %s', async (_what, input, requestedBy) => {
    await using world = await createWorld();
    const handle = await startRaw(world, world.user.userId, input);
    expect(await ended(handle)).toEqual({
      ...{ MfaPhase: 'failed', MfaOutcome: 'failed', MfaReason: 'invalid-input' },
      MfaRequestedBy: requestedBy,
    });
    expect(await details(handle)).toContain('**failed**: `invalid-input`');
    expect(world.emulator.journal.entries).toEqual([]);
  });

  it('answers queries: that it failed, and each problem', async () => {
    await using world = await createWorld();
    const { tenant, user } = world;
    const input = { tenant, userId: user.userId, requestedBy: 'crm', phoneNumber: '415' };
    const handle = await startRaw(world, user.userId, input);
    await ended(handle);
    const progress = await handle.query<DetailedProgress>('progress');
    expect(progress).toMatchObject({
      ...{ phase: 'failed', outcome: 'failed', reason: 'invalid-input' },
      ...{ plan: [], next: { type: 'nothing' }, recoveryCode: 'none' },
    });
    expect(progress.timeline.map(({ what }) => what)).toEqual([
      expect.stringContaining('phoneNumber: must be an E.164 number'),
      'failed: invalid-input',
    ]);
    expect(await handle.query<SetUp>('setUp')).toEqual({ outcome: 'failed' });
    const { timeline: _timeline, ...shown } = progress;
    expect((await handle.describe()).memo).toMatchObject({ progress: shown });
  });

  it('ends however many fields it has that nobody knows, with a message that fits', async () => {
    await using world = await createWorld();
    const many = Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`f${i}`, 1]));
    const handle = await startRaw(world, world.user.userId, many);
    expect(await ended(handle)).toMatchObject({ MfaReason: 'invalid-input' });
  });

  it('is readable without the keys, and names fields and rules only', async () => {
    await using keys = await payloadKeys();
    await using world = await createWorld({ encryption: keys.plugin });
    const { tenant, user } = world;
    const number = '+44 20 7946 0958 ada@example.com';
    const handle = await startRaw(world, user.userId, {
      ...{ tenant, userId: user.userId, requestedBy: 'crm', phoneNumber: number },
      ...{ [number]: 'x', phonenumber: 'x', reason: 5 },
    });
    await ended(handle);
    const { stdout } = await execute(requiredVariable('TEMPORAL_CLI'), [
      ...['workflow', 'show', '--workflow-id', handle.workflowId, '--address', world.address],
    ]);
    expect(stdout).toContain('phoneNumber: must be an E.164 number');
    expect(stdout).toContain('phonenumber: is not a field here');
    expect(stdout).not.toContain('Encoded failure');
    for (const value of ['7946', 'ada@example.com']) expect(stdout).not.toContain(value);
  });
});
