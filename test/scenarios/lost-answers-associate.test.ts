import { describe, expect, it } from '@jest/globals';
import type { Setting } from '../simulation/plan.ts';
import { ACTIVE_SMS, ACTIVE_TOTP, type Done, INACTIVE_SMS, INACTIVE_TOTP } from './auth0.ts';
import { loggedIn, type Scenario, start } from './scenario.ts';

/** The challenges after which a text may be asked for within one session, and their cool-downs. */
const RESENDS = [30_000, 60_000, 120_000] as const;
const MINUTE = 60_000;

interface Story {
  readonly setting?: Partial<Setting>;
  readonly times?: number;
  /** Once the answer is lost, before the list is read. */
  readonly meanwhile?: (scenario: Scenario) => unknown;
}

/** A first login whose text's, or set-up's, answer is lost. */
async function played(done: Done, { setting, times = 1, ...story }: Story = {}) {
  const scenario = await start(setting);
  const { person, auth0, until } = scenario;
  auth0.loses('associate', done, { times });
  await person.signal('loginCompleted', person.proof());
  await until(() => auth0.requests('associate') > 0);
  await story.meanwhile?.(scenario);
  return scenario;
}

/** The person goes on as if nothing had been, and nothing is left behind (I8). */
async function finishes({ person, auth0 }: Scenario, challenge: number): Promise<void> {
  expect(await person.submit(person.texted(), challenge)).toMatchObject({ status: 'confirmed' });
  await person.untilPhase('awaiting-login');
  expect(auth0.held.filter(({ kind }) => kind === 'sms')).toEqual([ACTIVE_SMS]);
}

describe('a text whose answer was lost', () => {
  it('associate-sms/dropped-before: was not sent: the list shows nothing, twice; once more', async () => {
    const scenario = await played('undone');
    const { person, auth0 } = scenario;
    const { lastSettlement, next } = await person.untilPhase('awaiting-sms-code');
    expect(lastSettlement).toMatchObject({ verdict: 'not-made', challenge: 1 });
    expect(auth0.texts()).toHaveLength(1);
    expect(next).toMatchObject({ challenge: 2, sendsLeft: 4 });
    expect(auth0.requests('listAuthenticators')).toBe(2);
    expect(auth0.requests('associate')).toBe(2);
    await finishes(scenario, 2);
  });

  it('associate-sms/dropped-after: was sent: what it made is removed, then once more', async () => {
    const scenario = await played('done');
    const { person, auth0 } = scenario;
    const { lastSettlement, next } = await person.untilPhase('awaiting-sms-code');
    expect(lastSettlement).toMatchObject({ verdict: 'made', challenge: 1 });
    expect(await person.timeline()).toContain(
      'challenge 1: the answer was lost; the list shows what it made',
    );
    expect(auth0.texts()).toHaveLength(2);
    expect(auth0.held).toEqual([INACTIVE_SMS]);
    expect(next).toMatchObject({ challenge: 2, sendsLeft: 3 });
    await finishes(scenario, 2);
  });

  it('associate-sms/another-number: is not told by an entry of somebody else’s enrollment', async () => {
    const scenario = await played('undone', {
      meanwhile: ({ auth0 }) => auth0.enrollElsewhere('sms'),
    });
    const { person, auth0 } = scenario;
    const { lastSettlement } = await person.untilPhase('awaiting-sms-code');
    expect(lastSettlement).toMatchObject({ verdict: 'not-made', challenge: 1 });
    expect(auth0.texts()).toHaveLength(1);
    expect(await person.submit(person.texted(), 2)).toMatchObject({ status: 'confirmed' });
    expect(auth0.held).toContainEqual(INACTIVE_SMS);
    expect(auth0.requests('deleteAuthenticator')).toBe(0);
  });

  it('associate-sms/late: is seen at the second look, if not at the first', async () => {
    const scenario = await start();
    const { person, auth0 } = scenario;
    auth0.loses('associate', 'done late', { lateMs: 8_000 });
    await person.signal('loginCompleted', person.proof());
    const { lastSettlement } = await person.untilPhase('awaiting-sms-code');
    expect(lastSettlement).toMatchObject({ verdict: 'made', challenge: 1 });
    expect(auth0.texts()).toHaveLength(2);
    expect(auth0.requests('listAuthenticators')).toBe(2);
    await finishes(scenario, 2);
  });

  it('associate-sms/recovery-code: the code that came with it is reported lost', async () => {
    const { person } = await played('done', { setting: { recoveryCodes: true } });
    await person.untilPhase('awaiting-sms-code');
    await person.submit();
    expect(person.progress().recoveryCode).toBe('lost');
  });

  it('associate-sms/second-loss: twice, is not asked for a third time before the person does', async () => {
    const scenario = await played('done', { times: 2 });
    const { person, auth0, passes } = scenario;
    const { next, lastRefusal } = await person.untilPhase('awaiting-resend');
    expect(next).toMatchObject({ type: 'request-resend', challenge: 2, sendsLeft: 3 });
    expect(lastRefusal).toMatchObject({ refusal: 'association-unresolved' });
    expect(auth0.texts()).toHaveLength(2);
    await passes(MINUTE);
    expect(auth0.requests('associate')).toBe(2);
    expect(await person.resend()).toMatchObject({ next: { challenge: 3 } });
    await finishes(scenario, 3);
  });

  it('associate-sms/never-sent: twice, with nothing sent, costs no text and no cool-down', async () => {
    const scenario = await played('undone', { times: 2 });
    const { person, auth0 } = scenario;
    const { next, lastRefusal, lastSettlement } = await person.untilPhase('awaiting-resend');
    expect(lastRefusal).toMatchObject({ refusal: 'association-unresolved' });
    expect(lastSettlement).toMatchObject({ verdict: 'not-made', challenge: 2 });
    expect(next).toMatchObject({ type: 'request-resend', challenge: 2, sendsLeft: 5 });
    expect(await person.resend()).toMatchObject({ next: { challenge: 3, sendsLeft: 4 } });
    expect(auth0.texts()).toHaveLength(1);
    await finishes(scenario, 3);
  });

  it('is not counted where another number comes before it is asked for once more', async () => {
    const { person, auth0 } = await played('undone', {
      meanwhile: (scenario) => scenario.person.signal('changePhoneNumber', '+14155550124'),
    });
    const { next } = await person.untilPhase('awaiting-sms-code');
    expect(next).toMatchObject({ sendsLeft: 4 });
    expect(auth0.texts()).toMatchObject([{ to: '+14155550124' }]);
  });

  it('is counted where another number comes after it went out', async () => {
    const scenario = await played('done', {
      meanwhile: (scenario) => scenario.person.signal('changePhoneNumber', '+14155550124'),
    });
    const { person, auth0, passes } = scenario;
    const { next } = await person.untilPhase('awaiting-resend');
    expect(next).toMatchObject({ sendsLeft: 4, maskedPhoneNumber: 'XXXXXXXX0124' });
    await passes(MINUTE);
    expect(await person.resend()).toMatchObject({ next: { challenge: 2, sendsLeft: 3 } });
    expect(auth0.texts()).toHaveLength(2);
    await finishes(scenario, 2);
  });

  it('associate-sms/masked-end: is ours under a name that hides its last digits, too', async () => {
    const scenario = await start({ factors: ['sms'] });
    const { person, auth0, world } = scenario;
    world.tenant.listing = (entry) => ({ ...entry, maskedName: '+1415XXXXXXX' });
    auth0.loses('associate', 'done');
    await person.logIn();
    const { lastSettlement } = await person.untilPhase('awaiting-sms-code');
    expect(lastSettlement).toMatchObject({ verdict: 'made', challenge: 1 });
    expect(auth0.texts()).toHaveLength(2);
    expect(auth0.held).toEqual([INACTIVE_SMS]);
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
  });
});

