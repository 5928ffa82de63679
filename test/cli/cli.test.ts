import { execFile } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { DeviceKey } from '@durable-mfa/client/login';
import { startChild } from '../support/child-program.ts';
import { plainEnvironment } from '../support/plain-environment.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { commandPaths, run } from './command-run.ts';

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
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.join('\n')).toMatch(/\nExamples:\n[^]+\nExit codes: 0 done/);
    const names = commandPaths();
    expect(names).toEqual(expect.arrayContaining(['login', 'device-key new', 'keys retire']));
    for (const name of names) {
      const help = await run([...name.split(' '), '--help']);
      expect(help).toMatchObject({ exitCode: 0, stderr: '' });
      expect(help.stdout.join('\n')).toContain(`Usage: npm run -s mfa -- ${name}`);
      if (!name.includes(' ')) expect(stdout.join('\n')).toContain(`\n  ${name}`);
    }
  });

  it.each<[string, string[], RegExp]>([
    ['nothing', [], /^Usage: npm run -s mfa -- /],
    ['no subcommand', ['keys'], /^Usage: npm run -s mfa -- keys /],
    ['an unknown command', ['enrol'], /unknown command 'enrol'\nSee: npm run -s mfa -- --help$/],
    ['a slip of a command', ['keys', 'lst'], /mean list\?\)\nSee: .* -- keys --help$/],
    ['a slip of a flag', ['login-url', '--kye', 'x'], /mean --key\?\)\nSee: .* login-url --help$/],
    ['a flag without its value', ['login-url', '--dir'], /argument missing/],
    ['an argument too many', ['device-key', 'new', 'x'], /too many arguments/],
    ['no callback', ['login-proof'], /missing required argument 'callback-url'/],
    [
      'no user',
      ['workflow-id', '--tenant', 'a.example'],
      /^Missing: --user\..*\nSee: .* workflow-id --help/,
    ],
    [
      'no keyring',
      ['keys', 'list'],
      /^Missing: --file \(or MFA_PAYLOAD_KEYS_FILE\)\..*\nSee: .* keys list --help/,
    ],
    ['another shell', ['completion', 'tcsh'], /Allowed choices are bash, zsh/],
  ])('called with %s end with 2 and print nothing', async (_what, words, text) => {
    const ran = await run(words);
    expect(ran).toEqual({ exitCode: 2, stdout: [], stderr: expect.stringMatching(text) });
  });

  it('run as a program, the codec server too', async () => {
    await using program = startChild('cli/main.ts', { args: ['codec'], env: plainEnvironment() });
    expect(await program.ended).toBe(2);
    expect(program.output()).toContain('MFA_PAYLOAD_KEYS_FILE must name the keyring');
  });
});

describe('completion', () => {
  it.each([
    ['retire', 'mfa', 'keys', 'ret'],
    ['login login-url login-proof', 'mfa', 'log'],
    ['--file', 'mfa', 'keys', 'retire', '--f'],
    ['bash zsh', 'mfa', 'completion', ''],
  ])('offers %j after %s %s %s', async (offered, ...words) => {
    const { stdout } = await run(['completion', 'bash']);
    const typed = words.map((word) => `'${word}'`).join(' ');
    const line = `COMP_WORDS=(${typed}); COMP_CWORD=${words.length - 1}; _mfa; echo "\${COMPREPLY[@]}"`;
    const shell = await promisify(execFile)('bash', ['-c', `${stdout.join('\n')}\n${line}`]);
    expect(shell.stdout.trim()).toMatch(new RegExp(`^${offered}`));
  });
});

describe('device-key', () => {
  it('makes a key, and shows file, thumbprint and public half', async () => {
    await using folder = await temporaryFolder();
    const { exitCode, stdout } = await run(['device-key', 'new', '--json', '--dir', folder.path]);
    expect(exitCode).toBe(0);
    const file = join(folder.path, 'device-key.json');
    const key = await DeviceKey.load(file);
    const shown = { file, kid: key.thumbprint, sealTo: key.publicKey };
    expect(stdout.map((line): unknown => JSON.parse(line))).toEqual([shown]);
    const again = await run(['device-key', 'show', '--json', '--dir', folder.path]);
    expect(again).toEqual({ exitCode: 0, stdout, stderr: '' });
    const words = await run(['device-key', 'show', '--dir', folder.path]);
    expect(words.stdout.join('\n')).toMatch(new RegExp(`${key.thumbprint}\n.*${file}$`));
  });

  it('shows a key that is there instead of making one', async () => {
    await using folder = await temporaryFolder();
    const first = await run(['device-key', 'new', '--dir', folder.path]);
    const before = await readFile(join(folder.path, 'device-key.json'), 'utf8');
    const again = await run(['device-key', 'new', '--dir', folder.path]);
    expect(again).toMatchObject({ exitCode: 0, stdout: first.stdout });
    expect(again.stderr).toMatch(/nothing was changed/);
    expect(await readFile(join(folder.path, 'device-key.json'), 'utf8')).toBe(before);
  });

  it.each([['new'], ['show']])('%s leaves alone what is no key, and says so', async (word) => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'device-key.json');
    await writeFile(file, '{}', { mode: 0o600 });
    const ran = await run(['device-key', word, '--dir', folder.path]);
    expect(ran).toEqual({
      exitCode: 1,
      stdout: [],
      stderr: expect.stringMatching(/P-256 key as JWK/),
    });
    expect(await readFile(file, 'utf8')).toBe('{}');
  });

  it('show says how to make one where there is none', async () => {
    await using folder = await temporaryFolder();
    const ran = await run(['device-key', 'show', '--dir', folder.path]);
    expect(ran).toMatchObject({
      exitCode: 1,
      stdout: [],
      stderr: expect.stringMatching(/device-key new/),
    });
    expect(await readdir(folder.path)).toEqual([]);
  });
});

describe('login-url and login-proof', () => {
  it('turn a login into a proof, sealed to the key that is there', async () => {
    await using folder = await temporaryFolder();
    const dir = folder.path;
    await run(['device-key', 'new', '--dir', dir]);
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
    await run(['device-key', 'new', '--dir', dir]);
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
    expect(await readdir(folder.path)).toEqual([]);
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
      { exitCode: 2, stdout: [], stderr: /^--user: is percent-encoded; gi/ },
    ],
    [
      USER,
      '',
      { exitCode: 2, stdout: [], stderr: /^Missing: --tenant \(or AUTH0_DOMAIN\).*\nSee: / },
    ],
    [
      USER,
      `https://${TENANT}/`,
      { exitCode: 2, stdout: [], stderr: /^--tenant: must be the Auth0 dom/ },
    ],
  ])('of %j at %j', async (user, tenant, { stderr, ...expected }) => {
    const ran = await run(['workflow-id', '--user', user, '--tenant', tenant]);
    expect(ran).toEqual({ ...expected, stderr: expect.stringMatching(stderr) });
  });
});
