import { describe, expect, it } from '@jest/globals';
import { Bench, SMS } from './bench.ts';

const ASSOCIATE = 'POST /mfa/associate';

function made({ emulator, userId }: Bench): number {
  return emulator.authenticators(userId).length;
}

describe('a gate', () => {
  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('holds a request %s its effect, until it is released', async (when, standing) => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const gate = bench.emulator.faults.hold({ endpoint: ASSOCIATE, when });
    const reply = bench.post('/mfa/associate', SMS, access);
    await gate.reached;
    expect(made(bench)).toBe(standing);
    expect(bench.emulator.journal.count(ASSOCIATE)).toBe(0);
    gate.release();
    expect((await reply).status).toBe(200);
    expect(made(bench)).toBe(1);
    expect(bench.emulator.journal.count(ASSOCIATE)).toBe(1);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('that drops a request %s its effect leaves %i', async (when, left) => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const gate = bench.emulator.faults.hold({ endpoint: ASSOCIATE, when });
    const reply = bench.post('/mfa/associate', SMS, access).catch(() => 'no reply');
    await gate.reached;
    gate.drop();
    expect(await reply).toBe('no reply');
    expect(made(bench)).toBe(left);
    expect(bench.emulator.journal.entries.at(-1)).not.toHaveProperty('status');
  });

  it('holds one request, that of its number; the others pass', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const gate = bench.emulator.faults.hold({ endpoint: ASSOCIATE, nth: 2, when: 'before' });
    const send = async () => (await bench.post('/mfa/associate', SMS, access)).status;
    expect(await send()).toBe(200);
    const held = send();
    await gate.reached;
    expect(await send()).toBe(200);
    expect(made(bench)).toBe(2);
    gate.release();
    expect(await held).toBe(200);
  });

  it('that is open already lets its request through', async () => {
    await using bench = await Bench.open();
    const gate = bench.emulator.faults.hold({
      endpoint: 'GET /mfa/authenticators',
      when: 'before',
    });
    gate.release();
    expect((await bench.get('/mfa/authenticators')).status).toBe(401);
    await gate.reached;
  });

  it('lets go when the faults are cleared, and tells who waits for a request in vain', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const { faults } = bench.emulator;
    const gate = faults.hold({ endpoint: ASSOCIATE, when: 'before' });
    const idle = faults.hold({ endpoint: 'GET /mfa/authenticators', when: 'before' });
    const reply = bench.post('/mfa/associate', SMS, access);
    await gate.reached;
    faults.clear();
    expect((await reply).status).toBe(200);
    await expect(idle.reached).rejects.toThrow('taken away');
  });

  it('does not outlive the emulator', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const gate = bench.emulator.faults.hold({ endpoint: ASSOCIATE, when: 'before' });
    const reply = bench.post('/mfa/associate', SMS, access).catch(() => 'no reply');
    await gate.reached;
    await bench.emulator.close();
    expect(await reply).toBe('no reply');
  });

  it('is shown to the control API as what it is, and cannot be made there', async () => {
    await using bench = await Bench.open({ control: true });
    const rule = { endpoint: ASSOCIATE, when: 'after' } as const;
    bench.emulator.faults.hold(rule);
    const { text } = await bench.get('/_emulator/faults');
    expect(JSON.parse(text)).toEqual([{ id: '1', ...rule, action: 'hold' }]);
    const asked = await bench.post('/_emulator/faults', { ...rule, action: 'hold' });
    expect(asked.status).toBe(400);
  });
});
