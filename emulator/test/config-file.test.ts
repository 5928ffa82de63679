import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../config-file.ts';
import { readCommandLine } from '../command-line.ts';
import { SETTINGS_DEFAULT } from '../tenant/settings.ts';
import { startMain } from './support/program.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const USER = { email: 'ada@example.com', password: 'secret' };

async function refusalOf(config: unknown): Promise<string> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'emulator.json');
  writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config));
  try {
    readConfig(path);
  } catch (error) {
    return error instanceof Object && 'message' in error ? String(error.message) : '';
  }
  return 'none';
}

describe('the configuration file', () => {
  it.each([
    ['users[0].password', { users: [{ email: 'a@example.com' }] }, /expected string/],
    ['tenants[0].name', { tenants: [{ name: 'Not good' }] }, /lower case letters/],
    ['port', { port: 70_000 }, /65535/],
    ['issuer', { issuer: 'http://127.0.0.1:4700' }, /slash/],
    ['issuer', { issuer: 'http://127.0.0.1:4700/?a=/' }, /query/],
    ['tenants[0].issuer', { tenants: [{ name: 'eu', issuer: 'ftp://a/' }] }, /http: or https:/],
    ['settings.quotaStatus', { settings: { quotaStatus: 418 } }, /403.*429|Invalid input/],
    ['the file', { usres: [] }, /usres/],
    ['the file', [], /expected object/],
    ['controlToken', { controlToken: 'short' }, /16/],
    ['clients[0].redirectUris[0]', { clients: [{ clientId: 'c', redirectUris: ['x'] }] }, /URL/],
  ])('a refusal names %s, the rule and the way out', async (field, config, rule) => {
    const refusal = await refusalOf(config);
    expect(refusal).toContain(`${field}: `);
    expect(refusal).toMatch(rule);
    expect(refusal).toMatch(/emulator\.json[^]*README\.md/);
  });

  it('takes every switch, and every field of a client and of a user', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'emulator.json');
    const user = { ...USER, emailVerified: true, userMetadata: { use_mfa: true } };
    const client = {
      ...{ clientId: 'c', redirectUris: ['https://*.app.example/cb'], grantTypes: ['password'] },
      ...{ allowedLogoutUrls: ['https://app.example/'], jwks: { keys: [{ kty: 'RSA' }] } },
      grants: [{ audience: '/api/v2/', scopes: ['read:users'] }],
    };
    const given = { settings: SETTINGS_DEFAULT, users: [user], clients: [client] };
    writeFileSync(path, JSON.stringify(given));
    expect(readConfig(path).first).toEqual(given);
  });

  it.each(['{', '', '{"users": ]}'])('%j is told not to be JSON', async (text) => {
    expect(await refusalOf(text)).toMatch(/JSON[^]*--config/);
  });

  it('the program ends with 1 for one that is wrong, and listens nowhere', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'emulator.json');
    writeFileSync(path, '{"ports": 1}');
    await using child = startMain('--config', path);
    expect(await child.ended).toBe(1);
    expect(child.output()).toContain('ports');
    expect(child.output()).not.toContain('listening');
  });

  it('what the arguments say goes before it; its files are found from its folder', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'emulator.json');
    const config = {
      ...{ port: 4701, seed: 'file', state: 'state.json', users: [USER], control: true },
      tls: { folder: 'tls' },
      tenants: [{ name: 'eu', port: 4702, state: '/var/eu.json' }],
    };
    writeFileSync(path, JSON.stringify(config));
    const [first, eu] = readCommandLine(['--config', path, '--port', '0', '--seed', 'x']) ?? [];
    expect(first).toMatchObject({
      ...{ name: 'default', port: 0, seed: 'x', control: true, users: [USER] },
      stateFile: join(folder.path, 'state.json'),
      tls: { folder: join(folder.path, 'tls') },
    });
    // Of the same seed, and yet not the same codes.
    const stateFile = '/var/eu.json';
    expect(eu).toMatchObject({ name: 'eu', port: 4702, seed: 'x eu', control: true, stateFile });
  });

  it.each([
    [['--port', '1e3'], /--port/],
    [['--port', ''], /--port/],
    [['--issuer', 'http://x'], /--issuer/],
    [['--issuer', 'http://x/#/'], /--issuer/],
    [['--issuer', 'http://user@x/'], /--issuer/],
    [['--redirect-uri', 'callback'], /--redirect-uri/],
    [['--tls-key', 'a'], /--tls-cert/],
    [['--control-token', 'short'], /16/],
    [['--user', 'a@example.com'], /--user/],
    [['extra'], /extra/],
  ])('%j is refused with the option named', (args, why) => {
    expect(() => readCommandLine(args)).toThrow(why);
  });
});
