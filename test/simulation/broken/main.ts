/**
 * `npm run simulate:broken`: within how many seeds each oracle catches the workflow that was broken for
 * it. Prints the table of test/simulation/README.md. Exit codes: 0 all are caught, 1 one is not.
 */
import { bundleWorkflows } from '../../../worker/bundle.ts';
import { play } from '../play.ts';
import { openSandbox, type Sandbox } from '../sandbox.ts';
import { seededPlan } from '../seeded-plan.ts';
import { brokenBundle } from './broken-bundle.ts';
import { BROKEN_WORKFLOWS, type BrokenWorkflow } from './broken-workflows.ts';

const SEEDS_MAX = 5_000;

interface Caught {
  readonly seed: number;
  readonly kind: string;
}

async function kinds(sandbox: Sandbox, seed: number, { oracle }: BrokenWorkflow) {
  const { violations } = await play(sandbox, seededPlan(seed), { replays: oracle === 'replay' });
  return violations.filter((one) => one.oracle === oracle).map(({ kind }) => kind);
}

/** The first seed in which the broken workflow shows this oracle what the whole one does not. */
async function caught(whole: Sandbox, broken: BrokenWorkflow): Promise<Caught | undefined> {
  const sandbox = await openSandbox(await brokenBundle(broken));
  try {
    for (let seed = 0; seed < SEEDS_MAX; seed += 1) {
      const shown = await kinds(sandbox, seed, broken);
      if (shown.length === 0) continue;
      const known = await kinds(whole, seed, broken);
      const kind = shown.find((one) => !known.includes(one));
      if (kind !== undefined) return { seed, kind };
    }
    return undefined;
  } finally {
    await sandbox.close();
  }
}

const whole = await openSandbox((await bundleWorkflows()).code);
const only = process.argv[2];
for (const broken of BROKEN_WORKFLOWS.filter(
  ({ oracle }) => only === undefined || oracle === only,
)) {
  const found = await caught(whole, broken);
  const within = found === undefined ? `not in ${SEEDS_MAX}` : String(found.seed + 1);
  process.stdout.write(
    `| \`${broken.oracle}\` | ${broken.fault} | ${within} | ${found?.kind ?? ''} |\n`,
  );
  if (found === undefined) process.exitCode = 1;
}
await whole.close();
