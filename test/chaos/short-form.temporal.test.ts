import { beforeAll, describe, expect, it } from '@jest/globals';
import { findings, Fleet, type Report } from './fleet.ts';
import { CUTS, killAt, type Plan, UNDISTURBED } from './plan.ts';
import { seededPlan } from './seeded-plan.ts';

const SEEDS = 8;
/** Each has a server of its own, which costs a core's twentieth while it waits. */
const LANES = 4;
/** The short form's bound is two minutes on two cores; this is for what hangs. */
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
    ({ plan, moments }) => {
      // At which events there is something to be killed is known only now.
      if (plan === UNDISTURBED) plans.push(...moments.map(killAt));
    },
  );
}

const notStruck = (reports: readonly Report[]) =>
  reports.filter(({ struck }) => struck === 0).map(({ plan }) => plan.name);

describe('an enrollment', () => {
  beforeAll(async () => {
    await using fleet = new Fleet(LANES);
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
    // A task that is taken and one that is completed, for each answer of Auth0's.
    expect(calm?.moments.length).toBeGreaterThan(12);
  });

  it('comes to the same end at whichever moment its worker is killed (I7)', () => {
    expect(kills).toHaveLength(calm?.moments.length ?? 0);
    expect(findings(kills)).toEqual([]);
    // An event that did not come about was not tried.
    expect(notStruck(kills)).toEqual([]);
  });

  it('comes to the same end whichever call its worker dies in, before or after its effect (I2, I3)', () => {
    expect(cuts).toHaveLength(CUTS.filter(({ long }) => !long).length);
    expect(findings(cuts)).toEqual([]);
    expect(notStruck(cuts)).toEqual([]);
  });

  it(`keeps every invariant in ${SEEDS} random mixes of what can go wrong (I1 to I8)`, () => {
    expect(seeds).toHaveLength(SEEDS);
    expect(findings(seeds)).toEqual([]);
  });
});
