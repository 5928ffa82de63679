import { describe, expect, it } from '@jest/globals';
import { ACTIVE_TOTP, ASSOCIATE, held, INACTIVE_TOTP } from '../../support/auth0-record.ts';
import { Enrollee } from '../../support/enrollee.ts';
import { LOST, refuseList, throughSettlement } from '../../support/lost-answer.ts';
import { createWorld, type World } from '../../support/world.ts';

/** A first login for TOTP whose set-up's answer is lost. */
async function played(
  fault: (typeof LOST)[keyof typeof LOST],
  check: (world: World, person: Enrollee) => Promise<void>,
  more: { readonly times?: number; readonly unreadable?: number } = {},
): Promise<void> {
  await using world = await createWorld();
  const person = await Enrollee.start(world, { factors: ['totp'] });
  world.emulator.faults.add({ endpoint: ASSOCIATE, times: more.times ?? 1, ...fault });
  const proof = await person.proof();
  await throughSettlement(
    person,
    ASSOCIATE,
    () => person.deliver(proof),
    () => {
      if (more.unreadable !== undefined) refuseList(world, more.unreadable);
      return Promise.resolve();
    },
  );
  await check(world, person);
}

async function finishes(world: World, person: Enrollee, challenge: number): Promise<void> {
  await person.scan();
  expect(await person.submit(person.otp(), challenge)).toMatchObject({ status: 'confirmed' });
  expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
  expect(held(world)).toEqual([ACTIVE_TOTP]);
}

describe('a set-up whose answer was lost', () => {
  it.each([
    ['associate-totp/dropped-before', LOST['dropped-before'], 'not-made'],
    ['associate-totp/5xx-before', LOST['502-before'], 'not-made'],
    ['associate-totp/dropped-after', LOST['dropped-after'], 'made'],
    ['associate-totp/5xx-after', LOST['502-after'], 'made'],
  ])('%s: is made once more, and there is one in the end', (_row, fault, verdict) =>
    played(fault, async (world, person) => {
      const { lastSettlement } = await person.untilPhase('awaiting-otp');
      expect(lastSettlement).toMatchObject({ verdict, challenge: 1 });
      expect(held(world)).toEqual([INACTIVE_TOTP]);
      expect(world.emulator.journal.count(ASSOCIATE)).toBe(2);
      await finishes(world, person, 2);
    }),
  );

  it('associate-totp/second-loss: is removed, and a new login is asked for', () =>
    played(
      LOST['dropped-after'],
      async (world, person) => {
        const { next, lastRefusal } = await person.untilPhase('awaiting-login');
        expect(next).toMatchObject({ type: 'log-in', factor: 'totp' });
        expect(lastRefusal).toMatchObject({ refusal: 'association-unresolved' });
        expect(world.emulator.journal.count(ASSOCIATE)).toBe(2);
        expect(held(world)).toEqual([]);
        await person.logIn();
        await finishes(world, person, 3);
      },
      { times: 2 },
    ));

  it('associate-totp/unreadable: nothing is made until the next login, which removes it', () =>
    played(
      LOST['dropped-after'],
      async (world, person) => {
        const { lastSettlement } = await person.untilPhase('awaiting-login');
        expect(lastSettlement).toMatchObject({ verdict: 'cannot-tell' });
        expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
        expect(held(world)).toEqual([INACTIVE_TOTP]);
        await person.logIn();
        await finishes(world, person, 2);
      },
      // The two reads of the settlement, and the one of the clean-up.
      { unreadable: 3 },
    ));
});