describe('a list that cannot tell', () => {
  const asked = async ({ person, auth0, passes }: Scenario, sent: number) => {
    const { next, lastRefusal, lastSettlement } = await person.untilPhase('awaiting-resend');
    expect(next).toMatchObject({ type: 'request-resend', challenge: 1, sendsLeft: 4 });
    expect(lastRefusal).toMatchObject({ refusal: 'association-unresolved' });
    expect(lastSettlement).toMatchObject({ verdict: 'cannot-tell' });
    await passes(MINUTE);
    expect(auth0.texts()).toHaveLength(sent);
    expect(auth0.requests('deleteAuthenticator')).toBe(0);
  };

  it('associate-sms/two-new: sends nothing and removes nothing until the person asks', async () => {
    const scenario = await played('done', {
      meanwhile: ({ auth0, person }) =>
        auth0.enrollElsewhere('sms', { phoneNumber: person.phoneNumber }),
    });
    await asked(scenario, 1);
  });

  it('associate-sms/may-be-reused: an inactive entry of the number was there before', async () => {
    const scenario = await start({ reusesEntries: true });
    const { person, auth0 } = scenario;
    auth0.enrollElsewhere('sms', { phoneNumber: person.phoneNumber });
    auth0.loses('associate', 'undone');
    await person.signal('loginCompleted', person.proof());
    await asked(scenario, 0);
  });

  it('associate-sms/unreadable: Auth0 does not give it out', async () => {
    const scenario = await played('done', {
      meanwhile: ({ auth0 }) =>
        auth0.refuses('listAuthenticators', 'unexpected-response', { times: 2 }),
    });
    await asked(scenario, 1);
  });

  it('associate-sms/not-said: an entry that does not say whether it is active may be ours', async () => {
    const { person, auth0, admin, world } = await start({ factors: ['sms'] });
    world.tenant.listing = ({ active: _active, ...entry }) => entry;
    auth0.loses('associate', 'done');
    await person.signal('loginCompleted', person.proof());
    const { lastSettlement } = await person.untilRefused('association-unresolved');
    expect(lastSettlement).toMatchObject({ verdict: 'cannot-tell', challenge: 1 });
    await admin.cancel();
    const [{ id: authenticatorId } = { id: '' }] = world.tenant.entries;
    expect(await person.result()).toMatchObject({
      outcome: 'cancelled',
      orphans: [{ factor: 'sms', why: 'cannot-tell-ours', authenticatorId }],
    });
    expect(auth0.texts()).toHaveLength(1);
    expect(auth0.requests('deleteAuthenticator')).toBe(0);
    expect(auth0.held).toEqual([INACTIVE_SMS]);
  });
});

