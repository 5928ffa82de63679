import { describe, expect, it } from '@jest/globals';
import {
  ACTIVE_SMS,
  ACTIVE_TOTP,
  ASSOCIATE,
  DELETE,
  exchanged,
  held,
  judged,
  LIST,
  TOKEN,
} from '../support/auth0-record.ts';
import { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { refuse } from '../support/rate-limited.ts';
import { createWorld, type World } from '../support/world.ts';

const MINUTE = 60_000;
/** Longer than a login's code and token live, whichever way it is said. */
const LATER = {
  'Retry-After': () => ({ 'retry-after': '900' }),
  'x-ratelimit-reset': (now: number) => ({
    date: new Date(now).toUTCString(),
    'x-ratelimit-reset': String(Math.floor(now / 1_000) + 900),
  }),
} as const;

const LONG = LATER['Retry-After']();

async function enrolled(person: Enrollee): Promise<void> {
  expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
}

describe('429 that asks for longer than the token lives', () => {
  it('to a login is refused at once; the same login may be given again', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { factors: ['sms'] });
    const proof = await person.proof();
    refuse(world, TOKEN, LONG);
    expect(await person.deliver(proof)).toMatchObject({
      refusal: 'rate-limited',
      next: { type: 'log-in', factor: 'sms' },
    });
    expect(await person.deliver(proof)).toMatchObject({ status: 'accepted' });
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    await enrolled(person);
    expect(exchanged(world)).toBe(1);
    expect(world.emulator.inbox.messages()).toHaveLength(1);
  });

  it('to the list costs the login, for its code is spent', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { factors: ['sms'] });
    refuse(world, LIST, LONG);
    expect(await person.logIn()).toMatchObject({
      refusal: 'login-unfinished',
      next: { type: 'log-in', factor: 'sms' },
    });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
    await person.enrollSms();
    await enrolled(person);
    expect(exchanged(world)).toBe(2);
    expect(world.emulator.inbox.messages()).toHaveLength(1);
  });

  it.each([
    ['sms', 'Retry-After'],
    ['totp', 'x-ratelimit-reset'],
  ] as const)(
    'to an associate of %s (%s) turns into "log in again"; nothing was sent, no send is lost',
    async (factor, said) => {
      await using world = await createWorld();
      const { emulator } = world;
      const person = await Enrollee.start(world, { factors: [factor] });
      refuse(world, ASSOCIATE, LATER[said](emulator.clock.now()));
      expect(await person.logIn()).toMatchObject({ next: { type: 'log-in', factor } });
      expect((await person.progress()).lastRefusal).toMatchObject({ refusal: 'rate-limited' });
      expect(held(world)).toEqual([]);
      const next = factor === 'sms' ? { sendsLeft: 4, attemptsLeft: 4 } : { attemptsLeft: 4 };
      expect(await person.logIn()).toMatchObject({ status: 'accepted', next });
      expect(held(world)).toEqual([{ kind: factor, active: false }]);
      if (factor === 'totp') await person.scan();
      const code = factor === 'totp' ? person.otp() : person.texted();
      expect(await person.submit(code, 2)).toMatchObject({ status: 'confirmed' });
      await enrolled(person);
      expect(emulator.journal.count(ASSOCIATE)).toBe(2);
      expect(emulator.inbox.messages()).toHaveLength(factor === 'sms' ? 1 : 0);
    },
  );

  it('to a code leaves it unjudged; when the session ends it is "log in again"', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world, { factors: ['sms'] });
    refuse(world, TOKEN, LONG);
    expect(await person.submit(person.texted(), 1)).toMatchObject({
      refusal: 'rate-limited',
      next: { type: 'enter-sms-code', challenge: 1, attemptsLeft: 4 },
    });
    await fastForward(world, person.handle, 15 * MINUTE);
    expect((await person.progress()).next).toMatchObject({ type: 'log-in', factor: 'sms' });
    expect(held(world)).toEqual([]);
    await person.enrollSms();
    await enrolled(person);
    expect(judged(world)).toBe(1);
    expect(world.emulator.inbox.messages()).toHaveLength(2);
    expect(world.emulator.journal.count(DELETE, { status: 204 })).toBe(1);
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
      await enrolled(person);
      expect(held(world, person.user.userId)).toEqual([ACTIVE_SMS, ACTIVE_TOTP]);
    }
    expect(emulator.journal.count(ASSOCIATE, { effect: 'authenticator-created' })).toBe(4);
    expect(judged(world)).toBe(4);
  });
});

