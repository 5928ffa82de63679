import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requiredVariable } from '../support/required-variable.ts';
import { Coverage } from './coverage.ts';
import { playSeeds } from './fleet.ts';
import { isKnown, KNOWN } from './known.ts';
import type { Found } from './lane.ts';
import { minimized } from './minimized.ts';
import { play } from './play.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';
import { seededPlan } from './seeded-plan.ts';
import { SEEDS } from './seeds.ts';
import { traceOf } from './trace.ts';

const SEEDS_PLAYED = 1_000;
/** It takes some thousands to come to these. */
const RARE = ['refusal code-unresolved', 'refusal no-number-changes-left', 'refusal no-sends-left'];
const LANES = 2;
/** The seeds take some twenty seconds of a core; a machine that does more has less. */
const TIMEOUT_MS = 300_000;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox(await readFile(requiredVariable('WORKFLOW_BUNDLE'), 'utf8'));
});
afterAll(() => sandbox.close());

async function kindsOf(seed: number): Promise<readonly string[]> {
  const { violations } = await play(sandbox, seededPlan(seed), { replays: true });
  return violations.map(({ kind }) => kind);
}

describe('simulated enrollments', () => {
  it(
    'show all that they can, and nothing that is not known, in a thousand of them',
    async () => {
      const unknown: Found[] = [];
      const coverage = new Coverage();
      let played = 0;
      await playSeeds({ from: 0, seeds: SEEDS_PLAYED, lanes: LANES }, (_lane, report) => {
        played += report.played;
        coverage.add(report.cells);
        unknown.push(...report.found.filter(({ kind }) => !isKnown(kind)));
      });
      expect({ played, unknown }).toEqual({ played: SEEDS_PLAYED, unknown: [] });
      expect(coverage.unshown().filter((shown) => !RARE.includes(shown))).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it.each(Object.entries(KNOWN))('still show what is known: %s', async (kind, { seed }) => {
    expect(await kindsOf(seed)).toContain(kind);
  });

  it.each(SEEDS)('show nothing unknown from seed $seed: $sentence', async ({ seed }) => {
    expect((await kindsOf(seed)).filter((kind) => !isKnown(kind))).toEqual([]);
  });

  it('are the same from the same seed, byte for byte', async () => {
    const once = await traced(31);
    const again = await traced(31);
    expect(once.length).toBeGreaterThan(20);
    expect(again).toEqual(once);
  });

  it('are reduced to what shows a finding', async () => {
    const plan = seededPlan(LARGE.seed);
    const least = await minimized(sandbox, plan, LARGE.kind);
    const entries = ({ presences, intentions, fates, outages }: typeof plan) =>
      [presences, intentions, fates, outages].flat().length;
    expect(entries(least)).toBeLessThan(entries(plan));
    const { violations } = await play(sandbox, least, { replays: false });
    expect(violations.map(({ kind }) => kind)).toContain(LARGE.kind);
  });
});

/** A plan of many entries of which few matter. */
const LARGE = { seed: 16, kind: 'a text goes to a number that was changed' };

async function traced(seed: number): Promise<readonly string[]> {
  const { violations, world } = await play(sandbox, seededPlan(seed), { replays: true });
  return traceOf(world, violations);
}
