import { readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { freeLoopbackPort, LOOPBACK } from '../../dev/loopback-port.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Ran, run } from './command-run.ts';

const TENANT = ['--issuer', 'https://example.eu.auth0.com/', '--client-id', 'client'];

interface Place {
  readonly dir: string;
  readonly redirectUri: string;
}

async function logIn(
  { dir, redirectUri }: Place,
  browser: (url: string) => Promise<void>,
): Promise<Ran> {
  return run(['login', ...TENANT, '--redirect-uri', redirectUri, '--dir', dir], { browser });
}

async function freeRedirectUri(): Promise<string> {
  return `http://${LOOPBACK}:${await freeLoopbackPort()}/callback`;
}

/** As the tenant sends the browser back. */
async function comesBack(url: string, parameters: Record<string, string>): Promise<Response> {
  const { searchParams } = new URL(url);
  const query = new URLSearchParams({ state: searchParams.get('state') ?? '', ...parameters });
  return fetch(`${searchParams.get('redirect_uri') ?? ''}?${query.toString()}`);
}

describe('login', () => {
  it('takes the answer that the browser brings back, says so, and leaves no file', async () => {
    await using folder = await temporaryFolder();
    const place = { dir: folder.path, redirectUri: await freeRedirectUri() };
    let answer: Promise<Response> | undefined;
    const ran = await logIn(place, async (url) => {
      answer = comesBack(url, { code: 'c1' });
      await answer;
    });
    const response = await answer;
    expect(response?.headers.get('cache-control')).toBe('no-store');
    expect(response?.headers.get('referrer-policy')).toBe('no-referrer');
    const page = await response?.text();
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toMatch(/^No key: .*\nLog in here; .*\nhttps:\/\/example\.eu\.auth0\.com\//);
    const { redirectUri } = place;
    const proof: unknown = JSON.parse(ran.stdout.join(''));
    expect(proof).toMatchObject({ code: 'c1', redirectUri, nonce: expect.any(String) });
    expect(page).toContain('You can close this page');
    expect(page).not.toContain('c1');
    expect(await readdir(folder.path)).toEqual([]);
    await expect(fetch(redirectUri)).rejects.toThrow();
  });

  it('goes on waiting after what is not the answer to this login', async () => {
    await using folder = await temporaryFolder();
    const place = { dir: folder.path, redirectUri: await freeRedirectUri() };
    const ran = await logIn(place, async (url) => {
      const origin = new URL(place.redirectUri).origin;
      expect((await fetch(`${origin}/favicon.ico`)).status).toBe(400);
      const other = await comesBack(url, { code: 'evil', state: 'another' });
      expect(other.status).toBe(400);
      expect(await other.text()).toContain('Not this login');
      await comesBack(url, { code: 'c1' });
    });
    expect(JSON.parse(ran.stdout.join(''))).toMatchObject({ code: 'c1' });
  });

  it('says what the tenant refused, to the person at both places', async () => {
    await using folder = await temporaryFolder();
    const place = { dir: folder.path, redirectUri: await freeRedirectUri() };
    let answer: Promise<Response> | undefined;
    const ran = await logIn(place, async (url) => {
      answer = comesBack(url, { error: 'access_denied' });
      await answer;
    });
    expect(ran).toMatchObject({ exitCode: 1, stdout: [] });
    expect(ran.stderr).toMatch(/\nThe tenant refused the login \(access_denied\)/);
    expect(await (await answer)?.text()).toContain('You are not logged in');
  });

  it('opens nothing where it is told not to, and prints the address', async () => {
    await using folder = await temporaryFolder();
    const redirectUri = await freeRedirectUri();
    const words = ['login', ...TENANT, '--redirect-uri', redirectUri, '--dir', folder.path];
    const told = (line: string): void => {
      const [url] = /https:.+$/.exec(line) ?? [];
      if (url !== undefined) void comesBack(url, { code: 'c1' });
    };
    // Opening a browser would fail here.
    const ran = await run([...words, '--no-browser'], { told });
    expect(JSON.parse(ran.stdout.join(''))).toMatchObject({ code: 'c1' });
  });

  it.each(['https://app.example/callback', 'http://10.0.0.1:4747/callback', 'https://127.0.0.1/a'])(
    'refuses the redirect URI %s, which does not come back here, and names the other way',
    async (redirectUri) => {
      await using folder = await temporaryFolder();
      const ran = await logIn({ dir: folder.path, redirectUri }, () => Promise.reject(new Error()));
      expect(ran).toMatchObject({ exitCode: 2, stdout: [] });
      expect(ran.stderr).toMatch(/--redirect-uri: must be on this machine.*login-url/);
    },
  );

  it('begins nothing where something else listens at the redirect URI', async () => {
    await using folder = await temporaryFolder();
    const redirectUri = await freeRedirectUri();
    const other = createServer().listen(Number(new URL(redirectUri).port), LOOPBACK);
    await once(other, 'listening');
    try {
      const ran = await logIn({ dir: folder.path, redirectUri }, () => Promise.reject(new Error()));
      expect(ran).toMatchObject({ exitCode: 1, stdout: [] });
      expect(ran.stderr).toMatch(/cannot be listened on \(EADDRINUSE\)/);
    } finally {
      other.close();
    }
  });
});
