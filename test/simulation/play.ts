/** Plays one plan from its start to its end and says what was wrong with it. */
import { END_ORACLES, STEP_ORACLES } from './oracles/all.ts';
import { closedBy } from './oracles/endings.ts';
import { type Violation, violation } from './oracles/violation.ts';
import type { Plan } from './plan.ts';
import type { Sandbox } from './sandbox.ts';
import type { Step } from './story.ts';
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
  try {
    return { violations: await new Judge(world).end({ replays }), world };
  } finally {
    await world.run.dispose();
  }
}

/** Lets a world go on, asks the step oracles about each task, and all others at the end. */
export class Judge {
  readonly #world: World;
  readonly #found = new Map<string, Finding>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Lets the next thing happen. */
  async next(): Promise<void> {
    const step = await this.#world.next();
    if (step !== undefined) this.#ask(step);
  }

  /** Plays the rest. @returns all that was wrong */
  async end({ replays }: { readonly replays: boolean }): Promise<readonly Finding[]> {
    const world = this.#world;
    this.#note('driver', await this.#rest());
    if (world.run.failedTasks.length === 0) await world.lookBack();
    for (const [name, oracle] of Object.entries(END_ORACLES)) this.#note(name, oracle(world));
    const difference = replays ? await world.run.replay() : undefined;
    if (difference !== undefined) {
      this.#note('replay', [violation('a replay differs', world.now, difference)]);
    }
    return [...this.#found.values()];
  }

  async #rest(): Promise<readonly Violation[]> {
    const world = this.#world;
    for (let turns = 0; world.run.closing === undefined; turns += 1) {
      if (!Number.isFinite(world.nextAt) || world.run.failedTasks.length > 0) return [];
      if (turns >= TURNS_MAX || world.story.steps.length >= STEPS_MAX) {
        return [violation('it does not come to rest', world.now)];
      }
      if (world.nextAt > closedBy(world)) return [];
      await this.next();
    }
    return [];
  }

  #ask(step: Step): void {
    for (const [name, oracle] of Object.entries(STEP_ORACLES)) {
      this.#note(name, oracle(this.#world, step));
    }
  }

  #note(oracle: string, all: readonly Violation[]): void {
    for (const one of all) {
      if (!this.#found.has(one.kind)) this.#found.set(one.kind, { ...one, oracle });
    }
  }
}
