import { describe, expect, it } from '@jest/globals';
import type { ActivityName } from '../simulation/scheduled-activity.ts';
import { ACTIVE_SMS, INACTIVE_SMS } from './auth0.ts';
import { type Scenario, start } from './scenario.ts';

const MINUTE = 60_000;
const DEADLINE_MS = 2 * MINUTE;
/** Left of the enrollment when the call begins that is under way at its end. */
const LAST_MOMENT_MS = 1_500;
/** Half of it has passed when Auth0 acts. */
const SLOW_MS = 4_000;
const EXTENSION_MS = 10 * MINUTE;

type Ending = 'cancelled' | 'expired';

/** What ends the enrollment is so near that it comes while the next call hangs. */
async function approach(ending: Ending, { person, passes, world }: Scenario): Promise<void> {
  if (ending === 'cancelled') return;
  await passes(Date.parse(person.progress().deadline) - world.now - LAST_MOMENT_MS);
}

/** It comes while such a call hangs, and the call has had its effect. */
async function comes(ending: Ending, scenario: Scenario, call: ActivityName): Promise<void> {
  await scenario.until(() => scenario.auth0.requests(call) > 0);
  if (ending === 'cancelled') await scenario.admin.cancel();
  await scenario.passes(SLOW_MS / 2);
}

describe.each([
  ['a cancel', 'cancelled'],
  ['the deadline', 'expired'],
] as const)('%s while', (_name, ending) => {
  it('an associate is in flight: it ends, and what it made is deleted', async () => {
    const scenario = await start({ deadlineMs: DEADLINE_MS });
    const { person, auth0 } = scenario;
    await approach(ending, scenario);
    auth0.slow('associate', SLOW_MS);
    const login = await person.delivering(person.proof());
    await comes(ending, scenario, 'associate');
    expect(auth0.held).toEqual([INACTIVE_SMS]);
    // It was taken, and has come to nothing.
    expect(await login.result()).toMatchObject({ status: 'refused' });
    expect(await person.result()).toMatchObject({
      outcome: ending,
      factors: [{ status: 'in-progress' }, { status: 'pending' }],
      orphans: [],
    });
    expect(auth0.held).toEqual([]);
    expect(auth0.requests('associate')).toBe(1);
    expect(auth0.requests('deleteAuthenticator')).toBe(1);
  });

  it('a confirm is in flight: confirmed is confirmed, and stays', async () => {
    const scenario = await start({ deadlineMs: DEADLINE_MS });
    const { person, auth0 } = scenario;
    await person.logIn();
    await approach(ending, scenario);
    auth0.slow('confirm', SLOW_MS);
    const code = await person.submitting();
    await comes(ending, scenario, 'confirm');
    expect(await code.result()).toMatchObject({ status: 'confirmed', factor: 'sms' });
    expect(await person.result()).toMatchObject({
      outcome: ending,
      factors: [
        { factor: 'sms', status: 'enrolled' },
        { factor: 'totp', status: 'pending' },
      ],
      orphans: [],
    });
    expect(auth0.held).toEqual([ACTIVE_SMS]);
    expect(auth0.took('confirm')).toBe(1);
    expect(auth0.requests('deleteAuthenticator')).toBe(0);
  });

  it('the last confirm is in flight: every factor is confirmed, so the user is enrolled', async () => {
    const scenario = await start({ factors: ['sms'], deadlineMs: DEADLINE_MS });
    const { person, auth0 } = scenario;
    await person.logIn();
    await approach(ending, scenario);
    auth0.slow('confirm', SLOW_MS);
    const code = await person.submitting();
    await comes(ending, scenario, 'confirm');
    expect(await code.result()).toMatchObject({ status: 'confirmed', next: { type: 'nothing' } });
    expect(await person.result()).toMatchObject({
      outcome: 'enrolled',
      factors: [{ factor: 'sms', status: 'enrolled' }],
    });
    expect(auth0.held).toEqual([ACTIVE_SMS]);
  });

  it('a deletion is in flight: it ends, and is not asked for again', async () => {
    const scenario = await start({ factors: ['totp'], deadlineMs: DEADLINE_MS });
    const { person, auth0 } = scenario;
    await person.logIn();
    for (let count = 1; count <= 3; count += 1) await person.mistype();
    await approach(ending, scenario);
    auth0.slow('deleteAuthenticator', SLOW_MS);
    const last = await person.submitting(person.wrong());
    await comes(ending, scenario, 'deleteAuthenticator');
    expect(await last.result()).toMatchObject({ status: 'wrong-code', attemptsLeft: 0 });
    expect(await person.result()).toMatchObject({ outcome: ending, orphans: [] });
    expect(auth0.held).toEqual([]);
    expect(auth0.requests('deleteAuthenticator')).toBe(1);
    expect(auth0.requests('listAuthenticators')).toBe(1);
  });
});

