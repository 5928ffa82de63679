import { describe, expect, it } from '@jest/globals';
import type { Enrollment } from '@durable-mfa/client';
import { ACTIVE_SMS, ASSOCIATE, held, judged, TOKEN } from '../support/auth0-record.ts';
import { newestCode, startEnrollment } from '../support/client-enrollment.ts';
import { fastForward } from '../support/fast-forward.ts';
import { login } from '../support/login.ts';
import { untilSeen } from '../support/repeated-look.ts';
import { createWorld, PHONE_NUMBER } from '../support/world.ts';

/** Long enough for a call that reaches the server, short where nobody is there to answer. */
const NOBODY_ANSWERS_MS = 500;
const NOT_YET = {
  code: 'no-answer-yet',
  idempotencyKey: 'request-1',
  // Nobody may be told that it was not received: it was, and it will be acted on.
  message: expect.stringMatching(/It may still take effect: ask again with idempotencyKey/),
};

/** The effect comes, whether or not anybody asks for the answer. */
async function untilConfirmed(enrollment: Enrollment): Promise<void> {
  await untilSeen('the code has taken effect', async () => {
    const { plan, phase } = await enrollment.progress();
    return plan[0]?.status === 'enrolled' && phase === 'awaiting-login';
  });
}

describe('an update whose caller has gone', () => {
  it('takes effect; asking again with its id gives the answer', async () => {
    await using world = await createWorld({ httpDeadlineMs: 10_000 });
    const enrollment = await startEnrollment(world);
    await enrollment.completeLogin(await login(world));
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'before' });
    const code = { challenge: 1, code: newestCode(world) };
    const options = { idempotencyKey: 'request-1' };
    const impatient = { ...options, timeoutMs: NOBODY_ANSWERS_MS };
    const gone = expect(enrollment.submitCode(code, impatient)).rejects.toMatchObject(NOT_YET);
    await gate.reached;
    await gone;
    gate.release();
    await untilConfirmed(enrollment);
    const answer = await enrollment.submitCode(code, options);
    expect(answer).toMatchObject({ status: 'confirmed', factor: 'sms' });
    expect(await enrollment.submitCode(code, options)).toEqual(answer);
    expect(judged(world)).toBe(1);
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });

  it('takes effect also where the caller broke off', async () => {
    await using world = await createWorld({ httpDeadlineMs: 10_000 });
    const enrollment = await startEnrollment(world);
    await enrollment.completeLogin(await login(world));
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'before' });
    const code = { challenge: 1, code: newestCode(world) };
    const options = { idempotencyKey: 'request-1' };
    const caller = new AbortController();
    const gone = expect(
      world.client.withAbortSignal(caller.signal, () => enrollment.submitCode(code, options)),
    ).rejects.toMatchObject(NOT_YET);
    await gate.reached;
    caller.abort();
    await gone;
    gate.release();
    expect(await enrollment.submitCode(code, options)).toMatchObject({ status: 'confirmed' });
    expect(judged(world)).toBe(1);
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });
});

describe('an update that timed out with no worker up', () => {
  it('takes effect when one comes, and its id gives the answer: a code', async () => {
    await using world = await createWorld({ worker: false });
    const worker = await world.startWorker();
    const enrollment = await startEnrollment(world);
    await enrollment.completeLogin(await login(world));
    await worker.stop();
    const code = { challenge: 1, code: newestCode(world) };
    const options = { idempotencyKey: 'request-1' };
    const impatient = { ...options, timeoutMs: NOBODY_ANSWERS_MS };
    await expect(enrollment.submitCode(code, impatient)).rejects.toMatchObject(NOT_YET);
    // Asked again while there is still nobody: the same, and it counts once.
    await expect(enrollment.submitCode(code, impatient)).rejects.toMatchObject(NOT_YET);
    expect(judged(world)).toBe(0);
    await world.startWorker();
    await untilConfirmed(enrollment);
    expect(judged(world)).toBe(1);
    expect(await enrollment.submitCode(code, options)).toMatchObject({ status: 'confirmed' });
    expect(judged(world)).toBe(1);
  });

  it('takes effect when one comes, and its id gives the answer: a resend', async () => {
    await using world = await createWorld({ worker: false });
    const worker = await world.startWorker();
    const enrollment = await startEnrollment(world);
    await enrollment.completeLogin(await login(world));
    await fastForward(world, world.client.workflow.getHandle(enrollment.workflowId), 30_000);
    await worker.stop();
    const options = { idempotencyKey: 'request-1' };
    const impatient = { ...options, timeoutMs: NOBODY_ANSWERS_MS };
    const resend = { challenge: 1 };
    await expect(enrollment.resendCode(resend, impatient)).rejects.toMatchObject(NOT_YET);
    await world.startWorker();
    const sent = { status: 'accepted', next: { type: 'enter-sms-code', challenge: 2 } };
    expect(await enrollment.resendCode(resend, options)).toMatchObject(sent);
    expect(await enrollment.resendCode(resend, options)).toMatchObject(sent);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(2);
    expect(world.emulator.inbox.messages(PHONE_NUMBER)).toHaveLength(2);
  });
});
