/**
 * Chaos in short, until something is wrong: every call cut off, some events, some seeds. Prints the
 * first finding and ends with 1, or with 0 where there is none.
 */
import { findings, Fleet } from '../chaos/fleet.ts';
import { LANES_DEFAULT } from '../chaos/options.ts';
import { CUTS, killAt, type Plan, UNDISTURBED } from '../chaos/plan.ts';
import { prepare } from '../chaos/preparation.ts';
import { seededPlan } from '../chaos/seeded-plan.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SEEDS = 12;
/** Of the happy path: while it waits for the login, for the code, for the second login. */
const EVENTS = [5, 30, 50];

async function play(): Promise<number> {
  await using folder = await temporaryFolder();
  await prepare(folder.path, () => undefined);
  await using fleet = await Fleet.open(LANES_DEFAULT);
  const plans: Plan[] = [
    UNDISTURBED,
    ...CUTS.filter(({ long }) => !long),
    ...Array.from({ length: SEEDS }, (_, index) => seededPlan(index + 1)),
    ...EVENTS.map(killAt),
  ];
  let found: string | undefined;
  await fleet.play(
    () => (found === undefined ? plans.shift() : undefined),
    (report) => {
      found ??= findings([report])[0];
    },
  );
  if (found === undefined) return 0;
  process.stdout.write(`${found}\n`);
  return 1;
}

// Not `exitCode`: the SDK's native core holds the process for a while.
process.exit(await play());
