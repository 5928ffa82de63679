import { describe, expect, it } from '@jest/globals';
import { ACTIVE_SMS, ACTIVE_TOTP, INACTIVE_SMS } from './auth0.ts';
import { loggedIn, type Scenario, start } from './scenario.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function finishSms({ person }: Scenario, challenge: number): Promise<void> {
  await person.logIn();
  expect(await person.submit(person.texted(), challenge)).toMatchObject({ status: 'confirmed' });
}

async function enrolled({ person }: Scenario): Promise<void> {
  expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
}

describe('a token that died after ten minutes, with the worker down for an hour', () => {
  it('is followed by a new login, which removes what was left, and nothing comes twice', async () => {
    const scenario = await loggedIn();
    const { person, auth0, passes } = scenario;
    auth0.withoutWorker(HOUR);
    await passes(HOUR + MINUTE);
    expect(person.progress()).toMatchObject({
      phase: 'awaiting-login',
      plan: [{ factor: 'sms', status: 'in-progress' }, {}],
      next: { type: 'log-in', factor: 'sms' },
    });
    expect(auth0.held).toEqual([INACTIVE_SMS]);
    expect(await person.logIn()).toMatchObject({
      next: { type: 'enter-sms-code', challenge: 2, sendsLeft: 3 },
    });
    expect(auth0.took('deleteAuthenticator')).toBe(1);
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    await person.enrollTotp();
    await enrolled(scenario);
    expect(auth0.held).toEqual([ACTIVE_SMS, ACTIVE_TOTP]);
    expect(auth0.requests('associate')).toBe(3);
  });

  it.each([
    ['sms', 'smsCode'],
    ['totp', 'otpCode'],
  ] as const)('takes no %s code that was sent meanwhile to Auth0', async (factor, signal) => {
    const scenario = await loggedIn({ factors: [factor] });
    const { person, auth0, passes } = scenario;
    if (factor === 'totp') person.scan();
    const code = factor === 'sms' ? person.texted() : person.otp();
    auth0.withoutWorker(HOUR);
    await passes(HOUR - MINUTE);
    await person.signal(signal, code);
    await person.untilRefused('code-expired');
    expect(await person.untilPhase('awaiting-login')).toMatchObject({ next: { factor } });
    expect(auth0.requests('confirm')).toBe(0);
    await (factor === 'sms' ? finishSms(scenario, 2) : person.enrollTotp());
    await enrolled(scenario);
    expect(auth0.held).toHaveLength(1);
  });
});

describe('an SMS code that has expired', () => {
  it('by our clock is refused without a request; the next text is answered', async () => {
    const { person, auth0, passes } = await loggedIn();
    await passes(6 * MINUTE);
    expect(await person.submit()).toMatchObject({ refusal: 'code-expired' });
    expect(auth0.requests('confirm')).toBe(0);
    expect(await person.resend()).toMatchObject({
      status: 'accepted',
      next: { type: 'enter-sms-code', challenge: 2 },
    });
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    // The first text's entry was ours and is gone; what is left is confirmed (I8).
    await person.untilPhase('awaiting-login');
    expect(auth0.held).toEqual([ACTIVE_SMS]);
  });

  it('by Auth0’s word alone costs no attempt, and a new text is asked for', async () => {
    const { person, auth0, passes } = await loggedIn();
    await passes(MINUTE);
    auth0.refuses('confirm', 'code-expired');
    expect(await person.submit()).toMatchObject({
      status: 'refused',
      refusal: 'code-expired',
      next: { type: 'request-resend', challenge: 1, sendsLeft: 4 },
    });
    expect(await person.resend()).toMatchObject({ next: { challenge: 2, attemptsLeft: 4 } });
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    await person.untilPhase('awaiting-login');
    expect(auth0.held).toEqual([ACTIVE_SMS]);
  });
});

