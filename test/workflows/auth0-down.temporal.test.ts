import { describe, expect, it } from '@jest/globals';
import type { Progress } from '../../workflows/contract/enroll-mfa.ts';
import { MFA_LAST_REFUSAL, MFA_PHASE } from '../../workflows/contract/search-attributes.ts';
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
import { waitOf } from '../support/rate-limited.ts';
import { createWorld, type World } from '../support/world.ts';

const MINUTE = 60_000;
const OUTAGE_MS = 30 * MINUTE;
/** The shortest and the longest wait between two tries. */
const HOLD_MS_FIRST = 15_000;
const HOLD_MS_MAX = 2 * MINUTE;
const CANCEL = { by: 'admin', reason: 'left the company' };

/** Auth0 cannot be reached, and when it is tried again lies ahead, but not far. */
function seesNextTry(progress: Progress): void {
  expect(progress).toMatchObject({
    lastRefusal: { refusal: 'unavailable' },
    next: { type: 'wait' },
  });
  expect(waitOf(progress)).toBeGreaterThanOrEqual(HOLD_MS_FIRST);
  expect(waitOf(progress)).toBeLessThanOrEqual(HOLD_MS_MAX);
}

function startForSms(world: World): Promise<Enrollee> {
  return Enrollee.start(world, { factors: ['sms'] });
}

/** From a login on, to the end. */
async function finish(person: Enrollee, challenge: number): Promise<void> {
  expect(await person.logIn()).toMatchObject({ next: { type: 'enter-sms-code', challenge } });
  expect(await person.submit(person.texted(), challenge)).toMatchObject({ status: 'confirmed' });
  await enrolled(person);
}

async function enrolled(person: Enrollee): Promise<void> {
  expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
  expect(held(person.world)).toEqual([ACTIVE_SMS]);
}

describe('Auth0 down for 30 minutes', () => {
  it('when a login proof arrives: it is tried again, then a new login finishes', async () => {
    await using world = await createWorld();
    const person = await startForSms(world);
    const proof = await person.proof();
    await world.emulator.goDown();
    const answer = await person.deliver(proof);
    expect(answer).toMatchObject({ status: 'pending', next: { type: 'wait' } });
    seesNextTry(await person.untilRefused('unavailable'));
    // What a plain client sees, with or without a worker.
    const { typedSearchAttributes: shown } = await person.handle.describe();
    expect(shown.get(MFA_PHASE)).toBe('awaiting-login');
    expect(shown.get(MFA_LAST_REFUSAL)).toBe('unavailable');
    await fastForward(world, person.handle, 5 * MINUTE);
    seesNextTry(await person.progress());
    await fastForward(world, person.handle, OUTAGE_MS - 5 * MINUTE);
    // Its code has died at Auth0 meanwhile.
    expect(await person.progress()).toMatchObject({
      phase: 'awaiting-login',
      lastRefusal: { refusal: 'unavailable' },
      next: { type: 'log-in', factor: 'sms' },
    });
    await world.emulator.comeBack();
    await finish(person, 1);
    expect(exchanged(world)).toBe(1);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
    expect(world.emulator.inbox.messages()).toHaveLength(1);
  });

  it('when a text is due: none is lost, and a new login sends the one', async () => {
    await using world = await createWorld();
    const person = await startForSms(world);
    // It asks for patience first, and is gone when its time has come.
    world.emulator.faults.add({
      ...{ endpoint: ASSOCIATE, when: 'before' },
      action: { status: 429, body: {}, headers: { 'retry-after': '20' } },
    });
    expect(await person.logIn()).toMatchObject({ status: 'pending', next: { type: 'wait' } });
    await world.emulator.goDown();
    await fastForward(world, person.handle, MINUTE);
    seesNextTry(await person.untilRefused('unavailable'));
    await fastForward(world, person.handle, OUTAGE_MS);
    expect(await person.progress()).toMatchObject({
      phase: 'awaiting-login',
      lastRefusal: { refusal: 'unavailable' },
      next: { type: 'log-in', factor: 'sms' },
    });
    expect(held(world)).toEqual([]);
    await world.emulator.comeBack();
    // The number is that of the text that was due and never went out.
    await finish(person, 2);
    expect(world.emulator.journal.count(ASSOCIATE, { effect: 'authenticator-created' })).toBe(1);
    expect(world.emulator.inbox.messages()).toHaveLength(1);
  });

  it('when a code is given: it is judged once Auth0 is there, or a new login finishes', async () => {
    await using world = await createWorld();
    const person = await startForSms(world);
    await person.logIn();
    await world.emulator.goDown();
    expect(await person.submit(person.texted(), 1)).toMatchObject({
      status: 'pending',
      next: { type: 'wait' },
    });
    seesNextTry(await person.untilRefused('unavailable'));
    await fastForward(world, person.handle, OUTAGE_MS);
    expect((await person.progress()).next).toMatchObject({ type: 'log-in', factor: 'sms' });
    expect(held(world)).toEqual([{ kind: 'sms', active: false }]);
    await world.emulator.comeBack();
    await finish(person, 2);
    // The entry of the first text is gone, and its code was never judged.
    expect(world.emulator.journal.count(DELETE, { status: 204 })).toBe(1);
    expect(judged(world)).toBe(1);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(2);
    expect(world.emulator.inbox.messages()).toHaveLength(2);
  });

  it('when a session’s end is cleaned up: the next login does it', async () => {
    await using world = await createWorld();
    const person = await startForSms(world);
    await person.logIn();
    await world.emulator.goDown();
    await fastForward(world, person.handle, OUTAGE_MS);
    expect(await person.progress()).toMatchObject({
      phase: 'awaiting-login',
      next: { type: 'log-in', factor: 'sms' },
    });
    expect(held(world)).toEqual([{ kind: 'sms', active: false }]);
    await world.emulator.comeBack();
    await finish(person, 2);
    expect(world.emulator.journal.count(DELETE, { status: 204 })).toBe(1);
  });

  it('when a confirmation is cleaned up after: it counts, and the next login does the rest', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.logIn();
    await fastForward(world, person.handle, 30_000);
    await person.resend(1);
    const gate = world.emulator.faults.hold({ endpoint: LIST, when: 'before' });
    expect(await person.submit(person.texted(), 2)).toMatchObject({ status: 'confirmed' });
    await gate.reached;
    await world.emulator.goDown();
    gate.drop();
    await fastForward(world, person.handle, OUTAGE_MS);
    expect(await person.progress()).toMatchObject({
      phase: 'awaiting-login',
      plan: [{ factor: 'sms', status: 'enrolled' }, { factor: 'totp' }],
      next: { type: 'log-in', factor: 'totp' },
    });
    expect(held(world)).toHaveLength(2);
    await world.emulator.comeBack();
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(held(world)).toEqual([ACTIVE_SMS, ACTIVE_TOTP]);
  });

  it('when a cancelled enrollment is cleaned up: it ends, and says what is left', async () => {
    await using world = await createWorld();
    const person = await startForSms(world);
    await person.logIn();
    await world.emulator.goDown();
    await person.handle.signal('cancel', CANCEL);
    await fastForward(world, person.handle, OUTAGE_MS);
    expect(await person.result()).toMatchObject({
      outcome: 'cancelled',
      orphans: [{ factor: 'sms', why: 'no-live-token' }],
    });
    await world.emulator.comeBack();
    expect(held(world)).toEqual([{ kind: 'sms', active: false }]);
  });
});

