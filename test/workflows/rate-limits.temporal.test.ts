import { describe, expect, it } from '@jest/globals';
import { ACTIVE_SMS, ASSOCIATE, exchanged, held, judged, TOKEN } from '../support/auth0-record.ts';
import { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import {
  limit,
  PAST_ONE_WAIT_MS,
  refuse,
  type SayingName,
  SAYINGS,
  seesTheLimit,
  waitOf,
} from '../support/rate-limited.ts';
import { createWorld } from '../support/world.ts';

const PENDING = { status: 'pending', next: { type: 'wait' } };

describe.each(Object.keys(SAYINGS) as SayingName[])('429 with %s', (said) => {
  const { tries } = SAYINGS[said];

  it('to a login, to a new text and to a code is waited out; each is taken once', async () => {
    await using world = await createWorld();
    const { emulator } = world;
    const person = await Enrollee.start(world, { factors: ['sms'] });
    const proof = await person.proof();
    limit(world, TOKEN, said);
    expect(await person.deliver(proof)).toMatchObject(PENDING);
    expect(await seesTheLimit(person, said)).toMatchObject({ phase: 'awaiting-login' });
    expect(exchanged(world)).toBe(0);
    await fastForward(world, person.handle, PAST_ONE_WAIT_MS);
    await person.untilPhase('awaiting-sms-code');

    await fastForward(world, person.handle, PAST_ONE_WAIT_MS);
    limit(world, ASSOCIATE, said);
    expect(await person.resend(1)).toMatchObject(PENDING);
    expect(await seesTheLimit(person, said)).toMatchObject({ phase: 'associating' });
    expect(emulator.inbox.messages()).toHaveLength(1);
    await fastForward(world, person.handle, PAST_ONE_WAIT_MS);
    const { next } = await person.untilPhase('awaiting-sms-code');
    expect(next).toMatchObject({ challenge: 2, sendsLeft: 3 });

    limit(world, TOKEN, said);
    expect(await person.submit(person.texted(), 2)).toMatchObject(PENDING);
    expect(await seesTheLimit(person, said)).toMatchObject({ phase: 'confirming' });
    expect(judged(world)).toBe(0);
    await fastForward(world, person.handle, PAST_ONE_WAIT_MS);
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect([exchanged(world), judged(world)]).toEqual([1, 1]);
    expect(emulator.inbox.messages()).toHaveLength(2);
    expect(emulator.journal.count(TOKEN, { status: 429 })).toBe(2 * tries);
    expect(emulator.journal.count(ASSOCIATE, { status: 429 })).toBe(tries);
    expect(emulator.journal.count(ASSOCIATE, { effect: 'authenticator-created' })).toBe(2);
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });

  it('to the first text is waited out, and one text is sent', async () => {
    await using world = await createWorld();
    const { emulator } = world;
    const person = await Enrollee.start(world, { factors: ['sms'] });
    limit(world, ASSOCIATE, said);
    expect(await person.logIn()).toMatchObject(PENDING);
    expect(await seesTheLimit(person, said)).toMatchObject({ phase: 'associating' });
    expect(held(world)).toEqual([]);
    await fastForward(world, person.handle, PAST_ONE_WAIT_MS);
    const { next } = await person.untilPhase('awaiting-sms-code');
    expect(next).toMatchObject({ challenge: 1, sendsLeft: 4 });
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(emulator.inbox.messages()).toHaveLength(1);
    expect(emulator.journal.count(ASSOCIATE)).toBe(tries + 1);
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });
});

describe('429 that goes on', () => {
  it('is asked less and less often, and the person is told each time', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { factors: ['sms'] });
    await person.logIn();
    refuse(world, TOKEN, {}, 2 * SAYINGS['neither header'].tries);
    expect(await person.submit(person.texted(), 1)).toMatchObject(PENDING);
    const first = await seesTheLimit(person, 'neither header');
    await fastForward(world, person.handle, 20_000);
    const second = await person.until(
      ({ lastRefusal }) => lastRefusal?.at !== first.lastRefusal?.at,
    );
    expect(second).toMatchObject({ phase: 'confirming', lastRefusal: { refusal: 'rate-limited' } });
    expect(waitOf(second)).toBe(2 * waitOf(first));
    await fastForward(world, person.handle, PAST_ONE_WAIT_MS);
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });
    expect(world.emulator.journal.count(TOKEN, { status: 429 })).toBe(6);
    expect(judged(world)).toBe(1);
  });
});

describe('429 that asks for a second', () => {
  it('is waited out within the call: nobody notices', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { factors: ['sms'] });
    await person.logIn();
    refuse(world, TOKEN, { 'retry-after': '1' });
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    expect((await person.timeline()).join()).not.toContain('rate-limited');
    expect(world.emulator.journal.count(TOKEN, { status: 429 })).toBe(1);
    expect(judged(world)).toBe(1);
  });
});

describe('429 while something else comes', () => {
  it('does not keep a cancel waiting', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { factors: ['sms'] });
    await person.logIn();
    refuse(world, TOKEN, { 'retry-after': '100' }, 9);
    expect(await person.submit(person.texted(), 1)).toMatchObject(PENDING);
    await person.handle.signal('cancel', { by: 'admin', reason: 'test' });
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(judged(world)).toBe(0);
    expect(held(world)).toEqual([]);
  });
});
