import { describe, expect, it } from '@jest/globals';
import type { Progress } from '../../workflows/contract/enroll-mfa.ts';
import type { ActivityName } from '../simulation/scheduled-activity.ts';
import { ACTIVE_SMS } from './auth0.ts';
import { loggedIn, type Scenario, start } from './scenario.ts';

const MINUTE = 60_000;
const FOR_SMS = { factors: ['sms'] } as const;
/** What the flow waits by itself where nothing longer is asked for. */
const FIRST_HOLD_MS = 15_000;
/** Longer than a login's code and token live. */
const LONG = { retryInMs: 15 * MINUTE };

/** How Auth0 may say when it wants to be asked again; without a word, a call tries three times by itself. */
const SAYINGS = {
  'in 40 seconds': { retryInMs: 40_000, tries: 1 },
  nothing: { tries: 3 },
} as const;

function limit({ auth0 }: Scenario, call: ActivityName, said: keyof typeof SAYINGS): void {
  const { tries, ...when } = SAYINGS[said];
  auth0.refuses(call, 'rate-limited', { ...when, times: tries });
}

/** From the refusal until the next try, in ms. */
function waitOf({ next, lastRefusal }: Progress): number {
  expect(lastRefusal).toMatchObject({ refusal: 'rate-limited' });
  expect(next).toMatchObject({ type: 'wait' });
  return Date.parse('until' in next ? next.until : '') - Date.parse(lastRefusal?.at ?? '');
}

async function enrolled({ person }: Scenario): Promise<void> {
  expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
}

describe.each(Object.keys(SAYINGS) as (keyof typeof SAYINGS)[])('429 that says %s', (said) => {
  const { tries } = SAYINGS[said];

  /** The person is told that Auth0 asks for patience, and until when. */
  async function seesTheLimit({ person }: Scenario): Promise<Progress> {
    const progress = await person.untilRefused('rate-limited');
    const wait = waitOf(progress);
    if (said === 'nothing') expect(wait).toBe(FIRST_HOLD_MS);
    else expect(wait).toBeGreaterThan(FIRST_HOLD_MS);
    expect(wait).toBeLessThan(MINUTE);
    return progress;
  }

  it('to a login, to a new text and to a code is waited out; each is taken once', async () => {
    const scenario = await start(FOR_SMS);
    const { person, auth0, passes } = scenario;
    limit(scenario, 'openSession', said);
    await person.signal('loginCompleted', person.proof());
    expect(await seesTheLimit(scenario)).toMatchObject({ phase: 'awaiting-login' });
    expect(auth0.took('openSession')).toBe(0);
    await person.untilPhase('awaiting-sms-code');

    await passes(MINUTE);
    limit(scenario, 'associate', said);
    await person.signal('resendCode');
    expect(await seesTheLimit(scenario)).toMatchObject({ phase: 'associating' });
    expect(auth0.texts()).toHaveLength(1);
    const { next } = await person.untilPhase('awaiting-sms-code');
    expect(next).toMatchObject({ challenge: 2, sendsLeft: 3 });

    limit(scenario, 'confirm', said);
    await person.signal('smsCode', person.texted());
    expect(await seesTheLimit(scenario)).toMatchObject({ phase: 'confirming' });
    expect(auth0.took('confirm')).toBe(0);
    await enrolled(scenario);
    expect([auth0.took('openSession'), auth0.took('confirm')]).toEqual([1, 1]);
    expect([auth0.took('associate'), auth0.texts().length]).toEqual([2, 2]);
    expect(auth0.requests('openSession')).toBe(tries + 1);
    expect(auth0.requests('associate')).toBe(tries + 2);
    expect(auth0.held).toEqual([ACTIVE_SMS]);
  });

  it('to the first text is waited out, and one text is sent', async () => {
    const scenario = await start(FOR_SMS);
    const { person, auth0 } = scenario;
    limit(scenario, 'associate', said);
    await person.signal('loginCompleted', person.proof());
    expect(await seesTheLimit(scenario)).toMatchObject({ phase: 'associating' });
    expect(auth0.held).toEqual([]);
    const { next } = await person.untilPhase('awaiting-sms-code');
    expect(next).toMatchObject({ challenge: 1, sendsLeft: 4 });
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    await enrolled(scenario);
    expect(auth0.texts()).toHaveLength(1);
    expect(auth0.requests('associate')).toBe(tries + 1);
    expect(auth0.held).toEqual([ACTIVE_SMS]);
  });
});

