/** `npm run simulate`: plays enrollments from seeds. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { bundleWorkflows } from '../../worker/bundle.ts';
import { playSeeds } from './fleet.ts';
import { minimized } from './minimized.ts';
import { play } from './play.ts';
import { openSandbox } from './sandbox.ts';
import { seededPlan } from './seeded-plan.ts';
import { Tally } from './tally.ts';
import { traceOf } from './trace.ts';

const EXIT = { fine: 0, violations: 1, usage: 2 } as const;
const LANES_MAX = 8;
const PROGRESS_MS = 5_000;
const SEEDS_DEFAULT = 1_000;
const USAGE = `npm run simulate -- [--seeds N] [--from N] [--lanes N]
npm run simulate -- --seed N [--trace] [--minimize]
  --seeds N   how many are played (${SEEDS_DEFAULT})
  --from N    the first of them (0)
  --lanes N   threads, at most ${LANES_MAX} (as many as the machine has)
  --seed N    plays one, and says what is wrong with it
  --trace     prints all that happened
  --minimize  looks for the least plan that shows the same
Exit codes: 0 nothing is wrong, 1 something is, 2 called wrongly.`;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function playMany(from: number, seeds: number, lanes: number): Promise<number> {
  const tally = new Tally(seeds);
  const ticker = setInterval(() => {
    process.stderr.write(`${tally.progress}\n`);
  }, PROGRESS_MS);
  try {
    await playSeeds({ from, seeds, lanes }, (lane, report) => {
      for (const { kind, seed } of tally.add(lane, report)) {
        process.stderr.write(`NEW: ${kind} (--seed ${seed})\n`);
      }
    });
  } finally {
    clearInterval(ticker);
  }
  for (const line of [...tally.coverage.table(), ...tally.lines]) say(line);
  return tally.kinds === 0 ? EXIT.fine : EXIT.violations;
}

async function playOne(
  seed: number,
  { trace, minimize }: { readonly trace: boolean; readonly minimize: boolean },
): Promise<number> {
  const sandbox = await openSandbox((await bundleWorkflows()).code);
  const plan = seededPlan(seed);
  const { violations, world } = await play(sandbox, plan, { replays: true });
  if (trace) for (const line of traceOf(world, violations)) say(line);
  for (const { kind, what, oracle } of violations) say(`${oracle}: ${kind}${what && ` (${what})`}`);
  for (const { kind } of minimize ? violations : []) {
    const least = await minimized(plan, async (candidate) => {
      const played = await play(sandbox, candidate, { replays: kind.includes('replay') });
      return played.violations.some((violation) => violation.kind === kind);
    });
    say(`\nThe least that shows "${kind}": ${JSON.stringify(least)}`);
    const again = await play(sandbox, least, { replays: true });
    const same = again.violations.filter((violation) => violation.kind === kind);
    for (const line of traceOf(again.world, same)) say(line);
  }
  await sandbox.close();
  return violations.length === 0 ? EXIT.fine : EXIT.violations;
}

function wholeNumber(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new TypeError(`${text}: must be a whole number`);
  }
  return number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      from: { type: 'string' },
      lanes: { type: 'string' },
      seed: { type: 'string' },
      trace: { type: 'boolean', default: false },
      minimize: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    say(USAGE);
    return EXIT.fine;
  }
  if (values.seed !== undefined) return playOne(wholeNumber(values.seed, 0), values);
  const lanes = wholeNumber(values.lanes, Math.min(availableParallelism(), LANES_MAX));
  if (lanes < 1 || lanes > LANES_MAX)
    throw new TypeError(`--lanes: must be from 1 to ${LANES_MAX}`);
  return playMany(wholeNumber(values.from, 0), wholeNumber(values.seeds, SEEDS_DEFAULT), lanes);
}

try {
  process.exitCode = await main();
} catch (error) {
  const usage = error instanceof TypeError;
  process.stderr.write(`${usage ? `${error.message}\n${USAGE}` : String(error)}\n`);
  process.exitCode = usage ? EXIT.usage : EXIT.violations;
}