describe('the one repeat', () => {
  it('associate-sms/cancelled: is not made once the enrollment has been cancelled', async () => {
    const { person, auth0 } = await played('done', { meanwhile: ({ admin }) => admin.cancel() });
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(auth0.requests('associate')).toBe(1);
    expect(auth0.held).toEqual([]);
  });

  it('is one, though the person asks meanwhile for a number that is refused', async () => {
    const scenario = await played('undone', { times: 2 });
    const { person, auth0 } = scenario;
    expect(await person.changePhoneNumber(person.phoneNumber)).toMatchObject({
      refusal: 'same-phone-number',
      next: { type: 'wait' },
    });
    await person.untilPhase('awaiting-resend');
    expect(auth0.requests('associate')).toBe(2);
    expect(auth0.texts()).toHaveLength(0);
    await person.resend();
    await finishes(scenario, 3);
  });

  it('associate-sms/budget: is not made without a send left', async () => {
    const { person, auth0, passes } = await loggedIn();
    for (const cooldownMs of RESENDS) {
      await passes(cooldownMs);
      await person.resend();
    }
    await passes(4 * MINUTE);
    auth0.loses('associate', 'undone');
    await person.signal('resendCode');
    // No text is left, so nobody is sent round a loop.
    await expect(person.result()).rejects.toMatchObject({ cause: { type: 'no-sends-left' } });
    expect(auth0.requests('associate')).toBe(5);
    expect(auth0.held).toEqual([]);
  });
});

describe('a set-up whose answer was lost', () => {
  const setting = { factors: ['totp'] } as const;
  const finished = async ({ person, auth0 }: Scenario) => {
    person.scan();
    expect(await person.submit(person.otp())).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(auth0.held).toEqual([ACTIVE_TOTP]);
  };

  it.each([
    ['associate-totp/dropped-before', 'undone', 'not-made'],
    ['associate-totp/dropped-after', 'done', 'made'],
  ] as const)('%s: is made once more, and there is one in the end', async (_row, done, verdict) => {
    const scenario = await played(done, { setting });
    const { person, auth0 } = scenario;
    const { lastSettlement } = await person.untilPhase('awaiting-otp');
    expect(lastSettlement).toMatchObject({ verdict, challenge: 1 });
    expect(auth0.held).toEqual([INACTIVE_TOTP]);
    expect(auth0.requests('associate')).toBe(2);
    expect(person.challenge).toBe(2);
    await finished(scenario);
  });

  it('associate-totp/second-loss: is removed, and a new login is asked for', async () => {
    const scenario = await played('done', { setting, times: 2 });
    const { person, auth0 } = scenario;
    await person.untilRefused('association-unresolved');
    const { next } = await person.untilPhase('awaiting-login');
    expect(next).toMatchObject({ type: 'log-in', factor: 'totp' });
    expect(auth0.requests('associate')).toBe(2);
    expect(auth0.held).toEqual([]);
    await person.logIn();
    await finished(scenario);
  });

  it('associate-totp/unreadable: nothing is made until the next login, which removes it', async () => {
    const scenario = await played('done', {
      setting,
      // The two reads of the settlement, and the one of the clean-up.
      meanwhile: ({ auth0 }) =>
        auth0.refuses('listAuthenticators', 'unexpected-response', { times: 3 }),
    });
    const { person, auth0 } = scenario;
    await person.untilRefused('association-unresolved');
    const { lastSettlement } = await person.untilPhase('awaiting-login');
    expect(lastSettlement).toMatchObject({ verdict: 'cannot-tell' });
    expect(auth0.requests('associate')).toBe(1);
    expect(auth0.held).toEqual([INACTIVE_TOTP]);
    await person.logIn();
    await finished(scenario);
  });
});
