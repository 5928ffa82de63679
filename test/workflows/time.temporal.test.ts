import { describe, expect, it } from '@jest/globals';
import {
  ACTIVE_SMS,
  ACTIVE_TOTP,
  ASSOCIATE,
  DELETE,
  held,
  judged,
} from '../support/auth0-record.ts';
import { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { hourWithoutWorker } from '../support/hour-without-worker.ts';
import { login } from '../support/login.ts';
import { createWorld } from '../support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('a token that died after ten minutes, with the worker down for an hour', () => {
  it('is followed by a new login, which removes what was left, and nothing comes twice', async () => {
    await using world = await createWorld({ worker: false });
    const worker = await world.startWorker();
    const person = await Enrollee.loggedIn(world);
    await hourWithoutWorker(person, worker);
    expect(await person.progress()).toMatchObject({
      phase: 'awaiting-login',
      plan: [{ factor: 'sms', status: 'in-progress' }, {}],
      next: { type: 'log-in', factor: 'sms' },
    });
    expect(held(world)).toEqual([{ kind: 'sms', active: false }]);
    expect(await person.logIn()).toMatchObject({
      next: { type: 'enter-sms-code', challenge: 2, sendsLeft: 3 },
    });
    expect(world.emulator.journal.count(DELETE, { status: 204 })).toBe(1);
    expect(await person.submit(person.texted(), 2)).toMatchObject({ status: 'confirmed' });
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(held(world)).toEqual([ACTIVE_SMS, ACTIVE_TOTP]);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(3);
  });

  it.each([
    ['sms', 'smsCode'],
    ['totp', 'otpCode'],
  ] as const)('takes no %s code that was sent meanwhile to Auth0', async (factor, signal) => {
    await using world = await createWorld({ worker: false });
    const worker = await world.startWorker();
    const person = await Enrollee.loggedIn(world, { factors: [factor] });
    if (factor === 'totp') await person.scan();
    const code = factor === 'sms' ? person.texted() : person.otp();
    await hourWithoutWorker(person, worker, () => person.handle.signal(signal, code));
    await person.untilRefused('code-expired');
    expect(await person.untilPhase('awaiting-login')).toMatchObject({ next: { factor } });
    expect(judged(world)).toBe(0);
    await (factor === 'sms' ? finishSms(person, 2) : person.enrollTotp());
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(held(world)).toHaveLength(1);
  });
});

async function finishSms(person: Enrollee, challenge: number): Promise<void> {
  await person.logIn();
  expect(await person.submit(person.texted(), challenge)).toMatchObject({ status: 'confirmed' });
}

describe('an SMS code that has expired', () => {
  it('by our clock is refused without a request; the next text is answered', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    await fastForward(world, person.handle, 6 * MINUTE);
    expect(await person.submit(person.texted(), 1)).toMatchObject({ refusal: 'code-expired' });
    expect(judged(world)).toBe(0);
    expect(await person.resend(1)).toMatchObject({
      status: 'accepted',
      next: { type: 'enter-sms-code', challenge: 2 },
    });
    expect(await person.submit(person.texted(), 2)).toMatchObject({ status: 'confirmed' });
    // The first text's entry was ours and is gone; what is left is confirmed (I8).
    await person.untilPhase('awaiting-login');
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });

  it('by Auth0’s word alone costs no attempt, and a new text is asked for', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    await fastForward(world, person.handle, MINUTE);
    world.emulator.clock.advance(5 * MINUTE);
    expect(await person.submit(person.texted(), 1)).toMatchObject({
      status: 'refused',
      refusal: 'code-expired',
      next: { type: 'request-resend', challenge: 1, sendsLeft: 4 },
    });
    expect(await person.resend(1)).toMatchObject({ next: { challenge: 2, attemptsLeft: 4 } });
    expect(await person.submit(person.texted(), 2)).toMatchObject({ status: 'confirmed' });
    await person.untilPhase('awaiting-login');
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });
});