describe('a session that is dead before the code', () => {
  it('ends the code’s time too; what it left is removed, and a new login texts again', async () => {
    const scenario = await loggedIn();
    const { person, auth0, passes, world } = scenario;
    await passes(7 * MINUTE);
    const { next } = await person.resend();
    // Not the five minutes of a text, but the end of the session less its reserve.
    expect(next).toMatchObject({ type: 'enter-sms-code', challenge: 2 });
    const until = 'until' in next ? Date.parse(next.until) : 0;
    expect(until - world.now).toBeLessThanOrEqual(2.5 * MINUTE);
    const late = person.texted();
    await passes(3 * MINUTE);
    expect(person.progress()).toMatchObject({
      phase: 'awaiting-login',
      next: { type: 'log-in', factor: 'sms' },
    });
    expect(auth0.held).toEqual([]);
    await expect(person.submit(late, 2)).rejects.toThrow();
    expect(auth0.requests('confirm')).toBe(0);
    await finishSms(scenario, 3);
    await person.enrollTotp();
    await enrolled(scenario);
  });

  it.each(['sms', 'totp'] as const)(
    'by Auth0’s word alone refuses the %s code and asks for a new login',
    async (factor) => {
      const scenario = await loggedIn({ factors: [factor] });
      const { person, auth0, passes } = scenario;
      if (factor === 'totp') person.scan();
      auth0.refuses('confirm', 'token-expired');
      auth0.refuses('listAuthenticators', 'token-expired', { times: 2 });
      const code = factor === 'sms' ? person.texted() : person.otp();
      expect(await person.submit(code)).toMatchObject({
        status: 'refused',
        refusal: 'token-expired',
        next: { type: 'log-in', factor },
      });
      // The dead token cannot clean up; the next login does.
      await person.untilPhase('awaiting-login');
      expect(auth0.held).toEqual([{ kind: factor, active: false }]);
      await passes(MINUTE);
      await (factor === 'sms' ? finishSms(scenario, 2) : person.enrollTotp());
      await enrolled(scenario);
      expect(auth0.held).toEqual([{ kind: factor, active: true }]);
    },
  );

  it('removes what it left unconfirmed and asks for a new login, which texts again', async () => {
    const scenario = await loggedIn();
    const { person, auth0, passes } = scenario;
    await passes(10 * MINUTE);
    expect(person.progress()).toMatchObject({
      phase: 'awaiting-login',
      next: { type: 'log-in', factor: 'sms' },
    });
    expect(auth0.held).toEqual([]);
    expect(await person.logIn()).toMatchObject({
      next: { type: 'enter-sms-code', challenge: 2, sendsLeft: 3 },
    });
    await person.submit();
    await person.enrollTotp();
    await enrolled(scenario);
  });
});

describe('the deadline', () => {
  it('is not reached before its time, and can be put off', async () => {
    const { person, admin, passes } = await start({ deadlineMs: 2 * HOUR });
    await passes(HOUR);
    expect(person.progress().phase).toBe('awaiting-login');
    await admin.extend(4 * HOUR);
    await passes(2 * HOUR);
    expect(person.progress().phase).toBe('awaiting-login');
    await passes(2 * HOUR);
    expect(await person.result()).toMatchObject({ outcome: 'expired' });
  });

  it.each([
    ['deadline-not-later', HOUR],
    ['deadline-too-late', 8 * 24 * HOUR],
  ] as const)('is not moved: %s', async (refusal, deadlineMs) => {
    const { person, admin } = await start({ deadlineMs: 2 * HOUR });
    const { deadline } = person.progress();
    await admin.extend(deadlineMs);
    expect((await person.untilRefused(refusal)).deadline).toBe(deadline);
  });

  it('passes while nothing runs: the run ends as expired, also while no worker is up (I5)', async () => {
    const { person, auth0, passes } = await start({ deadlineMs: 2 * HOUR });
    auth0.withoutWorker(3 * HOUR);
    await passes(3 * HOUR);
    expect(await person.result()).toMatchObject({ outcome: 'expired', orphans: [] });
    expect(auth0.requests('openSession')).toBe(0);
  });

  it('removes what the session left where its token still lives', async () => {
    const { person, auth0, passes } = await loggedIn({ deadlineMs: 5 * MINUTE });
    auth0.withoutWorker(6 * MINUTE);
    await passes(6 * MINUTE);
    expect(await person.result()).toMatchObject({ outcome: 'expired', orphans: [] });
    expect(auth0.held).toEqual([]);
  });
});
