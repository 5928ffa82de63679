import { describe, expect, it } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import { type ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { ENROLL_MFA_WORKFLOW } from '../../workflows/contract/enroll-mfa.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { ACTIVE_SMS, ASSOCIATE, held, INACTIVE_TOTP, TOKEN } from '../support/auth0-record.ts';
import { Enrollee, RESENDS } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { CLIENT_ID, createWorld, REDIRECT_URI } from '../support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('a cancel', () => {
  it('before anything was asked for touches nothing at Auth0', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.handle.signal('cancel', { by: 'admin', reason: 'left the company' });
    expect(await person.result()).toEqual({
      outcome: 'cancelled',
      factors: [
        { factor: 'sms', status: 'pending' },
        { factor: 'totp', status: 'pending' },
      ],
      recoveryCode: 'none',
      orphans: [],
      cancelledBy: 'admin',
      reason: 'left the company',
    });
    expect(world.emulator.journal.entries).toEqual([]);
  });

  it('removes what is unconfirmed and keeps what is confirmed (I1, I8)', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.enrollSms();
    await person.logIn();
    expect(held(world)).toEqual([ACTIVE_SMS, INACTIVE_TOTP]);
    await person.handle.signal('cancel', { by: 'admin', reason: 'test' });
    expect(await person.result()).toMatchObject({
      outcome: 'cancelled',
      factors: [{ status: 'enrolled' }, { status: 'in-progress' }],
      orphans: [],
    });
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });

  it('of Temporal itself cleans up too, and the run reads Canceled', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.logIn();
    await person.handle.cancel();
    await expect(person.result()).rejects.toHaveProperty('cause', expect.any(CancelledFailure));
    expect((await person.handle.describe()).status.name).toBe('CANCELLED');
    expect(held(world)).toEqual([]);
  });

  it('without who and why is refused, and the run goes on', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.handle.signal('cancel');
    expect((await person.untilRefused('malformed')).lastRefusal?.hint).toContain('by: must be');
    await person.enrollSms();
  });
});

describe('the deadline', () => {
  it('is not reached before its time, and can be put off', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { deadlineMs: 2 * HOUR });
    await fastForward(world, person.handle, HOUR);
    expect((await person.progress()).phase).toBe('awaiting-login');
    const { deadline } = await person.progress();
    await person.handle.signal('extendDeadline', {
      deadlineMs: 4 * HOUR,
      by: 'admin',
      reason: 'was ill',
    });
    await person.until((progress) => progress.deadline > deadline);
    await fastForward(world, person.handle, 2 * HOUR);
    expect((await person.progress()).phase).toBe('awaiting-login');
    await fastForward(world, person.handle, 2 * HOUR);
    expect(await person.result()).toMatchObject({ outcome: 'expired' });
  });

  it.each([
    ['deadline-not-later', HOUR],
    ['deadline-too-late', 8 * 24 * HOUR],
  ] as const)('is not moved: %s', async (refusal, deadlineMs) => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { deadlineMs: 2 * HOUR });
    const { deadline } = await person.progress();
    await person.handle.signal('extendDeadline', { deadlineMs, by: 'admin', reason: 'test' });
    expect((await person.untilRefused(refusal)).deadline).toBe(deadline);
  });
});

describe('the end of a session', () => {
  it('removes what it left unconfirmed and asks for a new login, which texts again', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.logIn();
    expect(await fastForward(world, person.handle, 10 * MINUTE)).toBe('reached');
    expect(await person.progress()).toMatchObject({
      phase: 'awaiting-login',
      next: { type: 'log-in', factor: 'sms' },
    });
    expect(held(world)).toEqual([]);
    expect(await person.logIn()).toMatchObject({
      next: { type: 'enter-sms-code', challenge: 2, sendsLeft: 3 },
    });
    await person.submit(person.texted(), 2);
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
  });
});

