/** One process of `npm run simulate`: plays every nth seed and reports to its parent. */
import { readFile } from 'node:fs/promises';
import { bundleWorkflows } from '../../worker/bundle.ts';
import { Coverage } from './coverage.ts';
import { play } from './play.ts';
import { openSandbox } from './sandbox.ts';
import { seededPlan } from './seeded-plan.ts';

export interface Slice {
  readonly from: number;
  /** Not included. */
  readonly until: number;
  readonly step: number;
}

export interface Report {
  readonly played: number;
  readonly cpuMs: number;
  readonly found: readonly Found[];
  readonly cells: readonly string[];
}

export interface Found {
  readonly kind: string;
  readonly seed: number;
  readonly what: string;
}

const REPORTED_SEEDS = 40;
/** What the sandbox keeps of a finished run is given back with it. */
const SANDBOX_SEEDS = 4_000;
/** Everything is played again, and commands are compared, in each tenth. */
export const REPLAYED_SEEDS = 10;

async function run({ from, until, step }: Slice): Promise<void> {
  const code = await bundle();
  let sandbox = await openSandbox(code);
  let [coverage, found, played]: [Coverage, Found[], number] = [new Coverage(), [], 0];
  const report = (): void => {
    const { user, system } = process.cpuUsage();
    const cpuMs = (user + system) / 1000;
    process.send?.({ played, cpuMs, found, cells: [...coverage.cells] } satisfies Report);
    [coverage, found, played] = [new Coverage(), [], 0];
  };
  for (let seed = from, count = 1; seed < until; seed += step, count += 1) {
    const replays = seed % REPLAYED_SEEDS === 0;
    try {
      const { violations, world } = await play(sandbox, seededPlan(seed), { replays });
      coverage.note(world);
      found.push(...violations.map(({ kind, what }) => ({ kind, what, seed })));
    } catch (error) {
      found.push({ kind: 'the simulation itself failed', what: String(error), seed });
    }
    played += 1;
    if (played >= REPORTED_SEEDS) report();
    if (count % SANDBOX_SEEDS !== 0) continue;
    await sandbox.close();
    sandbox = await openSandbox(code);
  }
  report();
  await sandbox.close();
}

/** What the tests have bundled already. */
async function bundle(): Promise<string> {
  const file = process.env['WORKFLOW_BUNDLE'];
  return file === undefined ? (await bundleWorkflows()).code : readFile(file, 'utf8');
}

if (process.send !== undefined) {
  // Whoever asked is gone, and nobody reads what it finds.
  process.on('disconnect', () => process.exit());
  const slice = JSON.parse(process.argv[2] ?? '{}') as Slice;
  await run(slice);
  process.disconnect();
}
