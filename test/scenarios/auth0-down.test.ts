import { describe, expect, it } from '@jest/globals';
import type { Progress } from '../../workflows/contract/enroll-mfa.ts';
import { ACTIVE_SMS, ACTIVE_TOTP, INACTIVE_SMS } from './auth0.ts';
import { loggedIn, type Scenario, start } from './scenario.ts';

const MINUTE = 60_000;
const OUTAGE_MS = 30 * MINUTE;
/** The shortest and the longest wait between two tries. */
const HOLD_MS_FIRST = 15_000;
const HOLD_MS_MAX = 2 * MINUTE;
const FOR_SMS = { factors: ['sms'] } as const;

/** Auth0 cannot be reached, and when it is tried again lies ahead, but not far. */
function seesNextTry({ next, lastRefusal }: Progress): void {
  expect(lastRefusal).toMatchObject({ refusal: 'unavailable' });
  expect(next).toMatchObject({ type: 'wait' });
  const until = next.type === 'wait' ? Date.parse(next.until) : 0;
  const waitMs = until - Date.parse(lastRefusal?.at ?? '');
  expect(waitMs).toBeGreaterThanOrEqual(HOLD_MS_FIRST);
  expect(waitMs).toBeLessThanOrEqual(HOLD_MS_MAX);
}

async function enrolled({ person, auth0 }: Scenario): Promise<void> {
  expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
  expect(auth0.held).toEqual([ACTIVE_SMS]);
}

/** From a login on, to the end. */
async function finish(scenario: Scenario, challenge: number): Promise<void> {
  const { person } = scenario;
  expect(await person.logIn()).toMatchObject({ next: { type: 'enter-sms-code', challenge } });
  expect(await person.submit()).toMatchObject({ status: 'confirmed' });
  await enrolled(scenario);
}

