import { describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { Bench, PHONE, SMS, string } from './bench.ts';
import { challenge, confirmPush, poll } from './conformance/factors.ts';

const MARKUP = '"><script>alert(1)</script>';

async function page(bench: Bench, query = '') {
  const reply = await bench.get(`/_emulator/${query}`);
  return { reply, root: parse(reply.text) };
}

function form(bench: Bench, path: string, fields: Record<string, string>) {
  return bench.send(path, { method: 'POST', body: new URLSearchParams(fields) });
}

describe('the page for a person', () => {
  it('shows users with authenticators, texts, requests, faults and the clock', async () => {
    await using bench = await Bench.open({ control: true });
    const access = await bench.accessToken();
    await bench.associateSms(access);
    bench.emulator.faults.add({
      endpoint: 'GET /mfa/authenticators',
      when: 'after',
      action: 'drop',
    });
    const { reply, root } = await page(bench);
    const shown = (id: string) => root.querySelector(`#${id}`)?.text ?? '';
    expect(reply.status).toBe(200);
    expect(shown('users')).toContain(bench.email);
    expect(shown('users')).toMatch(/sms\|dev_\w{16}/);
    expect(shown('inbox')).toContain(bench.lastCode());
    expect(shown('inbox')).toContain(PHONE);
    expect(shown('journal')).toContain('POST /mfa/associate');
    expect(shown('faults')).toContain('GET /mfa/authenticators');
    expect(shown('clock')).toContain('2027-01-15');
    expect(reply.text).not.toContain(bench.password);
  });

  it('adds a user, moves the clock and takes faults back, then shows itself again', async () => {
    await using bench = await Bench.open({ control: true });
    bench.emulator.faults.add({ endpoint: 'POST /mfa/associate', when: 'after', action: 'drop' });
    const before = bench.emulator.clock.now();
    const user = { email: 'bob@example.com', password: 'secret', name: '' };
    const replies = [
      await form(bench, '/_emulator/page/users', user),
      await form(bench, '/_emulator/page/clock', { minutes: '5' }),
      await form(bench, '/_emulator/page/faults', {}),
    ];
    expect(replies.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(replies[0]?.headers.get('location')).toBe('/_emulator/#users');
    expect((await page(bench)).root.querySelector('#users')?.text).toContain('bob@example.com');
    expect(bench.emulator.clock.now()).toBe(before + 300_000);
    expect(bench.emulator.faults.list()).toEqual([]);
  });

  it('loses the next text, and delivers the one after it when the clock is there', async () => {
    await using bench = await Bench.open({ control: true });
    await form(bench, '/_emulator/page/inbox', { fate: 'lost', seconds: '60' });
    await form(bench, '/_emulator/page/inbox', { fate: 'late', seconds: '60' });
    const shown = async () => (await page(bench)).root.querySelector('#inbox')?.text ?? '';
    expect(await shown()).toContain('To come: lost, 60 s late.');
    const access = await bench.accessToken();
    const { inbox, clock } = bench.emulator;
    for (let sent = 0; sent < 2; sent += 1) {
      expect((await bench.post('/mfa/associate', SMS, access)).status).toBe(200);
    }
    expect(inbox.messages()).toEqual([]);
    expect(await shown()).toContain('On the way: 1.');
    const arriving = inbox.next();
    clock.advance(60_000);
    expect((await arriving).to).toBe(PHONE);
    expect(inbox.messages()).toHaveLength(1);
    await bench.post('/mfa/associate', SMS, access);
    expect(inbox.messages()).toHaveLength(2);
  });

  it('filters the journal', async () => {
    await using bench = await Bench.open({ control: true });
    const access = await bench.accessToken();
    await bench.associateSms(access);
    await bench.post('/mfa/associate', {}, access);
    const journal = async (query: string) =>
      (await page(bench, `?${query}`)).root.querySelectorAll('#journal tbody tr').length;
    expect(await journal('')).toBe(3);
    expect(await journal('endpoint=%2Fmfa%2F')).toBe(2);
    expect(await journal('status=400')).toBe(1);
    expect(await journal('effect=authenticator-created')).toBe(1);
    expect(await journal(`userId=${encodeURIComponent(bench.userId)}`)).toBe(3);
    expect(await journal('userId=nobody')).toBe(0);
    const api = await bench.get('/_emulator/journal?status=400&endpoint=associate');
    expect(JSON.parse(api.text)).toHaveLength(1);
  });

  it('finds users, and escapes whatever anybody has typed', async () => {
    await using bench = await Bench.open({ control: true });
    bench.emulator.addUser({ email: `${MARKUP}@example.com`, password: 'x', name: MARKUP });
    bench.emulator.faults.add({ endpoint: MARKUP, when: 'after', action: 'drop' });
    await bench.get(`/${encodeURIComponent(MARKUP)}`);
    await bench.post('/oauth/token', { grant_type: MARKUP });
    const query = ['q', 'endpoint', 'userId', 'status', 'effect'].map(
      (name) => `${name}=${encodeURIComponent(name === 'q' ? 'script' : MARKUP)}`,
    );
    for (const path of ['', `?${query.join('&')}`, '?q=script']) {
      const { reply, root } = await page(bench, path);
      expect(reply.text).not.toContain('<script>alert');
      expect(root.querySelectorAll('script')).toHaveLength(1);
    }
    expect((await page(bench, '?q=script')).root.querySelector('#users')?.text).toContain('1 of 2');
  });

  it('lets nothing run but its own script, and no other page put a frame around it', async () => {
    await using bench = await Bench.open({ control: true });
    const policy = (await page(bench)).reply.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'none'.*script-src 'sha256-[^']+'; /);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('approves and denies pushes, each once, and says how a message was sent', async () => {
    await using bench = await Bench.open({ control: true });
    await confirmPush(bench, await bench.accessToken());
    const mfaToken = await bench.mfaToken();
    for (const [answer, status] of [
      ['deny', 400],
      ['approve', 200],
    ] as const) {
      const sent = await challenge(bench, mfaToken, { oob_channel: 'auth0' });
      const { root } = await page(bench);
      expect(root.querySelector('#inbox')?.text).toContain('push');
      const id = root.querySelector('#inbox [name=id]')?.getAttribute('value') ?? '';
      const path = '/_emulator/page/pushes';
      expect((await form(bench, path, { id, answer })).status).toBe(303);
      expect((await form(bench, path, { id, answer })).status).toBe(404);
      expect((await poll(bench, mfaToken, string(sent, 'oob_code'))).status).toBe(status);
    }
  });

  it('a push that nobody waits for is 404', async () => {
    await using bench = await Bench.open({ control: true });
    const reply = await form(bench, '/_emulator/page/pushes', { id: 'x', answer: 'approve' });
    expect(reply.status).toBe(404);
  });
});
