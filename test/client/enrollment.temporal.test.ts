import { describe, expect, it } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { DeviceKey } from '@durable-mfa/client/login';
import { ENROLL_MFA_WORKFLOW } from '../../workflows/contract/enroll-mfa.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { judged } from '../support/auth0-record.ts';
import { clientOf, inputOf, newestCode, startEnrollment } from '../support/client-enrollment.ts';
import { fastForward } from '../support/fast-forward.ts';
import { login } from '../support/login.ts';
import { createWorld, type World } from '../support/world.ts';

const HOUR_MS = 3_600_000;

/** Six digits that the newest text does not hold. */
function wrong(world: World, offset = 1): string {
  return String((Number(newestCode(world)) + offset) % 1_000_000).padStart(6, '0');
}

describe('an enrollment', () => {
  it('goes from nothing to two factors by its answers alone', async () => {
    await using world = await createWorld();
    const key = await DeviceKey.generate();
    const enrollment = await startEnrollment(world);
    expect(await enrollment.progress()).toMatchObject({
      phase: 'awaiting-login',
      next: { type: 'log-in', factor: 'sms' },
    });
    const sealTo = key.publicKey;
    const first = await enrollment.completeLogin(await login(world, world.user, { sealTo }));
    expect(first).toMatchObject({ status: 'accepted', next: { type: 'enter-sms-code' } });
    const sms = await enrollment.submitCode({ challenge: 1, code: newestCode(world) });
    expect(sms).toMatchObject({ status: 'confirmed', next: { type: 'log-in', factor: 'totp' } });
    const second = await enrollment.completeLogin(await login(world, world.user, { sealTo }));
    expect(second).toMatchObject({ next: { type: 'scan-and-enter-otp', kid: key.thumbprint } });
    const { totp } = await enrollment.setUp(key.thumbprint);
    if (totp === undefined) throw new Error('There is no set-up.');
    const { secret } = await key.openTotp(totp);
    const otp = new TOTP({ secret: Secret.fromBase32(secret) });
    const submitted = { challenge: 2, code: otp.generate({ timestamp: world.clock.now() }) };
    const idempotencyKey = 'request-7';
    const answer = await enrollment.submitCode(submitted, { idempotencyKey });
    expect(answer).toMatchObject({ status: 'confirmed', next: { type: 'nothing' } });
    expect(await enrollment.result()).toMatchObject({
      outcome: 'enrolled',
      factors: [
        { factor: 'sms', status: 'enrolled' },
        { factor: 'totp', status: 'enrolled' },
      ],
      orphans: [],
    });
    // The caller whose connection broke just then asks again, and is told the same.
    expect(await enrollment.submitCode(submitted, { idempotencyKey })).toEqual(answer);
  });

  it('shows a set-up only to the key that it is sealed to', async () => {
    await using world = await createWorld();
    const key = await DeviceKey.generate();
    const enrollment = await startEnrollment(world, ['totp']);
    await enrollment.completeLogin(await login(world, world.user, { sealTo: key.publicKey }));
    expect(await enrollment.setUp('another-key')).toEqual({});
    expect(await enrollment.setUp()).toMatchObject({ totp: { kid: key.thumbprint } });
  });
});

describe('a refusal is an answer', () => {
  it('of the flow', async () => {
    await using world = await createWorld();
    const enrollment = await startEnrollment(world);
    expect(await enrollment.submitCode({ challenge: 1, code: '123456' })).toMatchObject({
      status: 'refused',
      refusal: 'no-code-expected',
      hint: expect.any(String),
      next: { type: 'log-in' },
    });
    expect(judged(world)).toBe(0);
  });

  it('of a validator, with the next action', async () => {
    await using world = await createWorld();
    const enrollment = await startEnrollment(world);
    await enrollment.completeLogin(await login(world));
    for (const offset of [1, 2, 3, 4]) {
      const answer = await enrollment.submitCode({ challenge: 1, code: wrong(world, offset) });
      expect(answer).toMatchObject({ status: 'wrong-code', attemptsLeft: 4 - offset });
    }
    expect(await enrollment.submitCode({ challenge: 1, code: newestCode(world) })).toMatchObject({
      status: 'refused',
      refusal: 'no-attempts-left',
      hint: expect.stringMatching(/Look at the next action for a new one/),
      next: { type: 'request-resend', challenge: 1 },
    });
    expect(judged(world)).toBe(4);
  });

  it('but malformed input is an error, and nothing was sent', async () => {
    await using world = await createWorld();
    const enrollment = await startEnrollment(world);
    for (const call of [
      () => enrollment.completeLogin({ code: '', codeVerifier: 'v', redirectUri: 'r', nonce: 'n' }),
      () => enrollment.submitCode({ challenge: 1, code: '12345' }),
      () => enrollment.resendCode({ challenge: 0 }),
      () => enrollment.changePhoneNumber('415 555 1234'),
      () => enrollment.cancel({ by: '', reason: 'x' }),
      () => enrollment.extendDeadline({ deadlineMs: 1, by: 'ops', reason: 'x' }),
      () => enrollment.submitCode({ challenge: 1, code: '123456' }, { idempotencyKey: '' }),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'invalid-input' });
    }
    expect(await enrollment.progress()).not.toHaveProperty('lastRefusal');
    const { historyLength } = await world.client.workflow
      .getHandle(enrollment.workflowId)
      .describe();
    expect(historyLength).toBe(7);
  });
});

