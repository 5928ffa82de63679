import { beforeAll, describe, expect, it } from '@jest/globals';
import { findings, Fleet, type Report } from './fleet.ts';
import { LANES_DEFAULT } from './options.ts';
import { CUTS, killAt, type Plan, UNDISTURBED } from './plan.ts';
import { seededPlan } from './seeded-plan.ts';

const SEEDS = 20;
/** The short form's bound is four minutes on two cores; this is for what hangs. */
const PATIENCE_MS = 600_000;

let calm: Report | undefined;
let kills: readonly Report[];
let cuts: readonly Report[];
let seeds: readonly Report[];

/** All in one queue: a lane that had to wait for the last of each kind would stand idle three times. */
async function playAll(fleet: Fleet): Promise<readonly Report[]> {
  const plans: Plan[] = [
    UNDISTURBED,
    ...Array.from({ length: SEEDS }, (_, index) => seededPlan(index + 1)),
    ...CUTS.filter(({ long }) => !long),
  ];
  return fleet.play(
    () => plans.shift(),
    ({ plan, events }) => {
      // How many events there are to be killed at is known only now.
      if (plan !== UNDISTURBED) return;
      plans.push(...Array.from({ length: events }, (_, index) => killAt(index + 1)));
    },
  );
}

const notStruck = (reports: readonly Report[]) =>
  reports.filter(({ struck }) => struck === 0).map(({ plan }) => plan.name);

describe('an enrollment', () => {
  beforeAll(async () => {
    await using fleet = await Fleet.open(LANES_DEFAULT);
    const reports = await playAll(fleet);
    const of = (option: string) => reports.filter(({ plan }) => plan.replay.startsWith(option));
    calm = reports.find(({ plan }) => plan === UNDISTURBED);
    kills = of('--event').filter((report) => report !== calm);
    cuts = of('--cut');
    seeds = of('--seed');
  }, PATIENCE_MS);

  it('comes to its end where nothing is disturbed', () => {
    expect(calm === undefined ? ['not played'] : findings([calm])).toEqual([]);
    // A login, an associate and a code for each of two factors do not go with less.
    expect(calm?.events).toBeGreaterThan(40);
  });

  it('comes to the same end whichever event its worker is killed at (I7)', () => {
    expect(kills).toHaveLength(calm?.events ?? 0);
    expect(findings(kills)).toEqual([]);
    // An event that did not come about was not tried.
    expect(notStruck(kills)).toEqual([]);
  });

  it('comes to the same end whichever call is cut off, before or after its effect (I2, I3)', () => {
    expect(cuts).toHaveLength(CUTS.filter(({ long }) => !long).length);
    expect(findings(cuts)).toEqual([]);
    expect(notStruck(cuts)).toEqual([]);
  });

  it(`keeps every invariant in ${SEEDS} random mixes of what can go wrong (I1 to I8)`, () => {
    expect(seeds).toHaveLength(SEEDS);
    expect(findings(seeds)).toEqual([]);
  });
});
