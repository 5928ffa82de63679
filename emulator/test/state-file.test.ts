import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startEmulator } from '@durable-mfa/tenant-emulator';
import { startMain } from './support/program.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { Bench, SMS, TOTP } from './bench.ts';
import { confirmOtp, EMAIL, PUSH } from './conformance/factors.ts';

const NOW = 1_800_000_015_000;
const CLIENT_WITH_KEY = {
  ...{ clientId: 'signer', redirectUris: [], allowedLogoutUrls: ['https://app.example/'] },
  jwks: { keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB', kid: 'key-1' }] },
  grants: [{ audience: '/api/v2/', scopes: ['read:users'] }],
};

async function jwks(issuer: string): Promise<string> {
  return (await fetch(`${issuer}.well-known/jwks.json`)).text();
}

describe('the state file', () => {
  it('brings back users, authenticators, clients, settings, keys and the clock', async () => {
    await using folder = await temporaryFolder();
    const options = { stateFile: join(folder.path, 'state.json'), control: true, now: () => NOW };
    const before = async () => {
      await using bench = await Bench.open(options);
      await bench.confirmSms();
      await bench.post('/_emulator/clients', { clientId: 'other', redirectUris: [] });
      const body = JSON.stringify({ mfaRequirements: true });
      const headers = { 'content-type': 'application/json' };
      await bench.send('/_emulator/settings', { method: 'PATCH', headers, body });
      bench.emulator.clock.advance(3_600_000);
      return { userId: bench.userId, keys: await jwks(bench.emulator.issuer) };
    };
    const { userId, keys } = await before();
    await using emulator = await startEmulator(options);
    expect(emulator.authenticators(userId)).toMatchObject([{ kind: 'sms', active: true }]);
    expect(emulator.settings.mfaRequirements).toBe(true);
    expect(emulator.clock.now()).toBe(NOW + 3_600_000);
    expect(await jwks(emulator.issuer)).toBe(keys);
    const clients = await (await fetch(`${emulator.issuer}_emulator/clients`)).text();
    expect(clients).toContain('"other"');
    expect(clients).not.toContain('mfa-enrollment-secret');
  });

  it('brings back quotas: who has spent the texts has none after a restart', async () => {
    await using folder = await temporaryFolder();
    const stateFile = join(folder.path, 'state.json');
    const statuses: number[] = [];
    for (let start = 0; start < 2; start += 1) {
      // The second one's own user has the same address and password: the kept one logs in first.
      await using bench = await Bench.open({ stateFile });
      const access = await bench.accessToken();
      for (let sent = 0; sent < 6; sent += 1) {
        statuses.push((await bench.post('/mfa/associate', SMS, access)).status);
      }
    }
    expect(statuses).toEqual([...Array<number>(10).fill(200), 429, 429]);
  });

  it('brings back every factor, every switch, what a rule reads, and keys that were rotated', async () => {
    await using folder = await temporaryFolder();
    const settings = { messageTypes: ['sms', 'voice'], recoveryCodes: true } as const;
    const options = { stateFile: join(folder.path, 'state.json'), settings, now: () => NOW };
    const user = { email: 'bob@example.com', password: 'secret', userId: 'auth0|bob' };
    const before = async () => {
      await using bench = await Bench.open(options);
      const { emulator } = bench;
      emulator.addUser({ ...user, emailVerified: true, userMetadata: { use_mfa: true } });
      emulator.addClient(CLIENT_WITH_KEY);
      await emulator.rotateKeys();
      const access = await bench.accessToken();
      for (const body of [SMS, EMAIL, PUSH, TOTP]) await bench.post('/mfa/associate', body, access);
      const { confirmed } = await confirmOtp(bench, access);
      expect(confirmed.status).toBe(200);
      const kept = emulator.authenticators(bench.userId);
      return { userId: bench.userId, kept, keys: await jwks(emulator.issuer) };
    };
    const { userId, kept, keys } = await before();
    await using emulator = await startEmulator(options);
    expect(emulator.authenticators(userId)).toEqual(kept);
    expect(kept.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['sms', 'voice', 'email', 'push', 'totp', 'recovery-code']),
    );
    expect(emulator.settings).toMatchObject(settings);
    expect(await jwks(emulator.issuer)).toBe(keys);
    expect(JSON.parse(readFileSync(options.stateFile, 'utf8'))).toMatchObject({
      users: expect.arrayContaining([
        expect.objectContaining({ emailVerified: true, userMetadata: { use_mfa: true } }),
      ]),
      clients: expect.arrayContaining([CLIENT_WITH_KEY]),
    });
  });

  it('adds what is new in the options and leaves what it knows', async () => {
    await using folder = await temporaryFolder();
    const stateFile = join(folder.path, 'state.json');
    const [ada, bob] = ['ada@example.com', 'bob@example.com'].map((email) => ({
      ...{ email, password: 'secret', userId: `auth0|${email}` },
    }));
    if (ada === undefined || bob === undefined) throw new Error('Two are made.');
    await (await startEmulator({ stateFile, users: [ada] })).close();
    const users = [{ ...ada, password: 'changed' }, bob];
    await (await startEmulator({ stateFile, users })).close();
    const kept = JSON.parse(readFileSync(stateFile, 'utf8')) as { users: unknown[] };
    expect(kept.users).toMatchObject([{ email: ada.email, password: 'secret' }, bob]);
  });

  it('with a seed it goes on where the stream of codes and ids was', async () => {
    await using folder = await temporaryFolder();
    const stateFile = join(folder.path, 'state.json');
    const ids: string[] = [];
    const user = { email: 'x@example.com', password: 'secret' };
    for (let start = 0; start < 3; start += 1) {
      await using emulator = await startEmulator({ stateFile, seed: 'one' });
      ids.push(emulator.addUser(user).userId);
    }
    await using emulator = await startEmulator({ seed: 'one' });
    const atOnce = [1, 2, 3].map(() => emulator.addUser(user).userId);
    expect(ids).toEqual(atOnce);
    expect(new Set(ids).size).toBe(3);
  });

  it('is whole and for its owner alone, even where the process is killed', async () => {
    await using folder = await temporaryFolder();
    const stateFile = join(folder.path, 'state.json');
    await using child = startMain('--state', stateFile, '--control');
    const issuer = /"issuer":"([^"]+)"/.exec(await child.line('listening'))?.[1] ?? '';
    for (let added = 0; added < 50; added += 1) {
      const body = JSON.stringify({ email: `user-${added}@example.com`, password: 'secret' });
      const headers = { 'content-type': 'application/json' };
      await fetch(`${issuer}_emulator/users`, { method: 'POST', headers, body });
    }
    child.kill('SIGKILL');
    await child.ended;
    expect(JSON.parse(readFileSync(stateFile, 'utf8'))).toMatchObject({ version: 1 });
    expect(statSync(stateFile).mode & 0o077).toBe(0);
    await (await startEmulator({ stateFile })).close();
  });

  it('that is none is named with the way out, and left as it is', async () => {
    await using folder = await temporaryFolder();
    const stateFile = join(folder.path, 'state.json');
    for (const text of ['{', '{"version":2}', '[]']) {
      writeFileSync(stateFile, text);
      await expect(startEmulator({ stateFile })).rejects.toThrow(/state\.json.*[^]*Move it away/);
      expect(readFileSync(stateFile, 'utf8')).toBe(text);
    }
  });

  it('that cannot be written is told at the start', async () => {
    await using folder = await temporaryFolder();
    const stateFile = join(folder.path, 'no-folder', 'state.json');
    await expect(startEmulator({ stateFile })).rejects.toThrow(/can't be written.*[^]*--state/);
  });
});
