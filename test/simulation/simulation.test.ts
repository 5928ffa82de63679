import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openBundled } from './bare-run.ts';
import { Coverage } from './coverage.ts';
import { playSeeds } from './fleet.ts';
import { FAILED_PLANS } from './failed-plans.ts';
import type { Found } from './lane.ts';
import { minimized } from './minimized.ts';
import type { Plan } from './plan.ts';
import { play } from './play.ts';
import type { Sandbox } from './sandbox.ts';
import { seededPlan } from './seeded-plan.ts';
import { traceOf } from './trace.ts';

const SEEDS_PLAYED = 1_000;
/** It takes some thousands to come to these. */
const RARE = ['refusal code-unresolved', 'refusal no-number-changes-left', 'refusal no-sends-left'];
const LANES = 2;
/** The seeds take some twenty seconds of a core; a machine that does more has less. */
const TIMEOUT_MS = 300_000;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openBundled();
});
afterAll(() => sandbox.close());

async function kindsOf(plan: Plan): Promise<readonly string[]> {
  const { violations } = await play(sandbox, plan, { replays: true });
  return violations.map(({ kind }) => kind);
}

describe('simulated enrollments', () => {
  it(
    'show all that they can, and nothing wrong, in a thousand of them',
    async () => {
      const found: Found[] = [];
      const coverage = new Coverage();
      let played = 0;
      await playSeeds({ from: 0, seeds: SEEDS_PLAYED, lanes: LANES }, (_lane, report) => {
        played += report.played;
        coverage.add(report.cells);
        found.push(...report.found);
      });
      expect({ played, found }).toEqual({ played: SEEDS_PLAYED, found: [] });
      expect(coverage.unshown().filter((shown) => !RARE.includes(shown))).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it.each(FAILED_PLANS)('do not fail as they once did: $sentence', async ({ plan }) => {
    expect(await kindsOf(plan)).toEqual([]);
  });

  it('are the same from the same seed, byte for byte', async () => {
    const once = await traced(31);
    const again = await traced(31);
    expect(once.length).toBeGreaterThan(20);
    expect(again).toEqual(once);
  });

  it('are reduced to what shows a finding', async () => {
    const changesNumber = async (candidate: Plan) => {
      const { world } = await play(sandbox, candidate, { replays: false });
      return new Set(world.tenant.journal.texts.map(({ to }) => to)).size > 1;
    };
    const plan = await firstPlan(changesNumber);
    const least = await minimized(plan, changesNumber);
    expect(entries(least)).toBeLessThan(entries(plan));
    expect(await changesNumber(least)).toBe(true);
  });
});

const entries = ({ presences, intentions, fates, outages }: Plan) =>
  [presences, intentions, fates, outages].flat().length;

/** A text goes to two numbers in one of twenty; few entries of a plan have a part in that. */
async function firstPlan(shows: (plan: Plan) => Promise<boolean>): Promise<Plan> {
  for (let seed = 0; seed < SEEDS_PLAYED; seed += 1) {
    const plan = seededPlan(seed);
    if (entries(plan) >= LARGE && (await shows(plan))) return plan;
  }
  throw new Error(`No seed below ${SEEDS_PLAYED} shows it.`);
}

/** In entries. */
const LARGE = 8;

async function traced(seed: number): Promise<readonly string[]> {
  const { violations, world } = await play(sandbox, seededPlan(seed), { replays: true });
  return traceOf(world, violations);
}