describe('sends', () => {
  it('are five, each after its cool-down; then the person waits', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.logIn();
    for (const [challenge, cooldownMs] of RESENDS) {
      expect(await person.resend(challenge)).toMatchObject({ refusal: 'cooling-down' });
      await fastForward(world, person.handle, cooldownMs);
      expect(await person.resend(challenge)).toMatchObject({ status: 'accepted' });
    }
    await fastForward(world, person.handle, 10 * MINUTE);
    await person.logIn();
    await fastForward(world, person.handle, 9 * MINUTE);
    expect(await person.resend(5)).toMatchObject({ refusal: 'no-sends-left' });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(5);
  });

  it('to another number count and cool down too', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.logIn();
    await fastForward(world, person.handle, MINUTE);
    expect(await person.changePhoneNumber('+14155550199')).toMatchObject({
      status: 'accepted',
      next: { type: 'enter-sms-code', challenge: 2, sendsLeft: 3 },
    });
    expect(await person.submit(person.texted('+14155550199'), 2)).toMatchObject({
      status: 'confirmed',
    });
  });
});

describe('a failure', () => {
  it('of the input names every problem and asks Auth0 nothing', async () => {
    await using world = await createWorld();
    const handle = await world.client.workflow.start(ENROLL_MFA_WORKFLOW, {
      workflowId: enrollMfaWorkflowId(world.tenant, world.user.userId),
      taskQueue: world.taskQueue,
      args: [{ tenant: world.tenant, userId: world.user.userId, factors: ['fax'], phone: 1 }],
    });
    const failed: unknown = await handle.result().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(WorkflowFailedError);
    expect(failed).toMatchObject({ cause: { type: 'invalid-input' } });
    const { message } = (failed as WorkflowFailedError).cause as ApplicationFailure;
    for (const field of ['factors', 'phone', 'requestedBy']) expect(message).toContain(field);
    expect(world.emulator.journal.entries).toEqual([]);
  });

  it('of the configuration ends the run, says the remedy, and asks Auth0 nothing', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { tenant: 'another.eu.auth0.com' });
    const proof = await person.proof();
    const requests = world.emulator.journal.count(TOKEN);
    await person.handle.signal('loginCompleted', proof);
    const failed: unknown = await person.result().catch((error: unknown) => error);
    expect(failed).toMatchObject({ cause: { type: 'configuration-fault' } });
    expect(String((failed as WorkflowFailedError).cause)).toContain('AUTH0_DOMAIN');
    expect(world.emulator.journal.count(TOKEN)).toBe(requests);
  });

  it('of the client’s secret ends the run with the remedy, and texts nobody', async () => {
    const changed = { clientId: CLIENT_ID, clientSecret: 'changed in the dashboard' };
    const clients = [{ ...changed, redirectUris: [REDIRECT_URI] }];
    await using world = await createWorld({ emulator: { clients } });
    const person = await Enrollee.start(world);
    await person.handle.signal('loginCompleted', await person.proof());
    const failed: unknown = await person.result().catch((error: unknown) => error);
    expect(failed).toMatchObject({ cause: { type: 'configuration-fault' } });
    expect(String((failed as WorkflowFailedError).cause)).toContain('AUTH0_CLIENT_SECRET');
    expect(world.emulator.inbox.messages()).toEqual([]);
  });

  it('is told to whoever waits with the login or the code that brought it to light', async () => {
    await using world = await createWorld();
    const stranger = await Enrollee.start(world, { tenant: 'another.eu.auth0.com' });
    const over = { refusal: 'ended', next: { type: 'nothing' } };
    expect(await stranger.logIn()).toMatchObject(over);
    await expect(stranger.result()).rejects.toMatchObject({
      cause: { type: 'configuration-fault' },
    });

    const person = await Enrollee.start(world);
    await person.logIn();
    const action = { status: 401, body: { error: 'invalid_client' } };
    world.emulator.faults.add({ endpoint: TOKEN, when: 'before', action });
    expect(await person.submit(person.texted(), 1)).toMatchObject(over);
    await expect(person.result()).rejects.toMatchObject({
      cause: { type: 'configuration-fault' },
    });
    expect(held(world)).toEqual([]);
  });
});