describe('a cancel while', () => {
  it('an associate is in flight whose reply is lost: it is found and deleted', async () => {
    const { person, auth0, admin, until } = await start();
    auth0.loses('associate', 'done');
    await person.signal('loginCompleted', person.proof());
    await until(() => auth0.requests('associate') > 0);
    await admin.cancel();
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(auth0.held).toEqual([]);
    expect(auth0.requests('associate')).toBe(1);
    expect(auth0.texts()).toHaveLength(1);
  });

  it('a confirm is in flight whose reply is lost: Auth0’s list says that it is confirmed', async () => {
    const { person, auth0, admin } = await start();
    await person.logIn();
    auth0.loses('confirm', 'done');
    const code = await person.submitting();
    await admin.cancel();
    expect(await code.result()).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({
      outcome: 'cancelled',
      factors: [{ status: 'enrolled' }, { status: 'pending' }],
      orphans: [],
    });
    expect(auth0.held).toEqual([ACTIVE_SMS]);
    expect(auth0.requests('deleteAuthenticator')).toBe(0);
  });

  it('a confirm is in flight of a wrong code: it is told, and the orphan is deleted', async () => {
    const { person, auth0, admin } = await start();
    await person.logIn();
    auth0.slow('confirm', SLOW_MS);
    const code = await person.submitting(person.wrong());
    await admin.cancel();
    const late = await person.submitting();
    expect(await code.result()).toMatchObject({ status: 'wrong-code', attemptsLeft: 3 });
    // It came when the end had come already.
    expect(await late.result()).toMatchObject({ refusal: 'ended', next: { type: 'nothing' } });
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(auth0.took('confirm')).toBe(1);
    expect(auth0.held).toEqual([]);
    expect(auth0.requests('deleteAuthenticator')).toBe(1);
  });
});

describe('a deadline extended at the last moment', () => {
  it('does not end a run that learns of both at once', async () => {
    const { person, auth0, admin, world, passes } = await start({
      ...{ factors: ['sms'], deadlineMs: DEADLINE_MS },
    });
    const { deadline } = person.progress();
    await passes(DEADLINE_MS - MINUTE);
    auth0.withoutWorker(2 * MINUTE);
    await passes(MINUTE + 1_000);
    expect(world.now).toBeGreaterThan(Date.parse(deadline));
    await admin.extend(EXTENSION_MS);
    const extended = await person.until((progress) => progress.deadline > deadline);
    expect(extended.phase).toBe('awaiting-login');
    expect(Date.parse(extended.deadline) - Date.parse(deadline)).toBe(EXTENSION_MS - DEADLINE_MS);
    await person.enrollSms();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });
  });

  it('lets a person go on whose code was being judged when the deadline passed', async () => {
    const scenario = await start({ factors: ['sms'], deadlineMs: DEADLINE_MS });
    const { person, auth0, admin } = scenario;
    await person.logIn();
    await approach('expired', scenario);
    auth0.slow('confirm', SLOW_MS);
    const code = await person.submitting(person.wrong());
    await comes('expired', scenario, 'confirm');
    await admin.extend(EXTENSION_MS);
    expect(await code.result()).toMatchObject({ status: 'wrong-code', attemptsLeft: 3 });
    expect(await person.submit()).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(auth0.took('confirm')).toBe(2);
    expect(auth0.held).toEqual([ACTIVE_SMS]);
  });

  it('comes too late once the clean-up has begun, which is recorded', async () => {
    const { person, auth0, admin, until } = await start({ deadlineMs: DEADLINE_MS });
    await person.logIn();
    auth0.slow('listAuthenticators', SLOW_MS);
    await until(() => auth0.requests('listAuthenticators') > 0);
    await admin.extend(EXTENSION_MS);
    expect(await person.result()).toMatchObject({ outcome: 'expired', orphans: [] });
    expect(person.progress().lastRefusal).toMatchObject({
      message: 'extendDeadline',
      refusal: 'ended',
    });
    expect(auth0.held).toEqual([]);
  });
});

describe('a message after the end', () => {
  it('that comes during the last clean-up is told so, and reaches nobody', async () => {
    const { person, auth0, admin, until } = await start();
    await person.logIn();
    const proof = person.proof();
    auth0.slow('listAuthenticators', SLOW_MS);
    await admin.cancel();
    await until(() => auth0.requests('listAuthenticators') > 0);
    const messages = await Promise.all([
      person.submitting(),
      person.delivering(proof),
      person.resending(),
      person.changingPhoneNumber('+14155550199'),
    ]);
    for (const message of messages) {
      expect(await message.result()).toMatchObject({
        status: 'refused',
        refusal: 'ended',
        next: { type: 'nothing' },
      });
    }
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect([auth0.requests('confirm'), auth0.requests('openSession')]).toEqual([0, 1]);
    expect(auth0.requests('associate')).toBe(1);
    expect(auth0.held).toEqual([]);
  });
});
