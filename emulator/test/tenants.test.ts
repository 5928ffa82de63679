import { describe, expect, it } from '@jest/globals';
import { startEmulator, Tenants } from '@durable-mfa/tenant-emulator';
import { Bench, SMS } from './bench.ts';

const options = { control: true, now: () => 1_800_000_015_000 };

async function started(...names: readonly string[]): Promise<Tenants> {
  return Tenants.start(
    startEmulator,
    names.map((name) => ({ name, ...options })),
  );
}

function benchOf(tenants: Tenants, name: string): Bench {
  const emulator = tenants.running.get(name);
  if (emulator === undefined) throw new Error(`No tenant ${name}.`);
  return new Bench(emulator);
}

describe('several tenants', () => {
  it('have users, clocks, faults and inboxes of their own', async () => {
    await using tenants = await started('eu', 'us');
    const [eu, us] = [benchOf(tenants, 'eu'), benchOf(tenants, 'us')];
    await eu.associateSms(await eu.accessToken());
    eu.emulator.clock.advance(60_000);
    eu.emulator.faults.add({ endpoint: 'POST /mfa/associate', when: 'before', action: 'drop' });
    expect(us.emulator.inbox.messages()).toEqual([]);
    expect(us.emulator.clock.now()).toBe(eu.emulator.clock.now() - 60_000);
    expect((await us.post('/mfa/associate', SMS, await us.accessToken())).status).toBe(200);
  });

  it('take no token of one another', async () => {
    await using tenants = await started('eu', 'us');
    const [eu, us] = [benchOf(tenants, 'eu'), benchOf(tenants, 'us')];
    const reply = await us.post('/mfa/associate', SMS, await eu.accessToken());
    expect([reply.status, reply.body['error']]).toEqual([401, 'invalid_grant']);
    expect(us.emulator.authenticators(us.userId)).toEqual([]);
    expect(us.emulator.inbox.messages()).toEqual([]);
  });

  it('are added, listed and ended by the control API of any', async () => {
    await using tenants = await started('eu');
    const eu = benchOf(tenants, 'eu');
    const users = [{ email: 'bob@example.com', password: 'secret', userId: 'auth0|bob' }];
    const added = await eu.post('/_emulator/tenants', { name: 'us', users, seed: 'two' });
    expect([added.status, added.body]).toMatchObject([201, { name: 'us' }]);
    const issuer = String(added.body['issuer']);
    expect(await (await fetch(`${issuer}_emulator/users/auth0%7Cbob`)).json()).toMatchObject({
      email: 'bob@example.com',
    });
    expect(JSON.parse((await eu.get('/_emulator/tenants')).text)).toMatchObject([
      { name: 'eu' },
      { name: 'us', issuer },
    ]);
    const remove = (name: string) =>
      eu.send(`/_emulator/tenants/${name}`, { method: 'DELETE' }).then(({ status }) => status);
    expect([await remove('us'), await remove('us'), await remove('eu')]).toEqual([204, 404, 400]);
    await expect(fetch(issuer)).rejects.toThrow();
  });

  it.each([
    [{ name: 'eu' }, 409],
    [{ name: 'No good' }, 400],
    [{ name: 'us', state: '/tmp/anywhere' }, 400],
    [{ name: 'us', stateFile: '/tmp/anywhere' }, 400],
    [{}, 400],
  ])('%j is refused and starts nothing', async (body, status) => {
    await using tenants = await started('eu');
    expect((await benchOf(tenants, 'eu').post('/_emulator/tenants', body)).status).toBe(status);
    expect([...tenants.running.keys()]).toEqual(['eu']);
  });

  it('a port that is taken is 409', async () => {
    await using tenants = await started('eu');
    const eu = benchOf(tenants, 'eu');
    const { port } = eu.emulator;
    expect((await eu.post('/_emulator/tenants', { name: 'us', port })).status).toBe(409);
  });
});
