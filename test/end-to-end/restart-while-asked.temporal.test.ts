/** A plain restart of a worker while a page asks by query, and a signal and an update wait. */
import { describe, expect, it } from '@jest/globals';
import { QUERIES, SIGNALS } from '../../workflows/contract/enroll-mfa.ts';
import { clientOf } from '../support/client-enrollment.ts';
import { Enrollee } from '../support/enrollee.ts';
import { unreplayable } from '../support/replays.ts';
import { createWorld, type World } from '../support/world.ts';

/** `worker/query-guard` shows the fault itself, without a guard and with it. */
const ROUNDS = [1, 2, 3];
/** The fault shows where few runs share the worker: of eight at a time none was seen. */
const RUNS_A_ROUND = 3;
/** Within which the server has surely taken what was sent before: it answers in order. */
const ROUND_TRIPS = 50;

/** @returns the answer to the update, which is still to come */
async function askedWhileAway(world: World, person: Enrollee): Promise<() => Promise<string>> {
  const { handle } = person;
  const query = handle.query(QUERIES.progress);
  query.catch(() => undefined);
  for (let trip = 1; trip <= ROUND_TRIPS; trip += 1) await handle.describe();
  await handle.signal(SIGNALS.smsCode, 'not a code');
  const enrollment = clientOf(world).of(person.user.userId);
  const answer = enrollment.submitCode({ code: person.texted(), challenge: 1 });
  const told = answer.then(
    ({ status }) => status,
    (error: unknown) => String(error),
  );
  for (let trip = 1; trip <= ROUND_TRIPS; trip += 1) await handle.describe();
  return () => told;
}

describe('a worker that restarts while it is asked', () => {
  it.each(ROUNDS)('spoils no history and loses no update, round %i', async () => {
    await using world = await createWorld({ worker: false });
    const before = await world.startWorker();
    const people: Enrollee[] = [];
    for (let run = 1; run <= RUNS_A_ROUND; run += 1) {
      const input = { phoneNumber: `+1415555012${run}` };
      people.push(await Enrollee.loggedIn(world, input, world.addUser()));
    }
    await before.stop();
    const asked = await Promise.all(people.map((person) => askedWhileAway(world, person)));
    await world.startWorker();
    const answers = await Promise.all(asked.map((answer) => answer()));
    expect(answers).toEqual(people.map(() => 'confirmed'));
    expect(await unreplayable(people.map(({ handle }) => handle))).toEqual([]);
  });
});
