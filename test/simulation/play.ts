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

export interface Finding extends Violation {
  readonly oracle: string;
}

export interface Played {
  /** The first of each kind. */
  readonly violations: readonly Finding[];
  readonly world: World;
}

/** @param replays - whether everything is played again on a fresh instance, commands compared */
export async function play(
  sandbox: Sandbox,
  plan: Plan,
  { replays }: { readonly replays: boolean },
): Promise<Played> {
  const world = await World.open(sandbox, plan);
  const found = new Map<string, Finding>();
  const note: Note = (oracle, all) => {
    for (const one of all) if (!found.has(one.kind)) found.set(one.kind, { ...one, oracle });
  };
  try {
    note('driver', await live(world, note));
    if (world.run.failedTasks.length === 0) await world.lookBack();
    for (const [name, oracle] of Object.entries(END_ORACLES)) note(name, oracle(world));
    const difference = replays ? await world.run.replay() : undefined;
    if (difference !== undefined) {
      note('replay', [violation('a replay differs', world.now, difference)]);
    }
  } finally {
    await world.run.dispose();
  }
  return { violations: [...found.values()], world };
}

type Note = (oracle: string, all: readonly Violation[]) => void;

async function live(world: World, note: Note): Promise<readonly Violation[]> {
  for (let turns = 0; world.run.closing === undefined; turns += 1) {
    if (!Number.isFinite(world.nextAt) || world.run.failedTasks.length > 0) return [];
    if (turns >= TURNS_MAX || world.story.steps.length >= STEPS_MAX) {
      return [violation('it does not come to rest', world.now)];
    }
    if (world.nextAt > closedBy(world)) return [];
    const step = await world.next();
    if (step === undefined) continue;
    for (const [name, oracle] of Object.entries(STEP_ORACLES)) note(name, oracle(world, step));
  }
  return [];
}