describe('what is asked of an enrollment', () => {
  it('reaches it: another number, more time, a recovery code that is saved', async () => {
    await using world = await createWorld();
    const enrollment = await startEnrollment(world);
    const changed = await enrollment.changePhoneNumber('+44 7400 123456');
    expect(changed).toMatchObject({ status: 'accepted' });
    await enrollment.completeLogin(await login(world));
    const { deadline } = await enrollment.progress();
    await enrollment.extendDeadline({ deadlineMs: 48 * HOUR_MS, by: 'ops', reason: 'holiday' });
    await enrollment.recoveryCodeSaved();
    // An update is answered after what came before it.
    expect(await enrollment.resendCode({ challenge: 1 })).toMatchObject({ status: 'refused' });
    const later = Date.parse((await enrollment.progress()).deadline) - Date.parse(deadline);
    expect(later).toBe(24 * HOUR_MS);
  });
});

describe('the result', () => {
  it('is expired at the deadline', async () => {
    await using world = await createWorld();
    const enrollment = await startEnrollment(world);
    await fastForward(world, world.client.workflow.getHandle(enrollment.workflowId), 25 * HOUR_MS);
    expect(await enrollment.result()).toMatchObject({
      outcome: 'expired',
      factors: [{ status: 'pending' }, { status: 'pending' }],
    });
  });

  it('is cancelled by temporal after Temporal’s own Cancel', async () => {
    await using world = await createWorld();
    const enrollment = await startEnrollment(world);
    await world.client.workflow.getHandle(enrollment.workflowId).cancel();
    expect(await enrollment.result()).toEqual({
      outcome: 'cancelled',
      cancelledBy: 'temporal',
      reason: 'cancelled through Temporal',
    });
  });

  it('is failed after Terminate', async () => {
    await using world = await createWorld();
    const enrollment = await startEnrollment(world);
    await world.client.workflow.getHandle(enrollment.workflowId).terminate('by ops');
    expect(await enrollment.result()).toEqual({
      outcome: 'failed',
      reason: 'terminated',
      message: 'by ops',
    });
  });

  it('is failed with the reason of the failure', async () => {
    await using world = await createWorld();
    const { userId } = world.user;
    await world.client.workflow.start(ENROLL_MFA_WORKFLOW, {
      workflowId: enrollMfaWorkflowId(world.tenant, userId),
      taskQueue: world.taskQueue,
      args: [{ tenant: world.tenant, userId, requestedBy: 'a raw client', factors: ['fax'] }],
    });
    expect(await clientOf(world).of(userId).result()).toEqual({
      outcome: 'failed',
      reason: 'invalid-input',
      message: expect.stringContaining('factors: must list each wanted factor once'),
      factors: [],
      orphans: [],
    });
  });
});

describe('an enrollment that', () => {
  it('was terminated says that it has ended, too', async () => {
    await using world = await createWorld();
    const enrollment = await startEnrollment(world);
    await world.client.workflow.getHandle(enrollment.workflowId).terminate('by ops');
    await expect(enrollment.recoveryCodeSaved()).rejects.toMatchObject({
      code: 'enrollment-ended',
      outcome: 'failed',
    });
  });

  it('never was is not found', async () => {
    await using world = await createWorld({ worker: false });
    const enrollment = clientOf(world).of('auth0|nobody');
    for (const call of [
      () => enrollment.progress(),
      () => enrollment.submitCode({ challenge: 1, code: '123456' }),
      () => enrollment.cancel({ by: 'ops', reason: 'x' }),
      () => enrollment.result(),
    ]) {
      await expect(call()).rejects.toMatchObject({
        code: 'enrollment-not-found',
        workflowId: enrollMfaWorkflowId(world.tenant, 'auth0|nobody'),
      });
    }
  });
});

describe('what is shown of an enrollment', () => {
  it('is not believed once Temporal has terminated it', async () => {
    await using world = await createWorld();
    const enrollment = await startEnrollment(world);
    await enrollment.progress();
    await world.client.workflow.getHandle(enrollment.workflowId).terminate();
    for (const call of [enrollment.progress(), enrollment.setUp()]) {
      await expect(call).rejects.toMatchObject({ code: 'enrollment-ended', outcome: 'failed' });
    }
  });

  it('is its own: what its starter has put there is taken away', async () => {
    await using world = await createWorld();
    const { tenant, taskQueue, client } = world;
    const input = { tenant, ...inputOf(world) };
    const memo = { setUp: { totp: { challenge: 1, kid: 'other', jwe: 'planted' } } };
    const workflowId = enrollMfaWorkflowId(tenant, input.userId);
    await client.workflow.start(ENROLL_MFA_WORKFLOW, {
      ...{ workflowId, taskQueue, args: [input], memo },
    });
    const enrollment = clientOf(world).of(input.userId);
    expect(await enrollment.progress()).toMatchObject({ phase: 'awaiting-login' });
    expect(await enrollment.setUp()).toEqual({});
  });
});
