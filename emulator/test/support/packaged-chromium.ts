/**
 * The Chromium that the npm package `@sparticuz/chromium` carries, for machines that have none. It is
 * unpacked once for all runs, into `.cache/chromium`, with the libraries and the font that it needs.
 */
import { execFile } from 'node:child_process';
import {
  access,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGE = '@sparticuz/chromium';
/** Two seconds on a quiet machine. */
const UNPACK_MS_MAX = 60_000;
/** Longer than any unpacking: an older version, or what a killed process left, 200 MB each. */
const ABANDONED_AFTER_MS = 3_600_000;

/**
 * The package unpacks into the folder for temporary files, and takes a file that stands there for a
 * whole one. The variable makes it unpack libraries too, as for a machine that has none of them.
 */
const UNPACK = `import('${PACKAGE}').then(({ default: chromium }) => chromium.executablePath())`;
const WITH_LIBRARIES = { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };

export interface ChromiumProgram {
  readonly executablePath: string;
  /** What its process needs beside the environment of this one. */
  readonly env: Readonly<Record<string, string>>;
}

/** @returns `undefined` on a platform that the package has no browser for */
export async function packagedChromium({
  platform,
  arch,
}: Pick<NodeJS.Process, 'platform' | 'arch'> = process): Promise<ChromiumProgram | undefined> {
  if (platform !== 'linux' || arch !== 'x64') return undefined;
  const manifest = await readFile(join(ROOT, 'package.json'), 'utf8');
  const { devDependencies } = JSON.parse(manifest) as { devDependencies: Record<string, string> };
  const folder = join(ROOT, '.cache', 'chromium', devDependencies[PACKAGE] ?? '');
  if (!(await exists(folder))) await unpack(folder);
  return {
    executablePath: join(folder, 'chromium'),
    env: {
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  };
}

/** Whole or not at all: several test files may ask at once, and one may be killed meanwhile. */
async function unpack(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  await removeAbandoned(dirname(folder), basename(folder));
  const staging = await mkdtemp(`${folder}.`);
  try {
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', UNPACK], {
      cwd: ROOT,
      env: { ...process.env, ...WITH_LIBRARIES, TMPDIR: staging },
      timeout: UNPACK_MS_MAX,
    });
    await writeFile(join(staging, 'fonts.conf'), fontsConf(join(folder, 'fonts')));
    await rename(staging, folder);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    // Another process was faster.
    if (!(await exists(folder))) throw error;
  }
}

/** @param kept - the one name in the cache folder that stays however old it is */
export async function removeAbandoned(cache: string, kept: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (name !== kept && age > ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}

function fontsConf(fonts: string): string {
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    '<fontconfig>',
    '  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>',
    `  <dir>${fonts}</dir>`,
    '</fontconfig>',
    '',
  ].join('\n');
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
