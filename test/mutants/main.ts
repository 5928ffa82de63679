/**
 * `npm run test:mutants`: puts each fault of `mutants.ts` into a copy of the project, lets chaos play
 * against it, and where chaos sees nothing the tests that the mutant names. Writes the table in
 * `docs/mutants.md`. Exit codes: 0 all caught, 1 a survivor, 2 wrong options or a fault that fits nowhere.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Mutant, MUTANTS } from './mutants.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COPY = join(ROOT, '.cache', 'mutant');
const TABLE = join(ROOT, 'docs', 'mutants.md');
const NOT_COPIED = ['.git', '.cache', '.local', 'dist', 'node_modules'];
/** A mutant may hang whatever waits for it. */
const RUN_MS_MAX = 15 * 60_000;
interface Verdict {
  readonly mutant: Mutant;
  readonly caughtBy: 'chaos' | 'tests' | 'nothing';
  /** What was seen first. */
  readonly seen: string;
}

interface Ran {
  readonly failed: boolean;
  readonly output: string;
}

async function copyProject(): Promise<void> {
  await rm(COPY, { recursive: true, force: true });
  await mkdir(join(COPY, '.cache'), { recursive: true });
  for (const name of await readdir(ROOT)) {
    if (!NOT_COPIED.includes(name))
      await cp(join(ROOT, name), join(COPY, name), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(COPY, 'node_modules'));
  await symlink(join(ROOT, '.cache', 'temporal-cli'), join(COPY, '.cache', 'temporal-cli'));
}

class MisfitError extends Error {}

async function mutate({ file, find, replace, name }: Mutant): Promise<() => Promise<void>> {
  const path = join(COPY, file);
  const original = await readFile(path, 'utf8');
  const places = original.split(find).length - 1;
  if (places !== 1) throw new MisfitError(`"${name}" fits ${places} places of ${file}, not one.`);
  await writeFile(
    path,
    original.replace(find, () => replace),
  );
  return () => writeFile(path, original);
}

async function run(args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, args, {
    cwd: COPY,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: RUN_MS_MAX,
    killSignal: 'SIGKILL',
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { failed: code !== 0, output: chunks.join('') };
}

const chaos = () => run(['--import', 'tsx', 'test/mutants/play.ts']);

function jest(tests: readonly string[]): Promise<Ran> {
  return run(['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', ...tests]);
}

async function judge(mutant: Mutant, skipChaos: boolean): Promise<Verdict> {
  const restore = await mutate(mutant);
  try {
    const played = skipChaos ? undefined : finding(VIOLATION, await chaos());
    if (played !== undefined) return { mutant, caughtBy: 'chaos', seen: played };
    const tested = finding(FAILURE, await jest(mutant.tests));
    if (tested !== undefined) return { mutant, caughtBy: 'tests', seen: tested };
    return { mutant, caughtBy: 'nothing', seen: '' };
  } finally {
    await restore();
  }
}

const VIOLATION = /\b(I\d+\b[^\n]*)/;
const FAILURE = /^\s*● (.+)$/m;

/** What a run has found; one that broke down without saying what has caught nothing. */
function finding(pattern: RegExp, { failed, output }: Ran): string | undefined {
  if (!failed) return undefined;
  const seen = pattern.exec(output)?.[1];
  if (seen === undefined) process.stderr.write(`A run broke down:\n${output}\n`);
  return seen;
}

function table(verdicts: readonly Verdict[]): string {
  const caught = verdicts.filter(({ caughtBy }) => caughtBy !== 'nothing').length;
  const cell = (text: string) => text.replaceAll('|', '\\|').slice(0, 160);
  return [
    '# Mutants',
    '',
    'Each row is a fault put into the code on purpose; what noticed it shows that chaos and tests can fail.',
    'Written by `npm run test:mutants`, which plays chaos against each and, where that sees nothing, the tests',
    'that are meant to. The list is `test/mutants/mutants.ts`.',
    '',
    `Caught: ${caught} of ${verdicts.length}.`,
    '',
    '| Fault | Breaks | Caught by | Seen first |',
    '| --- | --- | --- | --- |',
    ...verdicts.map(
      ({ mutant, caughtBy, seen }) =>
        `| ${cell(mutant.name)} | ${mutant.breaks} | ${caughtBy} | ${cell(seen)} |`,
    ),
    '',
  ].join('\n');
}

interface Options {
  /** `--only TEXT`, which may be given again: those whose name has it in it. */
  readonly mutants: readonly Mutant[];
  /** `--skip-chaos`: for what chaos does not look at. */
  readonly skipChaos: boolean;
}

function chosen(): Options {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      'skip-chaos': { type: 'boolean', default: false },
    },
  });
  const { only, 'skip-chaos': skipChaos } = values;
  if (only === undefined) return { mutants: MUTANTS, skipChaos };
  const named = MUTANTS.filter(({ name }) => only.some((text) => name.includes(text)));
  return { mutants: named, skipChaos };
}

async function main(): Promise<number> {
  const { mutants, skipChaos } = chosen();
  const all = mutants.length === MUTANTS.length && !skipChaos;
  await copyProject();
  const unharmed = all ? await chaos() : { failed: false, output: '' };
  if (unharmed.failed) throw new MisfitError(`Chaos fails without any fault:\n${unharmed.output}`);
  const verdicts: Verdict[] = [];
  for (const mutant of mutants) {
    const verdict = await judge(mutant, skipChaos);
    verdicts.push(verdict);
    process.stdout.write(`${verdict.caughtBy.padEnd(8)} ${mutant.name}: ${verdict.seen}\n`);
  }
  if (all) await writeFile(TABLE, table(verdicts));
  await rm(COPY, { recursive: true, force: true });
  return verdicts.some(({ caughtBy }) => caughtBy === 'nothing') ? 1 : 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
