import { chmod, mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ChromiumNotFoundError, findChromium } from './chromium.ts';
import { removeAbandoned } from './packaged-chromium.ts';
import { temporaryFolder } from './temporary-folder.ts';

const LINUX = { platform: 'linux', arch: 'x64' } as const;
const ELSEWHERE = { platform: 'darwin', arch: 'arm64' } as const;

describe('the browser of the tests', () => {
  it('is the one that is named, else one of the machine, else that of the package', async () => {
    await using folder = await temporaryFolder();
    const own = join(folder.path, 'chromium-browser');
    await writeFile(own, '');
    await chmod(own, 0o755);
    const [named, PATH] = [process.execPath, folder.path];
    expect(await findChromium({ CHROMIUM_PATH: named, PATH })).toMatchObject({
      executablePath: named,
    });
    expect(await findChromium({ CHROMIUM_PATH: '', PATH })).toMatchObject({ executablePath: own });
    const { executablePath } = await findChromium({ PATH: '/nowhere' }, LINUX);
    expect(executablePath).toMatch(/\.cache\/chromium\/[\d.]+\/chromium$/);
  });

  it.each([
    ['CHROMIUM_PATH is /nowhere/chromium', { CHROMIUM_PATH: '/nowhere/chromium' }, LINUX],
    ['the package has none for darwin arm64', { PATH: '/nowhere' }, ELSEWHERE],
  ])('is missed with what was looked at and what to install: %s', async (why, env, machine) => {
    const refused = await findChromium(env, machine).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ChromiumNotFoundError);
    expect(String(refused)).toContain(why);
    expect(String(refused)).toContain('apt-get install chromium');
  });

  it('leaves no older version and nothing half unpacked behind, but what is being unpacked', async () => {
    await using folder = await temporaryFolder();
    const long = new Date(Date.now() - 2 * 3_600_000);
    for (const name of ['1', '2', '2.killed', '2.beside']) {
      const path = join(folder.path, name);
      await mkdir(path);
      if (name !== '2.beside') await utimes(path, long, long);
    }
    await removeAbandoned(folder.path, '2');
    expect((await readdir(folder.path)).toSorted()).toEqual(['2', '2.beside']);
  });
});
