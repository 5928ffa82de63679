import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Bench, SMS } from './bench.ts';

/** Over a connection of its own: one that was kept open may have taken the request by then. */
function connecting(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve('connected');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
  });
}

describe('an emulator that goes down', () => {
  it('refuses connections, and comes back on its port with all that it knew', async () => {
    await using bench = await Bench.open();
    const { emulator } = bench;
    const access = await bench.accessToken();
    await bench.associateSms(access);
    const before = emulator.journal.entries.length;
    await emulator.goDown();
    expect(await connecting(emulator.port)).toBe('ECONNREFUSED');
    await expect(bench.post('/mfa/associate', SMS, access)).rejects.toThrow();
    expect(emulator.journal.entries).toHaveLength(before);
    await emulator.comeBack();
    const list = await bench.get('/mfa/authenticators', access);
    expect([list.status, JSON.parse(list.text)]).toEqual([200, [expect.any(Object)]]);
    expect(emulator.port).toBe(Number(new URL(emulator.issuer).port));
  });

  it('cuts the connection of a request that is under way', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const gate = bench.emulator.faults.hold({ endpoint: 'POST /mfa/associate', when: 'after' });
    const asked = bench.post('/mfa/associate', SMS, access).catch(() => 'no reply');
    await gate.reached;
    await bench.emulator.goDown();
    expect(await asked).toBe('no reply');
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(1);
  });

  it('may be told twice, and closed while it is down', async () => {
    await using bench = await Bench.open();
    await bench.emulator.comeBack();
    expect((await bench.get('/mfa/authenticators')).status).toBe(401);
    await bench.emulator.goDown();
    await bench.emulator.goDown();
    await bench.emulator.close();
  });
});

describe('the date of a reply', () => {
  it('is the tenant’s', async () => {
    await using bench = await Bench.open();
    bench.emulator.clock.advance(3_600_000);
    const { headers } = await bench.get('/mfa/authenticators');
    expect(headers.get('date')).toBe(new Date(bench.emulator.clock.now()).toUTCString());
  });
});