describe('Auth0 down for 30 minutes', () => {
  it('when a login proof arrives: it is tried again, then a new login finishes', async () => {
    const scenario = await start(FOR_SMS);
    const { person, auth0, admin, passes } = scenario;
    auth0.goDown();
    await person.signal('loginCompleted', person.proof());
    seesNextTry(await person.untilRefused('unavailable'));
    // What a plain client sees, with or without a worker.
    expect(admin.attributes).toMatchObject({
      ...{ MfaPhase: 'awaiting-login', MfaLastRefusal: 'unavailable' },
    });
    await passes(5 * MINUTE);
    seesNextTry(person.progress());
    await passes(OUTAGE_MS - 5 * MINUTE);
    // Its code has died at Auth0 meanwhile.
    expect(person.progress()).toMatchObject({
      phase: 'awaiting-login',
      lastRefusal: { refusal: 'unavailable' },
      next: { type: 'log-in', factor: 'sms' },
    });
    auth0.comeBack();
    await finish(scenario, 1);
    expect(auth0.took('openSession')).toBe(1);
    expect(auth0.requests('associate')).toBe(1);
    expect(auth0.texts()).toHaveLength(1);
  });

  it('when a text is due: none is lost, and a new login sends the one', async () => {
    const scenario = await start(FOR_SMS);
    const { person, auth0, passes } = scenario;
    // It asks for patience first, and is gone when its time has come.
    auth0.refuses('associate', 'rate-limited', { retryInMs: 20_000 });
    await person.signal('loginCompleted', person.proof());
    await person.untilRefused('rate-limited');
    auth0.goDown();
    seesNextTry(await person.untilRefused('unavailable'));
    await passes(OUTAGE_MS);
    expect(person.progress()).toMatchObject({
      phase: 'awaiting-login',
      lastRefusal: { refusal: 'unavailable' },
      next: { type: 'log-in', factor: 'sms' },
    });
    expect(auth0.held).toEqual([]);
    auth0.comeBack();
    // The number is that of the text that was due and never went out.
    await finish(scenario, 2);
    expect(auth0.texts()).toHaveLength(1);
  });

  it('when a code is given: it is judged once Auth0 is there, or a new login finishes', async () => {
    const scenario = await loggedIn(FOR_SMS);
    const { person, auth0, passes } = scenario;
    auth0.goDown();
    await person.signal('smsCode', person.texted());
    seesNextTry(await person.untilRefused('unavailable'));
    await passes(OUTAGE_MS);
    expect(person.progress().next).toMatchObject({ type: 'log-in', factor: 'sms' });
    expect(auth0.held).toEqual([INACTIVE_SMS]);
    auth0.comeBack();
    await finish(scenario, 2);
    // The entry of the first text is gone, and its code was never judged.
    expect(auth0.took('deleteAuthenticator')).toBe(1);
    expect(auth0.took('confirm')).toBe(1);
    expect(auth0.took('associate')).toBe(2);
    expect(auth0.texts()).toHaveLength(2);
  });

  it('when a session’s end is cleaned up: the next login does it', async () => {
    const scenario = await loggedIn(FOR_SMS);
    const { person, auth0, passes } = scenario;
    auth0.goDown();
    await passes(OUTAGE_MS);
    expect(person.progress()).toMatchObject({
      phase: 'awaiting-login',
      next: { type: 'log-in', factor: 'sms' },
    });
    expect(auth0.held).toEqual([INACTIVE_SMS]);
    auth0.comeBack();
    await finish(scenario, 2);
    expect(auth0.took('deleteAuthenticator')).toBe(1);
  });

  it('when a confirmation is cleaned up after: it counts, and the next login does the rest', async () => {
    const { person, auth0, passes, until } = await loggedIn();
    await passes(30_000);
    await person.resend();
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    await until(() => auth0.requests('listAuthenticators') > 0);
    auth0.goDown();
    await passes(OUTAGE_MS);
    expect(person.progress()).toMatchObject({
      phase: 'awaiting-login',
      plan: [{ factor: 'sms', status: 'enrolled' }, { factor: 'totp' }],
      next: { type: 'log-in', factor: 'totp' },
    });
    expect(auth0.held).toHaveLength(2);
    auth0.comeBack();
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(auth0.held).toEqual([ACTIVE_SMS, ACTIVE_TOTP]);
  });

  it('when a cancelled enrollment is cleaned up: it ends, and says what is left', async () => {
    const { person, auth0, admin } = await loggedIn(FOR_SMS);
    auth0.goDown();
    await admin.cancel();
    expect(await person.result()).toMatchObject({
      outcome: 'cancelled',
      orphans: [{ factor: 'sms', why: 'no-live-token' }],
    });
    expect(auth0.held).toEqual([INACTIVE_SMS]);
  });
});

describe('Auth0 down for less than what waits for it lives', () => {
  it('costs a person with a login nothing: it is used when Auth0 is back', async () => {
    const scenario = await start(FOR_SMS);
    const { person, auth0, passes } = scenario;
    auth0.goDown();
    await person.signal('loginCompleted', person.proof());
    await passes(5 * MINUTE);
    auth0.comeBack();
    await person.untilPhase('awaiting-sms-code');
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    await enrolled(scenario);
    expect([auth0.took('openSession'), auth0.took('confirm')]).toEqual([1, 1]);
    expect(auth0.texts()).toHaveLength(1);
  });

  it('costs a person with a code nothing: it is judged, once, when Auth0 is back', async () => {
    const scenario = await loggedIn(FOR_SMS);
    const { person, auth0, passes } = scenario;
    auth0.goDown();
    await person.signal('smsCode', person.texted());
    await passes(MINUTE);
    auth0.comeBack();
    await enrolled(scenario);
    expect([auth0.took('openSession'), auth0.took('confirm')]).toEqual([1, 1]);
    expect(auth0.texts()).toHaveLength(1);
  });

  it('costs nobody a clean-up: what a cancelled enrollment left is deleted when it is back', async () => {
    const { person, auth0, admin, passes } = await loggedIn(FOR_SMS);
    auth0.goDown();
    await admin.cancel();
    seesNextTry(await person.untilRefused('unavailable'));
    await passes(MINUTE);
    auth0.comeBack();
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(auth0.held).toEqual([]);
  });
});