describe('a limit of the user', () => {
  const deny = (world: World, endpoint: string, description: string) => {
    world.emulator.faults.add({
      ...{ endpoint, when: 'before' },
      action: {
        status: 429,
        body: { error: 'invalid_request', error_description: description },
        // The tenant's headers say nothing of a user's own quota.
        headers: { 'x-ratelimit-reset': '1', 'x-ratelimit-remaining': '20' },
      },
    });
  };
  const TEXTS = 'Too many SMS sent by the user. Wait for some minutes before retrying.';
  const CODES = 'Too many failed codes. Wait for some minutes before retrying.';

  it('of texts outlives the token: a new login, and the text when its hour is over', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { factors: ['sms'] });
    deny(world, ASSOCIATE, TEXTS);
    const { next } = await person.logIn();
    expect(next).toMatchObject({ type: 'request-resend', sendsLeft: 5 });
    const { lastRefusal } = await person.progress();
    expect(lastRefusal).toMatchObject({ refusal: 'sms-quota-spent' });
    const resendAt = next.type === 'request-resend' ? Date.parse(next.resendAt) : 0;
    expect(resendAt - Date.parse(lastRefusal?.at ?? '')).toBe(60 * MINUTE);
    await fastForward(world, person.handle, 15 * MINUTE);
    expect((await person.progress()).next).toMatchObject({ type: 'log-in' });
    expect(await person.logIn()).toMatchObject({ next: { type: 'request-resend', sendsLeft: 5 } });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
    await fastForward(world, person.handle, 60 * MINUTE);
    await person.enrollSms();
    await enrolled(person);
    expect(world.emulator.inbox.messages()).toHaveLength(1);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(2);
  });

  it('of texts meets nobody else', async () => {
    await using world = await createWorld();
    const other = world.addUser();
    const person = await Enrollee.start(world, { factors: ['sms'] });
    const neighbour = await Enrollee.start(
      world,
      { factors: ['sms'], phoneNumber: '+14155550199', userId: other.userId },
      other,
    );
    deny(world, ASSOCIATE, TEXTS);
    expect(await person.logIn()).toMatchObject({ next: { type: 'request-resend' } });
    await neighbour.enrollSms();
    await enrolled(neighbour);
    expect(held(world, other.userId)).toEqual([ACTIVE_SMS]);
    expect(held(world)).toEqual([]);
    await person.handle.signal('cancel', { by: 'admin', reason: 'test' });
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
  });

  it('of wrong codes is waited out within the token’s life, with a new text', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world, { factors: ['sms'] });
    deny(world, TOKEN, CODES);
    expect(await person.submit(person.texted(), 1)).toMatchObject({
      refusal: 'too-many-wrong-codes',
      next: { type: 'request-resend', challenge: 1, sendsLeft: 4 },
    });
    const { next, lastRefusal } = await person.untilPhase('awaiting-resend');
    const resendAt = next.type === 'request-resend' ? Date.parse(next.resendAt) : 0;
    expect(resendAt - Date.parse(lastRefusal?.at ?? '')).toBe(6 * MINUTE);
    expect(await person.resend(1)).toMatchObject({ refusal: 'cooling-down' });
    await fastForward(world, person.handle, 6 * MINUTE);
    expect(await person.resend(1)).toMatchObject({ next: { challenge: 2 } });
    expect(await person.submit(person.texted(), 2)).toMatchObject({ status: 'confirmed' });
    await enrolled(person);
    expect(judged(world)).toBe(1);
    expect(world.emulator.inbox.messages()).toHaveLength(2);
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });

  it('of wrong codes turns a TOTP set-up into "log in again"', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world, { factors: ['totp'] });
    await person.scan();
    deny(world, TOKEN, CODES);
    const answer = await person.submit(person.otp(), 1);
    expect(answer).toMatchObject({ refusal: 'too-many-wrong-codes', next: { type: 'log-in' } });
    // The answer goes out first; what was set up is deleted before a login is awaited.
    await person.untilPhase('awaiting-login');
    expect(held(world)).toEqual([]);
    await person.enrollTotp();
    await enrolled(person);
    expect(judged(world)).toBe(1);
    expect(world.emulator.journal.count(DELETE, { status: 204 })).toBe(1);
  });
});