describe('429', () => {
  it('that goes on is asked less and less often, and the person is told each time', async () => {
    const scenario = await loggedIn(FOR_SMS);
    const { person, auth0 } = scenario;
    auth0.refuses('confirm', 'rate-limited', { times: 2 * SAYINGS.nothing.tries });
    await person.signal('smsCode', person.texted());
    const first = await person.untilRefused('rate-limited');
    const second = await person.until(
      ({ lastRefusal }) => lastRefusal?.at !== first.lastRefusal?.at,
    );
    expect(second).toMatchObject({ phase: 'confirming' });
    expect(waitOf(second)).toBe(2 * waitOf(first));
    await enrolled(scenario);
    expect([auth0.requests('confirm'), auth0.took('confirm')]).toEqual([7, 1]);
  });

  it('that asks for a second is waited out within the call: nobody notices', async () => {
    const { person, auth0 } = await loggedIn(FOR_SMS);
    auth0.refuses('confirm', 'rate-limited', { retryInMs: 1_000 });
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    expect((await person.timeline()).join()).not.toContain('rate-limited');
    expect([auth0.requests('confirm'), auth0.took('confirm')]).toEqual([2, 1]);
  });

  it('does not keep a cancel waiting', async () => {
    const { person, auth0, admin } = await loggedIn(FOR_SMS);
    auth0.refuses('confirm', 'rate-limited', { retryInMs: 100_000, times: 9 });
    await person.signal('smsCode', person.texted());
    await person.untilRefused('rate-limited');
    await admin.cancel();
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(auth0.took('confirm')).toBe(0);
    expect(auth0.held).toEqual([]);
  });
});

describe('429 that asks for longer than the token lives', () => {
  it('to a login is refused at once; the same login may be given again', async () => {
    const scenario = await start(FOR_SMS);
    const { person, auth0 } = scenario;
    const proof = person.proof();
    auth0.refuses('openSession', 'rate-limited', LONG);
    expect(await person.deliver(proof)).toMatchObject({
      refusal: 'rate-limited',
      next: { type: 'log-in', factor: 'sms' },
    });
    expect(await person.deliver(proof)).toMatchObject({ status: 'accepted' });
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    await enrolled(scenario);
    expect(auth0.took('openSession')).toBe(1);
    expect(auth0.texts()).toHaveLength(1);
  });

  it.each(['sms', 'totp'] as const)(
    'to an associate of %s turns into "log in again"; nothing was sent, no send is lost',
    async (factor) => {
      const scenario = await start({ factors: [factor] });
      const { person, auth0 } = scenario;
      auth0.refuses('associate', 'rate-limited', LONG);
      expect(await person.logIn()).toMatchObject({ next: { type: 'log-in', factor } });
      expect(person.progress().lastRefusal).toMatchObject({ refusal: 'rate-limited' });
      expect(auth0.held).toEqual([]);
      const next = factor === 'sms' ? { sendsLeft: 4, attemptsLeft: 4 } : { attemptsLeft: 4 };
      expect(await person.logIn()).toMatchObject({ status: 'accepted', next });
      expect(auth0.held).toEqual([{ kind: factor, active: false }]);
      if (factor === 'totp') person.scan();
      const code = factor === 'totp' ? person.otp() : person.texted();
      expect(await person.submit(code, 2)).toMatchObject({ status: 'confirmed' });
      await enrolled(scenario);
      expect(auth0.requests('associate')).toBe(2);
      expect(auth0.texts()).toHaveLength(factor === 'sms' ? 1 : 0);
    },
  );

  it('to a code leaves it unjudged; when the session ends it is "log in again"', async () => {
    const scenario = await loggedIn(FOR_SMS);
    const { person, auth0, passes } = scenario;
    auth0.refuses('confirm', 'rate-limited', LONG);
    expect(await person.submit()).toMatchObject({
      refusal: 'rate-limited',
      next: { type: 'enter-sms-code', challenge: 1, attemptsLeft: 4 },
    });
    await passes(15 * MINUTE);
    expect(person.progress().next).toMatchObject({ type: 'log-in', factor: 'sms' });
    expect(auth0.held).toEqual([]);
    await person.enrollSms();
    await enrolled(scenario);
    expect(auth0.took('confirm')).toBe(1);
    expect(auth0.texts()).toHaveLength(2);
    expect(auth0.took('deleteAuthenticator')).toBe(1);
  });
});

