import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { parse } from 'node-html-parser';
import { Bench, CLIENT, PHONE, REDIRECT_URI, refusal, string } from '../bench.ts';
import { Browser, callback } from '../browser.ts';

const PUBLIC = { clientId: 'spa', redirectUris: [REDIRECT_URI] };
const NO_PKCE = { code_challenge: undefined, code_challenge_method: undefined };
const DAY_MS = 86_400_000;

describe('§1.1 PKCE', () => {
  it('§1.1 A: a confidential client may go without, and then has no verifier to show', async () => {
    await using bench = await Bench.open();
    const browser = new Browser(bench);
    const grant = { grant_type: 'authorization_code', redirect_uri: REDIRECT_URI };
    const code = await browser.code(NO_PKCE);
    expect((await bench.token({ ...grant, code })).status).toBe(200);
  });

  it('§1.1 D: a verifier for a code without a challenge is refused', async () => {
    await using bench = await Bench.open();
    const browser = new Browser(bench);
    const reply = await browser.exchange(await browser.code(NO_PKCE));
    expect([reply.status, reply.body['error']]).toEqual([401, 'invalid_grant']);
    expect(reply.body).not.toHaveProperty('access_token');
  });

  it('§1.1 D: a public client must use it, and then needs no secret', async () => {
    await using bench = await Bench.open();
    bench.emulator.addClient(PUBLIC);
    const browser = new Browser(bench);
    const spa = { client_id: PUBLIC.clientId };
    const told = callback(await browser.authorize({ ...spa, ...NO_PKCE }));
    expect([told['error'], told['code']]).toEqual(['invalid_request', undefined]);
    const code = await browser.code(spa);
    const reply = await bench.post('/oauth/token', {
      ...{ ...spa, grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI },
      code_verifier: browser.pkce.verifier,
    });
    expect(reply.status).toBe(200);
  });

  it('§1.1 B: a code is not for another client', async () => {
    await using bench = await Bench.open();
    bench.emulator.addClient({ ...PUBLIC, clientId: 'other' });
    const browser = new Browser(bench);
    const code = await browser.code();
    const reply = await bench.post('/oauth/token', {
      ...{ client_id: 'other', grant_type: 'authorization_code', code },
      ...{ redirect_uri: REDIRECT_URI, code_verifier: browser.pkce.verifier },
    });
    expect(refusal(reply)).toEqual([403, 'invalid_grant', 'Invalid authorization code']);
  });
});