describe('a session that is dead before the code', () => {
  it('ends the code’s time too; what it left is removed, and a new login texts again', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    await fastForward(world, person.handle, 7 * MINUTE);
    const { next } = await person.resend(1);
    // Not the five minutes of a text, but the end of the session less its reserve.
    expect(next).toMatchObject({ type: 'enter-sms-code', challenge: 2 });
    const until = 'until' in next ? Date.parse(next.until) : 0;
    expect(until - world.clock.now()).toBeLessThanOrEqual(2.5 * MINUTE);
    const late = person.texted();
    await fastForward(world, person.handle, 3 * MINUTE);
    expect(await person.progress()).toMatchObject({
      phase: 'awaiting-login',
      next: { type: 'log-in', factor: 'sms' },
    });
    expect(held(world)).toEqual([]);
    await expect(person.submit(late, 2)).rejects.toThrow();
    expect(judged(world)).toBe(0);
    await finishSms(person, 3);
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
  });

  it.each(['sms', 'totp'] as const)(
    'by Auth0’s word alone refuses the %s code and asks for a new login',
    async (factor) => {
      await using world = await createWorld();
      const person = await Enrollee.loggedIn(world, { factors: [factor] });
      if (factor === 'totp') await person.scan();
      world.emulator.clock.advance(11 * MINUTE);
      const code = factor === 'sms' ? person.texted() : person.otp();
      expect(await person.submit(code, 1)).toMatchObject({
        status: 'refused',
        refusal: 'token-expired',
        next: { type: 'log-in', factor },
      });
      // The dead token cannot clean up; the next login does.
      expect(held(world)).toEqual([{ kind: factor, active: false }]);
      await fastForward(world, person.handle, MINUTE);
      await (factor === 'sms' ? finishSms(person, 2) : person.enrollTotp());
      expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
      expect(held(world)).toEqual([{ kind: factor, active: true }]);
    },
  );
});

describe('a deadline that passes while nothing runs', () => {
  it('ends the run as expired, not as failed, also while no worker is up (I5)', async () => {
    await using world = await createWorld({ worker: false });
    const worker = await world.startWorker();
    const person = await Enrollee.start(world, { deadlineMs: 2 * HOUR });
    await person.progress();
    await worker.stop();
    const passed = fastForward(world, person.handle, 3 * HOUR);
    await world.startWorker();
    await passed;
    expect(await person.result()).toMatchObject({ outcome: 'expired', orphans: [] });
    expect(world.emulator.journal.entries).toEqual([]);
  });

  it('removes what the session left where its token still lives', async () => {
    await using world = await createWorld({ worker: false });
    const worker = await world.startWorker();
    const person = await Enrollee.loggedIn(world, { deadlineMs: 5 * MINUTE });
    await worker.stop();
    const passed = fastForward(world, person.handle, 5 * MINUTE);
    await world.startWorker();
    await passed;
    expect(await person.result()).toMatchObject({ outcome: 'expired', orphans: [] });
    expect(held(world)).toEqual([]);
  });
});

describe.each([
  ['ahead of', 2 * MINUTE],
  ['behind', -2 * MINUTE],
] as const)('a tenant whose clock is two minutes %s the worker’s', (_name, tenantAheadMs) => {
  it('enrolls a user from start to end, resend and new logins included', async () => {
    await using world = await createWorld({ tenantAheadMs });
    const person = await Enrollee.loggedIn(world);
    await fastForward(world, person.handle, MINUTE);
    expect(await person.resend(1)).toMatchObject({ next: { challenge: 2 } });
    expect(await person.submit(person.wrong(), 2)).toMatchObject({ attemptsLeft: 3 });
    await fastForward(world, person.handle, 10 * MINUTE);
    expect(held(world)).toEqual([]);
    await finishSms(person, 3);
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(held(world)).toEqual([ACTIVE_SMS, ACTIVE_TOTP]);
  });

  it('enrolls a user by signals, with a login that comes with the start', async () => {
    await using world = await createWorld({ tenantAheadMs });
    const person = await Enrollee.start(world, {}, world.user, await login(world));
    await person.untilPhase('awaiting-sms-code');
    await person.handle.signal('smsCode', person.texted());
    await person.until(({ plan }) => plan[0]?.status === 'enrolled');
    await person.handle.signal('loginCompleted', await person.proof());
    await person.untilPhase('awaiting-otp');
    await person.scan();
    await person.handle.signal('otpCode', person.otp());
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(held(world)).toEqual([ACTIVE_SMS, ACTIVE_TOTP]);
  });
});
