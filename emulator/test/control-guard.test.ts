import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { Bench } from './bench.ts';

const TOKEN = 'a-token-of-16-characters';
const USER = { email: 'eve@example.com', password: 'secret' };

/** What no `fetch` would send: any Host header. The status of the answer. */
async function raw(
  port: number,
  headers: readonly string[],
  request = 'GET /_emulator/users',
  body = '',
): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const lines = [`${request} HTTP/1.1`, ...headers, `Content-Length: ${body.length}`];
  socket.end(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n${body}`);
  let text = '';
  for await (const part of socket.setEncoding('utf8')) text += String(part);
  return Number(text.split(' ')[1]);
}

describe('the control API without a token', () => {
  it('answers loopback by its names', async () => {
    await using bench = await Bench.open({ control: true });
    const { port } = bench.emulator;
    for (const host of ['127.0.0.1', `localhost:${port}`, '[::1]:80', 'LOCALHOST']) {
      expect(await raw(port, [`Host: ${host}`])).toBe(200);
    }
  });

  it.each([
    [['Host: evil.example.com']],
    [['Host: 127.0.0.1.evil.example.com']],
    [['Host: localhost.evil.example.com:80']],
    [['Host: 192.168.1.5:4700']],
    [['Host: 127.0.0.1', 'X-Forwarded-For: 203.0.113.7']],
    [['Host: 127.0.0.1', 'Forwarded: for=203.0.113.7']],
  ])('refuses %j, to which it does nothing', async (headers) => {
    await using bench = await Bench.open({ control: true });
    const { port } = bench.emulator;
    const json = [...headers, 'Content-Type: application/json'];
    const create = JSON.stringify({ ...USER, userId: 'auth0|eve' });
    expect(await raw(port, json, 'POST /_emulator/users', create)).toBe(403);
    expect(await raw(port, headers)).toBe(403);
    expect(await raw(port, headers, 'GET /_emulator/')).toBe(403);
    expect((await bench.get('/_emulator/users/auth0%7Ceve')).status).toBe(404);
  });

  it.each([
    { origin: 'https://evil.example.com' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('refuses a form of another origin: %j', async (headers) => {
    await using bench = await Bench.open({ control: true });
    const body = new URLSearchParams(USER);
    for (const path of ['/_emulator/users', '/_emulator/page/users']) {
      expect((await bench.send(path, { method: 'POST', headers, body })).status).toBe(403);
    }
    expect((await bench.get('/_emulator/users')).text).not.toContain(USER.email);
  });
});

describe('the control API with a token', () => {
  it('asks everybody for it, and takes it from wherever', async () => {
    await using bench = await Bench.open({ control: true, controlToken: TOKEN });
    const { port } = bench.emulator;
    const far = ['Host: emulator.example.com', 'X-Forwarded-For: 203.0.113.7'];
    expect(await raw(port, ['Host: 127.0.0.1'])).toBe(401);
    expect(await raw(port, ['Host: 127.0.0.1', 'Authorization: Bearer wrong'])).toBe(401);
    expect(await raw(port, far)).toBe(401);
    expect(await raw(port, [...far, `Authorization: Bearer ${TOKEN}`])).toBe(200);
    expect(await raw(port, ['Host: 127.0.0.1'], 'POST /_emulator/page/faults')).toBe(401);
  });

  it('a browser shows it once in the address, then by a cookie that no script reads', async () => {
    await using bench = await Bench.open({ control: true, controlToken: TOKEN });
    const wrong = await bench.get('/_emulator/?token=wrong');
    expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([401, null]);
    const reply = await bench.get(`/_emulator/?token=${TOKEN}`);
    expect([reply.status, reply.headers.get('location')]).toEqual([303, '/_emulator/']);
    const cookie = reply.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly.*SameSite=Strict|SameSite=Strict.*HttpOnly/);
    const page = await bench.send('/_emulator/', {
      headers: { cookie: cookie.split(';')[0] ?? '' },
    });
    expect(page.status).toBe(200);
    expect(page.text).not.toContain(TOKEN);
  });

  it('the tenant itself asks for none', async () => {
    await using bench = await Bench.open({ control: true, controlToken: TOKEN });
    expect((await bench.passwordGrant()).status).toBe(200);
  });
});

describe('bad input to the control API', () => {
  const json = { 'content-type': 'application/json' };

  it.each([
    ['malformed', json, '{', 400],
    ['no object', json, '[]', 400],
    ['empty', json, '', 400],
    ['text', { 'content-type': 'text/plain' }, JSON.stringify(USER), 400],
    ['too large', json, JSON.stringify({ pad: 'x'.repeat(100_001) }), 413],
    ['an unknown field', json, JSON.stringify({ ...USER, admin: true }), 400],
    ['__proto__', json, '{"email":"a@example.com","password":"x","__proto__":{}}', 400],
    ['a long one', json, JSON.stringify({ ...USER, name: 'x'.repeat(201) }), 400],
  ])('%s is told in the OAuth form and adds nobody', async (_what, headers, body, status) => {
    await using bench = await Bench.open({ control: true });
    const reply = await bench.send('/_emulator/users', { method: 'POST', headers, body });
    expect([reply.status, reply.body['error']]).toEqual([status, 'invalid_request']);
    expect(JSON.parse((await bench.get('/_emulator/users')).text)).toHaveLength(1);
  });

  it('what is full says so and stays as it is', async () => {
    await using bench = await Bench.open({ control: true });
    const { inbox, faults, clock } = bench.emulator;
    const fault = { endpoint: 'GET /x', when: 'after', action: 'drop' } as const;
    for (let count = 0; count < 1_000; count += 1) {
      inbox.plan('lost');
      faults.add(fault);
    }
    clock.advance(8.64e15 - clock.now());
    const replies = [
      await bench.post('/_emulator/inbox/plans', { lost: true }),
      await bench.post('/_emulator/page/inbox', { fate: 'lost' }),
      await bench.post('/_emulator/faults', fault),
      await bench.post('/_emulator/clock', { advanceMs: 1 }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([409, 409, 409, 409]);
    expect([inbox.plans.length, faults.list().length]).toEqual([1_000, 1_000]);
    expect(clock.now()).toBe(8.64e15);
  });

  it('a user who is there already is 409, and stays as it was', async () => {
    await using bench = await Bench.open({ control: true });
    const body = { ...USER, userId: bench.userId };
    expect((await bench.post('/_emulator/users', body)).status).toBe(409);
    expect((await bench.passwordGrant()).status).toBe(200);
  });

  it.each([
    ['POST', '/_emulator/clock', { advanceMs: -1 }],
    ['POST', '/_emulator/clock', { advanceMs: 1e300 }],
    ['POST', '/_emulator/clock', {}],
    ['POST', '/_emulator/faults', { endpoint: 'x', when: 'never', action: 'drop' }],
    ['POST', '/_emulator/inbox/plans', { lateByMs: 0 }],
    ['POST', '/_emulator/inbox/plans', {}],
    ['PATCH', '/_emulator/settings', { requestsPerSecond: 0 }],
    ['POST', '/_emulator/clients', { clientId: 'x', redirectUris: ['javascript'] }],
    ['POST', '/_emulator/page/clock', { minutes: 'NaN' }],
    ['POST', '/_emulator/page/inbox', { fate: 'late', seconds: '' }],
  ])('%s %s %j is 400', async (method, path, body) => {
    await using bench = await Bench.open({ control: true });
    const before = bench.emulator.clock.now();
    const reply = await bench.send(path, { method, headers: json, body: JSON.stringify(body) });
    expect([reply.status, reply.body['error']]).toEqual([400, 'invalid_request']);
    expect(bench.emulator.clock.now()).toBe(before);
    expect(bench.emulator.faults.list()).toEqual([]);
    expect(bench.emulator.inbox.plans).toEqual([]);
  });
});