describe('§1.1 sessions', () => {
  it('§1.1 A: prompt=none is answered at once: login_required, or a code', async () => {
    await using bench = await Bench.open();
    const browser = new Browser(bench);
    expect(callback(await browser.authorize({ prompt: 'none' }))).toMatchObject({
      ...{ error: 'login_required', error_description: 'Login required', state: 'st' },
    });
    await browser.code();
    expect(callback(await browser.authorize({ prompt: 'none' }))).toHaveProperty('code');
    expect(callback(await new Browser(bench).authorize({ prompt: 'none' }))).not.toHaveProperty(
      'code',
    );
  });

  it('§1.1 A: max_age=0 forces a login, as prompt=login does', async () => {
    await using bench = await Bench.open();
    const browser = new Browser(bench);
    await browser.code();
    for (const forced of [{ max_age: '0' }, { prompt: 'login' }, { prompt: 'login consent' }]) {
      expect((await browser.authorize(forced)).location).toMatch(/^\/u\/login/);
    }
    const silent = callback(await browser.authorize({ max_age: '0', prompt: 'none' }));
    expect([silent['error'], silent['code']]).toEqual(['login_required', undefined]);
  });

  it('§1.1 A: auth_time is in the ID token where max_age or prompt=login was asked', async () => {
    await using bench = await Bench.open();
    const browser = new Browser(bench);
    const claims = async (code: string) =>
      decodeJwt(string(await browser.exchange(code), 'id_token'));
    const first = await claims(await browser.code());
    expect(first).not.toHaveProperty('auth_time');
    const loggedInAt = bench.emulator.clock.seconds();
    bench.emulator.clock.advance(30_000);
    const again = callback(await browser.authorize({ max_age: '60' }))['code'] ?? '';
    const known = await claims(again);
    expect([known['auth_time'], known['sid']]).toEqual([loggedInAt, first['sid']]);
    const forced = await claims(await browser.code({ prompt: 'login' }));
    expect([forced['auth_time'], forced['sid']]).toEqual([loggedInAt + 30, first['sid']]);
  });

  it('§1.1 A: auth_time is always there where the tenant is set so', async () => {
    await using bench = await Bench.open({ settings: { authTime: 'always' } });
    const browser = new Browser(bench);
    const reply = await browser.exchange(await browser.code());
    expect(decodeJwt(string(reply, 'id_token'))).toHaveProperty('auth_time');
  });

  it('§1.1 A: a session is forgotten three days after it was seen, seven after it began', async () => {
    await using bench = await Bench.open();
    const browser = new Browser(bench);
    const known = async () => callback(await browser.authorize({ prompt: 'none' }))['error'];
    await browser.code();
    for (let day = 0; day < 6; day += 2) {
      bench.emulator.clock.advance(2 * DAY_MS);
      expect(await known()).toBeUndefined();
    }
    bench.emulator.clock.advance(DAY_MS);
    expect(await known()).toBe('login_required');
    await browser.code();
    bench.emulator.clock.advance(3 * DAY_MS);
    expect(await known()).toBe('login_required');
  });

  it('§1.1 A: login_hint fills the page in; ui_locales and consent change nothing', async () => {
    await using bench = await Bench.open();
    const browser = new Browser(bench);
    const begun = await browser.authorize({
      ...{ login_hint: bench.email, ui_locales: 'xx de', prompt: 'consent' },
    });
    const { html } = await browser.open(begun.location ?? '');
    expect(parse(html).querySelector('#username')?.getAttribute('value')).toBe(bench.email);
    expect(callback(await browser.logIn(begun))).toHaveProperty('code');
  });
});

describe('§1.1 errors by redirect', () => {
  it.each([
    ['unknown prompt', { prompt: 'dance' }, 'invalid_request'],
    ['prompt=none with another', { prompt: 'none login' }, 'invalid_request'],
    ['no response_type', { response_type: undefined }, 'invalid_request'],
    ['unknown response_mode', { response_mode: 'pigeon' }, 'invalid_request'],
    ['a challenge that is no hash', { code_challenge: 'short' }, 'invalid_request'],
    ['a request object', { request: 'e30.e30.' }, 'request_not_supported'],
    ['a request_uri', { request_uri: 'https://e.example/r' }, 'request_uri_not_supported'],
    ['too long a value', { nonce: 'n'.repeat(5_000) }, 'invalid_request'],
  ])('§1.1 A: %s', async (_what, changes, error) => {
    await using bench = await Bench.open();
    const told = callback(await new Browser(bench).authorize(changes));
    expect([told['error'], told['state'], told['code']]).toEqual([error, 'st', undefined]);
  });

  it('§1.1 A: a parameter that is given twice', async () => {
    await using bench = await Bench.open();
    const query = new URLSearchParams({
      ...{ response_type: 'code', client_id: CLIENT.client_id, redirect_uri: REDIRECT_URI },
    });
    const twice = await bench.get(`/authorize?${query.toString()}&nonce=a&nonce=b`);
    const told = new URL(twice.headers.get('location') ?? '').searchParams;
    expect([told.get('error'), told.get('code')]).toEqual(['invalid_request', null]);
  });

  it('§6 A: a client without the grant', async () => {
    await using bench = await Bench.open();
    bench.emulator.addClient({ ...PUBLIC, grantTypes: ['refresh_token'] });
    const told = callback(await new Browser(bench).authorize({ client_id: PUBLIC.clientId }));
    expect([told['error'], told['code']]).toEqual(['unauthorized_client', undefined]);
  });
});

