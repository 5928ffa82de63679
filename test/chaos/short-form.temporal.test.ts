import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findings, Fleet, type Report } from './fleet.ts';
import { LANES_DEFAULT } from './options.ts';
import { CUTS, killAt, type Plan, UNDISTURBED } from './plan.ts';
import { seededPlan } from './seeded-plan.ts';

const SEEDS = 20;
/** Two minutes on two cores; this is for what hangs. */
const PATIENCE_MS = 600_000;

let fleet: Fleet;

function playAll(plans: readonly Plan[]): Promise<readonly Report[]> {
  const left = [...plans];
  return fleet.play(() => left.shift());
}

describe('an enrollment', () => {
  beforeAll(async () => {
    fleet = await Fleet.open(LANES_DEFAULT);
  });
  afterAll(async () => {
    await fleet[Symbol.asyncDispose]();
  }, PATIENCE_MS);

  it(
    'comes to the same end whichever event its worker is killed at (I7)',
    async () => {
      const [calm] = await playAll([UNDISTURBED]);
      const events = calm?.events ?? 0;
      // A login, an associate and a code for each of two factors do not go with less.
      expect(events).toBeGreaterThan(40);
      const plans = Array.from({ length: events }, (_, index) => killAt(index + 1));
      const reports = await playAll(plans);
      expect(findings([...(calm === undefined ? [] : [calm]), ...reports])).toEqual([]);
      // An event that did not come about was not tried.
      expect(reports.filter(({ struck }) => struck !== 1).map(({ plan }) => plan.name)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'comes to the same end whichever call is cut off, before or after its effect (I2, I3)',
    async () => {
      const reports = await playAll(CUTS.filter(({ long }) => !long));
      expect(findings(reports)).toEqual([]);
      expect(reports.filter(({ struck }) => struck === 0).map(({ plan }) => plan.name)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    `keeps every invariant in ${SEEDS} random mixes of what can go wrong (I1 to I8)`,
    async () => {
      const plans = Array.from({ length: SEEDS }, (_, index) => seededPlan(index + 1));
      expect(findings(await playAll(plans))).toEqual([]);
    },
    PATIENCE_MS,
  );
});
