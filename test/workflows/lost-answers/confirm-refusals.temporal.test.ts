import { describe, expect, it } from '@jest/globals';
import type { FaultAction } from '../../../emulator/index.ts';
import {
  ACTIVE_SMS,
  confirmed,
  held,
  INACTIVE_SMS,
  judged,
  LIST,
  TOKEN,
} from '../../support/auth0-record.ts';
import { Enrollee } from '../../support/enrollee.ts';
import { LOST, refuseList, throughSettlement } from '../../support/lost-answer.ts';
import { createWorld, type World } from '../../support/world.ts';

const FOR_SMS = { factors: ['sms'] } as const;

function refusal(status: number, error: string, text: string): FaultAction {
  return { status, body: { error, error_description: text } };
}

/** Words of a tenant's own Action, which no table can know. */
const ACTION_DENIES = refusal(403, 'access_denied', 'Ask your manager first.');

function answer(world: World, when: 'before' | 'after', action: FaultAction): void {
  world.emulator.faults.add({ endpoint: TOKEN, when, action });
}

describe('a right code that confirms the factor, and is refused all the same', () => {
  it.each([
    ['confirm/refused-after', 'by an Action', ACTION_DENIES],
    ['confirm/refused-after', 'for the user', refusal(403, 'invalid_grant', 'user is blocked')],
    ['confirm/refused-after', 'for the client', refusal(401, 'access_denied', 'Unauthorized')],
    ['confirm/refused-after', 'for another factor', refusal(403, 'mfa_required', 'MFA required')],
    [
      'confirm/refused-after',
      'as active already',
      refusal(403, 'access_denied', 'User is already enrolled.'),
    ],
    ['confirm/refused-after', 'as spent', refusal(403, 'invalid_grant', 'Malformed oob_code')],
    [
      'confirm/refused-after',
      'as one too many',
      refusal(429, 'invalid_request', 'Too many failed codes. Wait for some minutes.'),
    ],
  ])('%s: %s, is found in the list', async (_row, _why, action) => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world, FOR_SMS);
    answer(world, 'after', action);
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({
      ...{ outcome: 'enrolled', orphans: [] },
      factors: [{ factor: 'sms', status: 'enrolled' }],
    });
    expect(judged(world)).toBe(1);
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });

  it('confirm/refused-repeat: goes for the repeat of a code whose answer was lost', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world, FOR_SMS);
    world.emulator.faults.add({ endpoint: TOKEN, ...LOST['dropped-before'] });
    world.emulator.faults.add({ endpoint: TOKEN, nth: 2, when: 'after', action: ACTION_DENIES });
    await throughSettlement(person, TOKEN, () => person.submit(person.texted(), 1));
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(confirmed(world)).toBe(1);
  });
});

describe('a code that is refused and confirms nothing', () => {
  it('confirm/unknown: an unknown refusal ends the run once the list has agreed twice', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world, FOR_SMS);
    const lists = world.emulator.journal.count(LIST);
    answer(world, 'before', ACTION_DENIES);
    await throughSettlement(person, TOKEN, () => person.handle.signal('smsCode', person.texted()));
    await expect(person.result()).rejects.toMatchObject({
      cause: {
        type: 'unexpected-response',
        details: [{ factors: [{ factor: 'sms', status: 'in-progress' }], orphans: [] }],
      },
    });
    // Twice for the code, once for the clean-up.
    expect(world.emulator.journal.count(LIST) - lists).toBe(3);
    expect(judged(world)).toBe(0);
    expect(held(world)).toEqual([]);
  });

  it('confirm/unknown-unreadable: without the list it is as good as lost', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world, FOR_SMS);
    refuseList(world, 2);
    answer(world, 'before', ACTION_DENIES);
    await throughSettlement(person, TOKEN, () => person.submit(person.texted(), 1));
    const { next, lastSettlement } = await person.untilRefused('code-unresolved');
    expect(lastSettlement).toMatchObject({ verdict: 'cannot-tell', challenge: 1 });
    // It may have been judged, so it counts.
    expect(next).toMatchObject({ type: 'enter-sms-code', attemptsLeft: 3 });
    expect(held(world)).toEqual([INACTIVE_SMS]);
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
  });

  it('confirm/known: a refusal that the table knows is told, once the list agrees', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world, FOR_SMS);
    const lists = world.emulator.journal.count(LIST);
    answer(world, 'before', refusal(401, 'expired_token', 'oob_code is expired'));
    expect(await person.submit(person.texted(), 1)).toMatchObject({
      ...{ status: 'refused', refusal: 'code-expired' },
      next: { type: 'request-resend', challenge: 1 },
    });
    expect(world.emulator.journal.count(LIST) - lists).toBe(1);
  });

  it('confirm/verdict: that it is wrong is told without a look at the list', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world, FOR_SMS);
    const lists = world.emulator.journal.count(LIST);
    expect(await person.submit(person.wrong(), 1)).toMatchObject({ status: 'wrong-code' });
    expect(world.emulator.journal.count(LIST)).toBe(lists);
  });
});
