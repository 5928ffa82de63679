import { describe, expect, it } from '@jest/globals';
import { Bench, CLIENT, otherThan, SMS, string, TOTP } from './bench.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

describe('requests that no endpoint takes', () => {
  it('a body over 100,000 bytes is 413, a malformed one 400', async () => {
    await using bench = await Bench.open();
    const post = (body: string) =>
      bench.send('/oauth/token', { method: 'POST', headers: JSON_TYPE, body });
    expect((await post(JSON.stringify({ pad: 'x'.repeat(100_000) }))).status).toBe(413);
    for (const body of ['{', '[]', 'null', '']) expect((await post(body)).status).toBe(400);
  });

  it.each(['/mfa/%E0%A4%A', '/mfa/%00', '/%ff'])(
    'a path that is no text, %s, is 400',
    async (path) => {
      await using bench = await Bench.open();
      const reply = await bench.get(path);
      expect([reply.status, reply.body['error']]).toEqual([400, 'invalid_request']);
    },
  );

  it('an unknown route is 501 and names the gap; the control API is off by default', async () => {
    await using bench = await Bench.open();
    const gap = await bench.get('/api/v2/users');
    expect([gap.status, gap.text]).toEqual([501, expect.stringContaining('GET /api/v2/users')]);
    const control = await bench.get('/_emulator/inbox');
    expect([control.status, control.text]).toEqual([501, expect.stringContaining('--control')]);
  });
});

describe('faults', () => {
  it('a status before the effect, on the nth request, so many times', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const endpoint = 'POST /mfa/associate';
    const action = { status: 503, headers: { 'retry-after': '7' } };
    bench.emulator.faults.add({ endpoint, nth: 2, times: 2, when: 'before', action });
    const statuses: number[] = [];
    for (let sent = 0; sent < 4; sent += 1) {
      statuses.push((await bench.post('/mfa/associate', SMS, access)).status);
    }
    expect(statuses).toEqual([200, 503, 503, 200]);
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(2);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('a connection dropped %s the effect leaves %i authenticators', async (when, left) => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    bench.emulator.faults.add({ endpoint: 'POST /mfa/associate', when, action: 'drop' });
    await expect(bench.post('/mfa/associate', SMS, access)).rejects.toThrow();
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(left);
    expect(bench.emulator.journal.entries.at(-1)?.status).toBeUndefined();
  });

  it('an injected reply after the effect keeps its own headers; a delay keeps the reply', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const { faults } = bench.emulator;
    const endpoint = 'POST /mfa/associate';
    const action = { status: 429, headers: { 'x-ratelimit-reset': '7' } };
    faults.add({ endpoint, when: 'after', action });
    const reply = await bench.post('/mfa/associate', SMS, access);
    expect([reply.status, reply.headers.get('x-ratelimit-reset')]).toEqual([429, '7']);
    faults.add({ endpoint, when: 'before', action: { delayMs: 1 } });
    expect((await bench.post('/mfa/associate', SMS, access)).status).toBe(200);
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(2);
  });
});

describe('a reply that is not Auth0’s', () => {
  const endpoint = 'GET /mfa/authenticators';

  it.each([
    [403, '<html>Forbidden</html>', { 'content-type': 'text/html', 'content-encoding': 'x-own' }],
    [200, '', {}],
    [302, '', { location: 'https://portal.example/' }],
  ])('is injected as it stands, over the control API too: %i %j', async (status, text, headers) => {
    await using bench = await Bench.open({ control: true });
    const action = { status, text, headers };
    const rule = { endpoint, when: 'before', action };
    expect((await bench.post('/_emulator/faults', rule)).status).toBe(201);
    const reply = await fetch(bench.url('/mfa/authenticators'), { redirect: 'manual' });
    expect([reply.status, await reply.text()]).toEqual([status, text]);
    expect(Object.fromEntries(reply.headers)).toMatchObject(headers);
  });

  it('has no body where its status forbids one', async () => {
    await using bench = await Bench.open();
    const rule = { endpoint, when: 'before', action: { status: 204 } } as const;
    bench.emulator.faults.add(rule);
    const reply = await bench.get('/mfa/authenticators');
    expect([reply.status, reply.text]).toEqual([204, '']);
  });
});

describe('journal and inbox', () => {
  it('the journal holds no password, token, code or secret', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const { oobCode, code } = await bench.associateSms(access);
    await bench.confirm(access, oobCode, otherThan(code));
    await bench.confirm(access, oobCode, code);
    const secret = string(await bench.post('/mfa/associate', TOTP, access), 'secret');
    const mfaToken = await bench.mfaToken();
    await bench.post('/mfa/challenge', { ...CLIENT, mfa_token: mfaToken });
    const journal = JSON.stringify(bench.emulator.journal.entries);
    for (const kept of [access, oobCode, `"${code}"`, secret, mfaToken, bench.password]) {
      expect(journal).not.toContain(kept);
    }
    expect(journal).not.toContain(CLIENT.client_secret);
    expect(bench.emulator.journal.count('POST /mfa/associate', { status: 200 })).toBe(2);
  });

  it('inbox.next waits for the text after the one that is named', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    await bench.associateSms(access);
    const { id } = await bench.emulator.inbox.next();
    const next = bench.emulator.inbox.next(undefined, { after: id });
    const { code } = await bench.associateSms(access);
    expect((await next).code).toBe(code);
  });

  it('the inbox is a page for people and JSON for programs', async () => {
    await using bench = await Bench.open({ control: true });
    await bench.associateSms(await bench.accessToken());
    const page = await bench.send('/_emulator/inbox', { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.text).toContain(bench.lastCode());
    expect(JSON.parse((await bench.get('/_emulator/inbox')).text)).toHaveLength(1);
  });
});
