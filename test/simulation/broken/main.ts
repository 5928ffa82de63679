/**
 * `npm run simulate:broken`: within how many seeds each oracle catches the workflow that was broken for
 * it, and whether each broken rule is seen by its scenario. Prints the tables of README.md beside it. Exit
 * codes: 0 all are caught, 1 one is not.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflows } from '../../../worker/bundle.ts';
import { play } from '../play.ts';
import { openSandbox, type Sandbox } from '../sandbox.ts';
import { seededPlan } from '../seeded-plan.ts';
import { brokenBundle } from './broken-bundle.ts';
import { BROKEN_RULES, type BrokenRule } from './broken-rules.ts';
import { BROKEN_WORKFLOWS, type BrokenWorkflow } from './broken-workflows.ts';

const SEEDS_MAX = 2_000;

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SCRATCH = join(ROOT, '.cache', 'broken-workflows');
/** A scenario needs no server, so it is run without the set-up that starts one. */
const JEST = [
  ...['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'],
  ...['--config', 'test/simulation/broken/jest.config.js', '--runTestsByPath'],
];

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

/** @returns how the scenario ends with this workflow */
async function scenarioEnds(code: string, [file, name]: BrokenRule['seenBy']): Promise<string> {
  await mkdir(SCRATCH, { recursive: true });
  const bundle = join(SCRATCH, 'bundle.js');
  await writeFile(bundle, code);
  const jest = [...JEST, `test/scenarios/${file}`, '--testNamePattern', name];
  const child = spawn(process.execPath, jest, {
    ...{ cwd: ROOT, stdio: 'ignore' },
    env: { ...process.env, WORKFLOW_BUNDLE: bundle },
  });
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  return exitCode === 0 ? 'passes' : 'fails';
}

async function tellRules(rules: readonly BrokenRule[], wholeCode: string): Promise<void> {
  for (const rule of rules) {
    const whole = await scenarioEnds(wholeCode, rule.seenBy);
    const broken = await scenarioEnds(await brokenBundle(rule), rule.seenBy);
    const seen = whole === 'passes' && broken === 'fails';
    const [file, name] = rule.seenBy;
    process.stdout.write(`| ${rule.fault} | ${seen ? `\`${file}\`: ${name}` : 'not seen'} |\n`);
    if (!seen) process.exitCode = 1;
  }
}

const { code } = await bundleWorkflows();
const whole = await openSandbox(code);
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
await tellRules(
  BROKEN_RULES.filter(({ fault }) => only === undefined || fault.includes(only)),
  code,
);
