import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../dev/bounded-command.ts';
import { pipInstall, PYTHONS } from '../../dev/pip-install.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GUIDES = join(ROOT, 'docs', 'guides');
const REQUIREMENTS_FILE = join(GUIDES, 'bot.requirements.txt');
const CACHE_FOLDER = join(ROOT, '.cache', 'bot-python');
const VERSION_MS_MAX = 10_000;
/** 20 MB; generous for a slow line, and still an end. */
const FETCH_MS_MAX = 240_000;
/** For a `beforeAll`. */
export const BOT_PYTHON_MS_MAX = FETCH_MS_MAX + 2 * VERSION_MS_MAX + 10_000;

/** A Python that finds `docs/guides/bot.py` and what that imports. */
export interface BotPython {
  readonly python: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Fetched once for each list of packages and each version of Python.
 *
 * @throws Error that says what to install
 */
export async function botPython(): Promise<BotPython> {
  const { python, version } = await newEnough();
  const key = createHash('sha256')
    .update(version)
    .update(await readFile(REQUIREMENTS_FILE));
  const folder = join(CACHE_FOLDER, key.digest('hex').slice(0, 16));
  if (!existsSync(folder)) await fetchInto(folder, python);
  return { python, env: { PYTHONPATH: `${folder}:${GUIDES}`, PYTHONDONTWRITEBYTECODE: '1' } };
}

async function newEnough(): Promise<{ readonly python: string; readonly version: string }> {
  const found: string[] = [];
  for (const python of PYTHONS) {
    const { stdout } = await runCommand(python, ['--version'], { timeoutMs: VERSION_MS_MAX });
    const version = stdout.trim();
    const [, major, minor] = /^Python (\d+)\.(\d+)/.exec(version) ?? [];
    if (Number(major) === 3 && Number(minor) >= 11) return { python, version };
    found.push(`${python}: ${version === '' ? 'not installed' : version}`);
  }
  throw new Error(`The Python bot needs Python 3.11 or newer with pip. Found ${found.join('; ')}.`);
}

/** Renamed into place: of two processes that do so at once the later one throws its own away. */
async function fetchInto(folder: string, python: string): Promise<void> {
  const target = join(CACHE_FOLDER, `partial-${randomUUID()}`);
  await mkdir(CACHE_FOLDER, { recursive: true });
  try {
    const installed = await pipInstall({
      ...{ requirementsFile: REQUIREMENTS_FILE, target, pythons: [python] },
      ...{ timeoutMs: FETCH_MS_MAX, env: process.env },
    });
    if ('problem' in installed) {
      throw new Error(
        `The Python bot's packages were not installed: ${installed.problem}. It needs Python 3.11 or ` +
          'newer with pip, and a package index that it reaches.',
      );
    }
    await rename(target, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}