describe('Auth0 down for less than what waits for it lives', () => {
  it('costs a person with a login nothing: it is used when Auth0 is back', async () => {
    await using world = await createWorld();
    const person = await startForSms(world);
    const proof = await person.proof();
    await world.emulator.goDown();
    expect(await person.deliver(proof)).toMatchObject({ status: 'pending' });
    await fastForward(world, person.handle, 5 * MINUTE);
    await world.emulator.comeBack();
    await fastForward(world, person.handle, HOLD_MS_MAX);
    await person.untilPhase('awaiting-sms-code');
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    await enrolled(person);
    expect([exchanged(world), judged(world)]).toEqual([1, 1]);
    expect(world.emulator.inbox.messages()).toHaveLength(1);
  });

  it('costs a person with a code nothing: it is judged, once, when Auth0 is back', async () => {
    await using world = await createWorld();
    const person = await startForSms(world);
    await person.logIn();
    await world.emulator.goDown();
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'pending' });
    await fastForward(world, person.handle, MINUTE);
    await world.emulator.comeBack();
    await fastForward(world, person.handle, HOLD_MS_MAX);
    await enrolled(person);
    expect(world.emulator.journal.count(TOKEN)).toBe(2);
    expect([exchanged(world), judged(world)]).toEqual([1, 1]);
    expect(world.emulator.inbox.messages()).toHaveLength(1);
  });

  it('costs nobody a clean-up: what a cancelled enrollment left is deleted when it is back', async () => {
    await using world = await createWorld();
    const person = await startForSms(world);
    await person.logIn();
    await world.emulator.goDown();
    await person.handle.signal('cancel', CANCEL);
    seesNextTry(await person.untilRefused('unavailable'));
    await fastForward(world, person.handle, MINUTE);
    await world.emulator.comeBack();
    await fastForward(world, person.handle, HOLD_MS_MAX);
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(held(world)).toEqual([]);
  });
});