describe('§1.1 response modes', () => {
  it('§1.1 A: fragment, form_post and web_message carry code and state', async () => {
    await using bench = await Bench.open();
    const browser = new Browser(bench);
    await browser.code();
    const fragment = await browser.authorize({ response_mode: 'fragment' });
    const hash = new URLSearchParams(new URL(fragment.location ?? '').hash.slice(1));
    expect([hash.get('code'), hash.get('state')]).toEqual([expect.any(String), 'st']);
    const form = parse((await browser.authorize({ response_mode: 'form_post' })).html);
    expect(form.querySelector('form')?.getAttribute('action')).toBe(REDIRECT_URI);
    expect(form.querySelector('[name=code]')?.getAttribute('value')).not.toBe('');
    const message = await browser.authorize({ response_mode: 'web_message', prompt: 'none' });
    expect(message.html).toContain('"type":"authorization_response"');
    expect(message.html).toContain(JSON.stringify(new URL(REDIRECT_URI).origin));
  });

  it('§1.1 D: markup in state ends no script and no attribute', async () => {
    await using bench = await Bench.open();
    const browser = new Browser(bench);
    const state = '"></script><script>alert(1)</script>';
    for (const response_mode of ['form_post', 'web_message']) {
      const { html } = await browser.authorize({ prompt: 'none', response_mode, state });
      expect(html).not.toContain('<script>alert');
      expect(html).not.toContain('"></script>');
    }
  });

  it('§1.1 A: POST is taken as GET is', async () => {
    await using bench = await Bench.open();
    const browser = new Browser(bench);
    const reply = await browser.open('/authorize', {
      ...{ response_type: 'code', client_id: CLIENT.client_id, redirect_uri: REDIRECT_URI },
    });
    expect(reply.location).toMatch(/^\/u\/login/);
  });
});

describe('§1.1 the challenge', () => {
  it('§1.1 A: acr and amr are said of a challenge in this login, not of one before', async () => {
    await using bench = await Bench.open();
    await bench.confirmSms();
    const browser = new Browser(bench);
    const challenged = await browser.logIn(await browser.authorize());
    const { code = '' } = callback(await browser.answer(challenged, bench.lastCode()));
    const id = decodeJwt(string(await browser.exchange(code), 'id_token'));
    expect(id).toMatchObject({
      ...{ amr: ['mfa'], acr: 'http://schemas.openid.net/pape/policies/2007/06/multi-factor' },
    });
    const elsewhere = callback(await browser.authorize({ audience: undefined }))['code'] ?? '';
    const later = decodeJwt(string(await browser.exchange(elsewhere), 'id_token'));
    expect(later).not.toHaveProperty('amr');
    expect(later).not.toHaveProperty('acr');
    expect(later['sid']).toBe(id['sid']);
  });

  it('§1.1 A: the audience forces it again in the same session, and prompt=none is told so', async () => {
    await using bench = await Bench.open();
    await bench.confirmSms();
    const browser = new Browser(bench);
    const challenged = await browser.logIn(await browser.authorize());
    await browser.answer(challenged, bench.lastCode());
    const texts = bench.emulator.inbox.messages(PHONE).length;
    const silent = callback(await browser.authorize({ prompt: 'none' }));
    expect([silent['error'], silent['code']]).toEqual(['interaction_required', undefined]);
    expect(bench.emulator.inbox.messages(PHONE)).toHaveLength(texts);
    expect((await browser.authorize()).location).toMatch(/^\/u\/mfa-sms-challenge/);
    expect(bench.emulator.inbox.messages(PHONE)).toHaveLength(texts + 1);
  });

  it('§1.1 X: what prompt=none is told is a switch', async () => {
    for (const silentMfaError of ['mfa_required', 'login_required'] as const) {
      await using bench = await Bench.open({ settings: { silentMfaError } });
      const browser = new Browser(bench);
      await browser.code();
      await bench.confirmSms();
      expect(callback(await browser.authorize({ prompt: 'none' }))['error']).toBe(silentMfaError);
    }
  });
});
