import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../cli/run-command.ts';
import { DeviceKey } from '@durable-mfa/client/login';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { run } from './command-run.ts';

const LOGIN_FLAGS = [
  ...['--issuer', 'https://example.eu.auth0.com/', '--client-id', 'client'],
  ...['--redirect-uri', 'https://app.example/callback'],
];

async function beginLogin(dir: string): Promise<URL> {
  const { stdout } = await run(['login-url', '--dir', dir, ...LOGIN_FLAGS]);
  return new URL(stdout[0] ?? '');
}

function callbackOf(url: URL, parameters: Record<string, string>): string {
  const state = url.searchParams.get('state') ?? '';
  return `https://app.example/callback?${new URLSearchParams({ ...parameters, state }).toString()}`;
}

describe('the commands', () => {
  it('are listed, each with a help of its own', async () => {
    const { exitCode, stderr, stdout } = await run(['--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toEqual([]);
    for (const { name, summary } of COMMANDS) {
      expect(stderr).toContain(name);
      expect(stderr).toContain(summary);
      const help = await run([name, '--help']);
      expect(help).toMatchObject({ exitCode: 0, stdout: [], stderr: expect.stringMatching(name) });
    }
  });

  it.each<[string, string[], RegExp]>([
    ['nothing', [], /^npm run -s mfa -- <command>/],
    ['an unknown command', ['enrol'], /^There is no command "enrol"\./],
    ['an unknown flag', ['new-key', '--frob'], /Unknown option '--frob'/],
    ['a flag without its value', ['new-key', '--dir'], /argument missing/],
    ['an argument too many', ['new-key', 'x'], /takes at most 0 argument/],
    ['no callback', ['login-proof'], /^CALLBACK-URL is missing/],
    ['no user', ['workflow-id'], /^--user is missing/],
  ])('called with %s end with 2 and print nothing', async (_what, words, text) => {
    const ran = await run(words);
    expect(ran).toEqual({ exitCode: 2, stdout: [], stderr: expect.stringMatching(text) });
  });
});

describe('new-key', () => {
  it('prints the file, the thumbprint and the public half', async () => {
    await using folder = await temporaryFolder();
    const { exitCode, stdout } = await run(['new-key', '--dir', folder.path]);
    expect(exitCode).toBe(0);
    const file = join(folder.path, 'device-key.json');
    const key = await DeviceKey.load(file);
    expect(stdout.map((line): unknown => JSON.parse(line))).toEqual([
      { file, kid: key.thumbprint, sealTo: key.publicKey },
    ]);
  });

  it('leaves a key that is there alone', async () => {
    await using folder = await temporaryFolder();
    await run(['new-key', '--dir', folder.path]);
    const before = await readFile(join(folder.path, 'device-key.json'), 'utf8');
    const again = await run(['new-key', '--dir', folder.path]);
    expect(again).toMatchObject({ exitCode: 1, stdout: [] });
    expect(again.stderr).toMatch(/exists already/);
    expect(await readFile(join(folder.path, 'device-key.json'), 'utf8')).toBe(before);
  });
});

describe('login-url and login-proof', () => {
  it('turn a login into a proof, sealed to the key that is there', async () => {
    await using folder = await temporaryFolder();
    const dir = folder.path;
    await run(['new-key', '--dir', dir]);
    const began = await run(['login-url', '--dir', dir, ...LOGIN_FLAGS]);
    expect(began.stderr).toMatch(
      /^After .* https:\/\/app\.example\/callback\?code=…, a page that need not/,
    );
    const url = new URL(began.stdout[0] ?? '');
    expect((await stat(join(dir, 'pending-login.json'))).mode & 0o777).toBe(0o600);
    // With what is copied beside it.
    const address = `\u200b\u00a0${callbackOf(url, { code: 'c1' })}\n`;
    const proved = await run(['login-proof', address, '--dir', dir]);
    const key = await DeviceKey.load(join(dir, 'device-key.json'));
    expect(proved).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(proved.stdout[0] ?? '')).toEqual({
      code: 'c1',
      codeVerifier: expect.any(String),
      redirectUri: 'https://app.example/callback',
      nonce: url.searchParams.get('nonce'),
      sealTo: key.publicKey,
    });
    expect(url.searchParams.get('nonce')?.split('.')[1]).toBe(key.thumbprint);
    expect(await readdir(dir)).toEqual(['device-key.json']);
  });

  it('say where a key is missing, and go on', async () => {
    await using folder = await temporaryFolder();
    const began = await run(['login-url', '--dir', folder.path, ...LOGIN_FLAGS]);
    expect(began.exitCode).toBe(0);
    expect(began.stderr).toMatch(/^No key: good for an SMS step\. A TOTP step needs one/);
    const url = new URL(began.stdout[0] ?? '');
    const words = ['login-proof', callbackOf(url, { code: 'c1' }), '--dir', folder.path];
    const proved = await run(words);
    expect(proved).toMatchObject({ exitCode: 0, stderr: '' });
    expect(proved.stdout[0]).not.toContain('sealTo');
    expect(url.searchParams.get('nonce')).not.toContain('.');
  });

  it('refuse a key that was named and is not there, and begin no login', async () => {
    await using folder = await temporaryFolder();
    const dir = folder.path;
    const words = ['login-url', '--dir', dir, ...LOGIN_FLAGS, '--key', join(dir, 'no.json')];
    expect(await run(words)).toMatchObject({ exitCode: 1, stdout: [] });
    expect(await readdir(dir)).toEqual([]);
  });

  it('stay with the key that the login began with, whatever key is made later', async () => {
    await using folder = await temporaryFolder();
    const dir = folder.path;
    const url = await beginLogin(dir);
    await run(['new-key', '--dir', dir]);
    const proved = await run(['login-proof', callbackOf(url, { code: 'c1' }), '--dir', dir]);
    expect(proved.stdout[0]).not.toContain('sealTo');
  });

  it('keep the login after a callback of another one', async () => {
    await using folder = await temporaryFolder();
    const dir = folder.path;
    const url = await beginLogin(dir);
    const other = 'https://app.example/callback?code=c1&state=other';
    const refused = await run(['login-proof', other, '--dir', dir]);
    expect(refused).toMatchObject({ exitCode: 1, stdout: [] });
    expect(refused.stderr).toMatch(/carries another state/);
    const proved = await run(['login-proof', callbackOf(url, { code: 'c1' }), '--dir', dir]);
    expect(proved.exitCode).toBe(0);
  });

  it('say what the tenant refused', async () => {
    await using folder = await temporaryFolder();
    const url = await beginLogin(folder.path);
    const callback = callbackOf(url, { error: 'access_denied' });
    const refused = await run(['login-proof', callback, '--dir', folder.path]);
    expect(refused).toMatchObject({ exitCode: 1, stdout: [] });
    expect(refused.stderr).toMatch(/^The tenant refused the login \(access_denied\)/);
  });

  it('need a login that was begun', async () => {
    await using folder = await temporaryFolder();
    const refused = await run(['login-proof', 'https://x/?code=a', '--dir', folder.path]);
    expect(refused).toMatchObject({ exitCode: 1, stdout: [] });
    expect(refused.stderr).toMatch(/does not exist; begin a login with the command login-url/);
  });

  it('name every setting that is missing or wrong', async () => {
    await using folder = await temporaryFolder();
    expect((await run(['login-url', '--dir', folder.path])).stderr).toMatch(
      /^Missing: --issuer \(or AUTH0_DOMAIN\), --client-id .*, --redirect-uri\./,
    );
    const words = ['login-url', '--dir', folder.path, ...LOGIN_FLAGS, '--audience', 'urn:mfa'];
    const refused = await run(words);
    expect(refused).toMatchObject({ exitCode: 2, stdout: [] });
    expect(refused.stderr).toMatch(/^The login is invalid: audience: must be an https: URL/);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('take flags before the environment, and that before the local stack', async () => {
    await using folder = await temporaryFolder();
    const stack = {
      issuer: 'http://127.0.0.1:1/',
      audience: 'http://127.0.0.1:3/mfa/',
      clientId: 'stack',
    };
    const redirectUri = 'http://127.0.0.1:2/cb';
    await writeFile(join(folder.path, 'stack.json'), JSON.stringify({ ...stack, redirectUri }));
    const parameters = async (words: string[], env: NodeJS.ProcessEnv) => {
      const ran = await run(['login-url', '--dir', folder.path, ...words], { env });
      const url = new URL(ran.stdout[0] ?? '');
      const { searchParams: given } = url;
      return [url.origin, given.get('client_id'), given.get('audience')];
    };
    expect(await parameters([], {})).toEqual(['http://127.0.0.1:1', 'stack', stack.audience]);
    const env = { AUTH0_DOMAIN: 'env.auth0.com', AUTH0_CLIENT_ID: 'env' };
    const ofEnv = ['https://env.auth0.com', 'env', 'https://env.auth0.com/mfa/'];
    expect(await parameters([], env)).toEqual(ofEnv);
    const spaced = { AUTH0_DOMAIN: ' env.auth0.com\n', AUTH0_CLIENT_ID: 'env\r\n' };
    expect(await parameters([], spaced)).toEqual(ofEnv);
    expect(await parameters(['--client-id', 'flag'], env)).toEqual(ofEnv.with(1, 'flag'));
  });
});

describe('workflow-id', () => {
  const TENANT = 'example.eu.auth0.com';
  const USER = 'auth0|5f7c8ec7c33c6c004bbafe82';
  const ID = 'enroll-mfa/example.eu.auth0.com/auth0%7C5f7c8ec7c33c6c004bbafe82';

  it.each([
    [USER, TENANT, { exitCode: 0, stdout: [ID], stderr: '' }],
    [`\u202a${USER}\u202c\n`, ` ${TENANT}\r\n`, { exitCode: 0, stdout: [ID], stderr: '' }],
    [
      'auth0%7C5f7c',
      TENANT,
      { exitCode: 2, stdout: [], stderr: /^userId: is percent-encoded; gi/ },
    ],
    [USER, '', { exitCode: 2, stdout: [], stderr: /^tenant: must be a string of 1 .*\nSee: / }],
    [
      USER,
      `https://${TENANT}/`,
      { exitCode: 2, stdout: [], stderr: /^tenant: must be the Auth0 dom/ },
    ],
  ])('of %j at %j', async (user, tenant, { stderr, ...expected }) => {
    const ran = await run(['workflow-id', '--user', user, '--tenant', tenant]);
    expect(ran).toEqual({ ...expected, stderr: expect.stringMatching(stderr) });
  });
});