/** Half an hour later it is there again; the person logs in again and needs no new start. */
async function recovered({ person, auth0, passes }: Scenario): Promise<void> {
  await passes(OUTAGE_MS);
  auth0.comeBack();
  expect(person.progress()).toMatchObject({ phase: 'awaiting-login', next: { type: 'log-in' } });
}

async function enrolledOnce({ person, auth0 }: Scenario): Promise<void> {
  await person.enrollTotp();
  expect(await person.result()).toMatchObject({
    outcome: 'enrolled',
    factors: [
      { factor: 'sms', status: 'enrolled' },
      { factor: 'totp', status: 'enrolled' },
    ],
    orphans: [],
  });
  expect(auth0.held).toEqual([ACTIVE_SMS, ACTIVE_TOTP]);
}

describe.each([
  ['without processing', 'undone'],
  ['after processing', 'done'],
] as const)('Auth0 that answers 503 %s, for 30 minutes', (_name, done) => {
  it('costs the login that it met, and nothing else', async () => {
    const scenario = await start();
    const { person, auth0 } = scenario;
    auth0.breakDown(done);
    expect(await person.logIn()).toMatchObject({
      refusal: 'login-unfinished',
      next: { type: 'log-in', factor: 'sms' },
    });
    expect(auth0.requests('openSession')).toBe(1);
    expect(auth0.requests('associate')).toBe(0);
    await recovered(scenario);
    await person.enrollSms();
    await enrolledOnce(scenario);
    // The second is Auth0's own, for the login of the second factor.
    expect(auth0.texts()).toHaveLength(2);
    expect(auth0.took('confirm')).toBe(2);
  });

  it('may have sent the text that was due: no other goes out by itself', async () => {
    const scenario = await start();
    const { person, auth0, until } = scenario;
    await person.signal('loginCompleted', person.proof());
    await until(() => auth0.took('openSession') > 0);
    auth0.breakDown(done);
    expect(await person.untilPhase('awaiting-resend')).toMatchObject({
      lastRefusal: { refusal: 'association-unresolved' },
      lastSettlement: { verdict: 'cannot-tell', challenge: 1 },
      next: { type: 'request-resend', challenge: 1, sendsLeft: 4 },
    });
    const texts = done === 'done' ? 1 : 0;
    expect(auth0.texts()).toHaveLength(texts);
    await recovered(scenario);
    expect(auth0.requests('associate')).toBe(1);
    await person.enrollSms();
    await enrolledOnce(scenario);
    expect(auth0.texts()).toHaveLength(texts + 2);
    expect(auth0.took('confirm')).toBe(2);
  });

  it('may have judged the code: what it decided counts, and nothing comes twice', async () => {
    const scenario = await loggedIn();
    const { person, auth0 } = scenario;
    auth0.breakDown(done);
    await person.signal('smsCode', person.texted());
    expect(await person.untilRefused('code-unresolved')).toMatchObject({
      lastSettlement: { verdict: 'cannot-tell', challenge: 1 },
    });
    await recovered(scenario);
    if (done === 'done') {
      // Auth0 has it as active: the login finds it, and goes on to the next factor.
      expect(auth0.held).toEqual([ACTIVE_SMS]);
    } else {
      expect(auth0.held).toEqual([INACTIVE_SMS]);
      expect(auth0.took('confirm')).toBe(0);
      await person.enrollSms();
    }
    await enrolledOnce(scenario);
    expect(auth0.took('associate')).toBe(done === 'done' ? 2 : 3);
    expect(auth0.took('confirm')).toBe(2);
  });
});
