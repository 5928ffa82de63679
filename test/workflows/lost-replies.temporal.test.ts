import { describe, expect, it } from '@jest/globals';
import { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { createWorld, type World } from '../support/world.ts';

const ASSOCIATE = 'POST /mfa/associate';
const TOKEN = 'POST /oauth/token';
const DROPPED = { when: 'after', action: 'drop' } as const;

function entries(world: World): { kind: string; active: boolean }[] {
  return world.emulator
    .authenticators(world.user.userId)
    .map(({ kind, active }) => ({ kind, active }));
}

function judged(world: World): number {
  return world.emulator.journal.entries.filter(({ grantType = '' }) =>
    /mfa-o(ob|tp)$/.test(grantType),
  ).length;
}

describe('a lost reply to the login', () => {
  it('asks for a new login; the code is not exchanged again', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    const fault = world.emulator.faults.add({ endpoint: TOKEN, ...DROPPED });
    expect(await person.logIn()).toMatchObject({
      refusal: 'login-unfinished',
      next: { type: 'log-in' },
    });
    fault.remove();
    expect(world.emulator.journal.count(TOKEN)).toBe(1);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
    await person.enrollSms();
  });
});

describe('a lost reply to a text', () => {
  it('sends no second one until the person asks, and leaves no orphan (I2, I8)', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    const fault = world.emulator.faults.add({ endpoint: ASSOCIATE, ...DROPPED });
    expect(await person.logIn()).toMatchObject({
      status: 'accepted',
      next: { type: 'request-resend', challenge: 1, sendsLeft: 4 },
    });
    fault.remove();
    expect((await person.progress()).lastRefusal).toMatchObject({
      refusal: 'association-unresolved',
    });
    expect(world.emulator.inbox.messages(person.phoneNumber)).toHaveLength(1);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
    await fastForward(world, person.handle, 30_000);
    expect(await person.resend(1)).toMatchObject({
      next: { type: 'enter-sms-code', challenge: 2 },
    });
    expect(await person.submit(person.texted(), 2)).toMatchObject({ status: 'confirmed' });
    await person.untilPhase('awaiting-login');
    expect(entries(world)).toEqual([{ kind: 'sms', active: true }]);
  });
});

describe('a lost reply to a TOTP set-up', () => {
  it('removes what was made and asks for a new login', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { factors: ['totp'] });
    const fault = world.emulator.faults.add({ endpoint: ASSOCIATE, ...DROPPED });
    expect(await person.logIn()).toMatchObject({ next: { type: 'log-in', factor: 'totp' } });
    fault.remove();
    expect(entries(world)).toEqual([]);
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
  });
});

describe('a lost reply to a code', () => {
  it('that was right is found in the list: it is confirmed, and not judged twice', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.logIn();
    const fault = world.emulator.faults.add({ endpoint: TOKEN, ...DROPPED });
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    fault.remove();
    expect(judged(world)).toBe(1);
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
  });

  it('that never arrived costs an attempt, and the person types it again', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.logIn();
    const fault = world.emulator.faults.add({ endpoint: TOKEN, when: 'before', action: 'drop' });
    expect(await person.submit(person.texted(), 1)).toMatchObject({
      refusal: 'code-unresolved',
      next: { type: 'enter-sms-code', attemptsLeft: 3 },
    });
    fault.remove();
    expect(judged(world)).toBe(0);
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    expect(judged(world)).toBe(1);
  });

  it('is looked up again where the list could not be read either', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.logIn();
    world.emulator.faults.add({ endpoint: TOKEN, ...DROPPED });
    world.emulator.faults.add({
      endpoint: 'GET /mfa/authenticators',
      when: 'before',
      times: 4,
      action: { status: 401, body: { error: 'something_new' } },
    });
    expect(await person.submit(person.texted(), 1)).toMatchObject({ refusal: 'code-unresolved' });
    world.emulator.faults.clear();
    // Auth0 refuses the spent code, but the list shows that it did its work.
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
  });
});

describe('Auth0 that cannot be reached', () => {
  it('is asked again by itself; who waits is told until when, and nothing is lost', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.logIn();
    const limited = { status: 429, body: {}, headers: { 'retry-after': '20' } };
    const fault = world.emulator.faults.add({
      ...{ endpoint: TOKEN, when: 'before' },
      ...{ times: 1, action: limited },
    });
    expect(await person.submit(person.texted(), 1)).toMatchObject({
      status: 'pending',
      next: { type: 'wait' },
    });
    expect((await person.progress()).lastRefusal).toMatchObject({ refusal: 'rate-limited' });
    fault.remove();
    await fastForward(world, person.handle, 30_000);
    await person.until(({ plan }) => plan[0]?.status === 'enrolled');
    // The login's exchange, the request that was turned away, and the one that was not.
    expect(world.emulator.journal.count(TOKEN)).toBe(3);
    expect(judged(world)).toBe(1);
  });

  it('does not keep a cancel waiting', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.logIn();
    const limited = { status: 429, body: {}, headers: { 'retry-after': '100' } };
    world.emulator.faults.add({ endpoint: TOKEN, when: 'before', times: 9, action: limited });
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'pending' });
    await person.handle.signal('cancel', { by: 'admin', reason: 'test' });
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(entries(world)).toEqual([]);
  });
});
