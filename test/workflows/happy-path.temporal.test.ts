import { describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { ACTIVE_SMS, ACTIVE_TOTP, ASSOCIATE, held, judged } from '../support/auth0-record.ts';
import { enrollEmail } from '../support/email-factor.ts';
import { Enrollee } from '../support/enrollee.ts';
import { enrollmentCost } from '../../dev/enrollment-cost.ts';
import { login } from '../support/login.ts';
import { createWorld, type World } from '../support/world.ts';

/** The plan's bound for what every list shows of a run. */
const PROGRESS_BYTES_MAX = 2 * 1024;

/** Which factors the tenant itself holds as active for the user. */
function active(world: World, userId = world.user.userId): string[] {
  return world.emulator
    .authenticators(userId)
    .filter((authenticator) => authenticator.active)
    .map(({ id }) => id.split('|')[0] ?? '')
    .filter((kind) => kind === 'sms' || kind === 'totp');
}

/** Every payload of the history, decoded. */
async function payloadTexts(handle: WorkflowHandle): Promise<string> {
  const { events } = await handle.fetchHistory();
  return JSON.stringify(events, (key, value: unknown) =>
    key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString() : value,
  );
}

describe('an enrollment', () => {
  it('takes a user from nothing to SMS and TOTP, with one text and one set-up of ours', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    const login = await person.logIn();
    expect(login).toMatchObject({
      status: 'accepted',
      next: { type: 'enter-sms-code', challenge: 1, attemptsLeft: 4, sendsLeft: 4 },
    });
    expect(await person.submit(person.texted(), 1)).toMatchObject({
      status: 'confirmed',
      factor: 'sms',
      next: { type: 'log-in', factor: 'totp' },
    });
    expect(await person.logIn()).toMatchObject({
      status: 'accepted',
      next: { type: 'scan-and-enter-otp', challenge: 2, kid: person.device.kid },
    });
    await person.scan();
    expect(await person.submit(person.otp(), 2)).toMatchObject({
      status: 'confirmed',
      factor: 'totp',
      next: { type: 'nothing' },
    });
    expect(await person.result()).toEqual({
      outcome: 'enrolled',
      factors: [
        { factor: 'sms', status: 'enrolled' },
        { factor: 'totp', status: 'enrolled' },
      ],
      recoveryCode: 'none',
      orphans: [],
    });
    expect(active(world)).toEqual(['sms', 'totp']);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(2);
    // Ours, and the one with which Auth0 itself challenged the second login.
    expect(world.emulator.inbox.messages(person.phoneNumber)).toHaveLength(2);
  });

  it('takes a user whose logins are challenged by e-mail, which is no factor of the plan', async () => {
    await using world = await createWorld();
    await enrollEmail(world);
    const person = await Enrollee.start(world, { factors: ['sms'] });
    expect(await person.logIn({ phoneNumber: world.user.email })).toMatchObject({
      status: 'accepted',
      next: { type: 'enter-sms-code', challenge: 1 },
    });
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });
    expect(active(world)).toEqual(['sms']);
  });

  it('stays within its limits of events, bytes and billed actions', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.enrollSms();
    await person.enrollTotp();
    await person.result();
    const cost = await enrollmentCost(person.handle);
    const { events } = await person.handle.fetchHistory();
    const memos = (events ?? []).flatMap(
      ({ workflowPropertiesModifiedEventAttributes: modified }) =>
        modified?.upsertedMemo?.fields ? [modified.upsertedMemo.fields] : [],
    );
    expect(memos.length).toBeLessThanOrEqual(5);
    expect(cost.historyEvents - memos.length).toBeLessThanOrEqual(72);
    expect(cost.historyBytes).toBeLessThanOrEqual(27 * 1024);
    expect(cost.billedActions).toBeLessThanOrEqual(19);
    for (const { progress } of memos) {
      expect(progress?.data?.length ?? 0).toBeLessThanOrEqual(PROGRESS_BYTES_MAX);
    }
  });

  it('leaves no token, secret or recovery code in its history (I6)', async () => {
    await using world = await createWorld({ emulator: { settings: { recoveryCodes: true } } });
    const person = await Enrollee.start(world);
    await person.enrollSms();
    const { recoveryCode } = await person.setUp();
    const opened = JSON.stringify(await person.device.open(recoveryCode?.jwe ?? ''));
    await person.enrollTotp();
    await person.result();
    const history = await payloadTexts(person.handle);
    // A signed token has three parts and a readable second one; what is sealed has five.
    expect(/eyJ[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+/.test(history)).toBe(true);
    expect(/eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/.test(history)).toBe(false);
    expect(/Fe26\.2|otpauth:/i.test(history)).toBe(false);
    for (const secret of [person.secret, ...(opened.match(/[A-Z0-9]{24}/) ?? [])]) {
      expect(secret.length).toBeGreaterThan(20);
      expect(history.includes(secret)).toBe(false);
    }
  });

  it('takes a first login with the start, by signal', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, {}, world.user, await login(world));
    await world.emulator.inbox.next(person.phoneNumber);
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
  });
});

describe('signals alone', () => {
  it('carry an enrollment from start to end, read through describe', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.enrollBySignals();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });
    const { typedSearchAttributes } = await person.handle.describe();
    const attributes = Object.fromEntries(
      [...typedSearchAttributes.getAll()].map(({ key, value }) => [key.name, value]),
    );
    expect(attributes).toMatchObject({
      MfaPhase: 'enrolled',
      MfaOutcome: 'enrolled',
      MfaRequestedBy: 'test',
    });
    expect(attributes).not.toHaveProperty('MfaLastRefusal');
  });
});

describe('a limit of the tenant', () => {
  it('meets two people at once: both are enrolled in both factors, with one text asked for', async () => {
    await using world = await createWorld();
    const { emulator } = world;
    const other = world.addUser();
    const one = await Enrollee.start(world);
    const input = { phoneNumber: '+14155550199', userId: other.userId };
    const another = await Enrollee.start(world, input, other);
    const proofs = [await one.proof(), await another.proof()];
    // Six requests at once, of which one is let in.
    emulator.configure({ requestsPerSecond: 1 });
    await one.handle.signal('loginCompleted', proofs[0]);
    await another.handle.signal('loginCompleted', proofs[1]);
    await emulator.journal.waitFor(({ status }) => status === 429);
    emulator.configure({ requestsPerSecond: 'off' });
    for (const person of [one, another]) {
      await person.untilPhase('awaiting-sms-code');
      expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
      await person.enrollTotp();
      expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
      expect(held(world, person.user.userId)).toEqual([ACTIVE_SMS, ACTIVE_TOTP]);
    }
    expect(emulator.journal.count(ASSOCIATE, { effect: 'authenticator-created' })).toBe(4);
    expect(judged(world)).toBe(4);
  });
});
