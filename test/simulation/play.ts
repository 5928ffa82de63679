/** Plays one plan from its start to its end and says what was wrong with it. */
import { END_ORACLES, STEP_ORACLES } from './oracles/all.ts';
import { closedBy } from './oracles/endings.ts';
import { type Violation, violation } from './oracles/violation.ts';
import type { Plan } from './plan.ts';
import type { Sandbox } from './sandbox.ts';
import { World } from './world.ts';

/** An honest one needs some thirty; a thumb that rests on a key some hundreds. */
const STEPS_MAX = 1_500;
/** What happens between two tasks is bounded, too. */
const TURNS_MAX = 20_000;

export interface Played {
  /** The first of each kind. */
  readonly violations: readonly Violation[];
  readonly world: World;
}

/** @param replays - whether everything is played again on a fresh instance, commands compared */
export async function play(
  sandbox: Sandbox,
  plan: Plan,
  { replays }: { readonly replays: boolean },
): Promise<Played> {
  const world = await World.open(sandbox, plan);
  const found = new Map<string, Violation>();
  const note = (all: readonly Violation[]): void => {
    for (const one of all) if (!found.has(one.kind)) found.set(one.kind, one);
  };
  try {
    note(await live(world, note));
    await world.lookBack();
    for (const oracle of Object.values(END_ORACLES)) note(oracle(world));
    const difference = replays ? await world.run.replay() : undefined;
    if (difference !== undefined) note([violation('a replay differs', world.now, difference)]);
  } finally {
    await world.run.dispose();
  }
  return { violations: [...found.values()], world };
}

async function live(
  world: World,
  note: (all: readonly Violation[]) => void,
): Promise<readonly Violation[]> {
  for (let turns = 0; world.run.closing === undefined; turns += 1) {
    if (!Number.isFinite(world.nextAt)) return [];
    if (turns >= TURNS_MAX || world.story.steps.length >= STEPS_MAX) {
      return [violation('it does not come to rest', world.now)];
    }
    if (world.nextAt > closedBy(world)) return [];
    const step = await world.next();
    if (step === undefined) continue;
    for (const oracle of Object.values(STEP_ORACLES)) note(oracle(world, step));
  }
  return [];
}