describe('a limit of the user', () => {
  it('of texts outlives the token: a new login, and the text when its hour is over', async () => {
    const scenario = await start(FOR_SMS);
    const { person, auth0, passes } = scenario;
    auth0.refuses('associate', 'sms-quota-spent');
    const { next } = await person.logIn();
    expect(next).toMatchObject({ type: 'request-resend', sendsLeft: 5 });
    const { lastRefusal } = person.progress();
    expect(lastRefusal).toMatchObject({ refusal: 'sms-quota-spent' });
    const resendAt = next.type === 'request-resend' ? Date.parse(next.resendAt) : 0;
    expect(resendAt - Date.parse(lastRefusal?.at ?? '')).toBe(60 * MINUTE);
    await passes(15 * MINUTE);
    expect(person.progress().next).toMatchObject({ type: 'log-in' });
    expect(await person.logIn()).toMatchObject({ next: { type: 'request-resend', sendsLeft: 5 } });
    expect(auth0.requests('associate')).toBe(1);
    await passes(60 * MINUTE);
    await person.enrollSms();
    await enrolled(scenario);
    expect(auth0.texts()).toHaveLength(1);
    expect(auth0.requests('associate')).toBe(2);
  });

  it('of wrong codes is waited out within the token’s life, with a new text', async () => {
    const scenario = await loggedIn(FOR_SMS);
    const { person, auth0, passes } = scenario;
    auth0.refuses('confirm', 'too-many-wrong-codes');
    expect(await person.submit()).toMatchObject({
      refusal: 'too-many-wrong-codes',
      next: { type: 'request-resend', challenge: 1, sendsLeft: 4 },
    });
    const { next, lastRefusal } = await person.untilPhase('awaiting-resend');
    const resendAt = next.type === 'request-resend' ? Date.parse(next.resendAt) : 0;
    expect(resendAt - Date.parse(lastRefusal?.at ?? '')).toBe(6 * MINUTE);
    expect(await person.resend()).toMatchObject({ refusal: 'cooling-down' });
    await passes(6 * MINUTE);
    expect(await person.resend()).toMatchObject({ next: { challenge: 2 } });
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    await enrolled(scenario);
    expect(auth0.took('confirm')).toBe(1);
    expect(auth0.texts()).toHaveLength(2);
    expect(auth0.held).toEqual([ACTIVE_SMS]);
  });

  it('of wrong codes turns a TOTP set-up into "log in again"', async () => {
    const scenario = await loggedIn({ factors: ['totp'] });
    const { person, auth0 } = scenario;
    person.scan();
    auth0.refuses('confirm', 'too-many-wrong-codes');
    const answer = await person.submit(person.otp());
    expect(answer).toMatchObject({ refusal: 'too-many-wrong-codes', next: { type: 'log-in' } });
    // The answer goes out first; what was set up is deleted before a login is awaited.
    await person.untilPhase('awaiting-login');
    expect(auth0.held).toEqual([]);
    await person.enrollTotp();
    await enrolled(scenario);
    expect(auth0.took('confirm')).toBe(1);
    expect(auth0.took('deleteAuthenticator')).toBe(1);
  });
});
