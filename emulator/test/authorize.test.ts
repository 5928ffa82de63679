import { describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import { Bench, CLIENT, otherThan, PHONE, refusal, REDIRECT_URI, SCOPE, string } from './bench.ts';
import { Browser, callback } from './browser.ts';

describe('§1.1 GET /authorize', () => {
  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['a redirect_uri that is not registered', { redirect_uri: 'https://evil.example/callback' }],
    ['no redirect_uri', { redirect_uri: undefined }],
  ])('§1.1 A: %s is told in place and never redirected', async (_what, changes) => {
    await using bench = await Bench.open();
    const { status, location } = await new Browser(bench).authorize(changes);
    expect([status, location]).toEqual([400, undefined]);
  });

  it.each([
    ['no PKCE', { code_challenge: undefined }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['no session for prompt=none', { prompt: 'none' }, 'login_required'],
    ['another response_type', { response_type: 'token' }, 'unsupported_response_type'],
    ['max_age that is no number', { max_age: 'soon' }, 'invalid_request'],
  ])('§1.1 A: %s is told to the client, with its state', async (_what, changes, error) => {
    await using bench = await Bench.open();
    const told = callback(await new Browser(bench).authorize(changes));
    expect([told['error'], told['state'], told['code']]).toEqual([error, 'st', undefined]);
  });

  it('§1.1 A: a session is used again, but not for prompt=login or past max_age', async () => {
    await using bench = await Bench.open();
    const browser = new Browser(bench);
    await browser.code();
    expect(callback(await browser.authorize({ prompt: 'none' }))).toHaveProperty('code');
    expect((await browser.authorize({ prompt: 'login' })).location).toMatch(/^\/u\/login/);
    bench.emulator.clock.advance(61_000);
    expect(callback(await browser.authorize({ max_age: '120' }))).toHaveProperty('code');
    expect((await browser.authorize({ max_age: '60' })).location).toMatch(/^\/u\/login/);
  });

  it('§1.1 A: a wrong password shows the page again and issues no code', async () => {
    await using bench = await Bench.open();
    const browser = new Browser(bench);
    const page = await browser.logIn(await browser.authorize(), 'guess');
    expect([page.status, page.location]).toEqual([400, undefined]);
    expect(page.html).toContain('Wrong email or password');
    expect(bench.emulator.journal.entries.map(({ effect }) => effect)).not.toContain('logged-in');
  });

  it('the login page shows markup in login_hint and username as text', async () => {
    await using bench = await Bench.open();
    const browser = new Browser(bench);
    const markup = '"><script>alert(1)</script>';
    const begun = await browser.authorize({ login_hint: markup });
    const hinted = await browser.open(begun.location ?? '');
    const typed = await browser.logIn(begun, 'guess', markup);
    for (const { html } of [hinted, typed]) {
      expect(html).not.toContain('<script>');
      expect(html).toContain('&lt;script&gt;');
    }
  });

  it('§1.1 A: the MFA audience forces a challenge where a factor is active', async () => {
    await using bench = await Bench.open();
    await bench.confirmSms();
    const browser = new Browser(bench);
    const challenged = await browser.logIn(await browser.authorize());
    expect(challenged.location).toMatch(/^\/u\/mfa-sms-challenge/);
    const right = bench.emulator.inbox.messages(PHONE).at(-1)?.code ?? '';
    const wrong = await browser.answer(challenged, otherThan(right));
    expect([wrong.status, wrong.location]).toEqual([400, undefined]);
    const { code = '' } = callback(await browser.answer(challenged, right));
    const reply = await browser.exchange(code);
    expect(decodeJwt(string(reply, 'id_token'))['amr']).toEqual(['mfa']);
  });

  it('§1.1 A: no challenge without an active factor, nor for another audience', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    await bench.associateSms(access);
    expect(await new Browser(bench).code()).not.toBe('');
    const { oobCode, code } = await bench.associateSms(access);
    await bench.confirm(access, oobCode, code);
    expect(await new Browser(bench).code({ audience: undefined })).not.toBe('');
  });
});

describe('§1.1 the code and its tokens', () => {
  const INVALID = [403, 'invalid_grant', 'Invalid authorization code'];

  it('§1.1 B: a code is good once', async () => {
    await using bench = await Bench.open();
    const browser = new Browser(bench);
    const code = await browser.code();
    expect((await browser.exchange(code)).status).toBe(200);
    expect(refusal(await browser.exchange(code))).toEqual(INVALID);
  });

  it('§1.1 B: a wrong verifier is 401 in its own words, a late code 403', async () => {
    await using bench = await Bench.open();
    const browser = new Browser(bench);
    const guessed = await browser.exchange(await browser.code(), { code_verifier: 'x'.repeat(43) });
    const unverified = [401, 'invalid_grant', 'Failed to verify code verifier'];
    expect(refusal(guessed)).toEqual(unverified);
    const late = await browser.code({ prompt: 'login' });
    bench.emulator.clock.advance(600_000);
    expect(refusal(await browser.exchange(late))).toEqual(INVALID);
  });

  it('§1.1 C: a wrong redirect_uri is told with both, by 403 or 401, and spends no code', async () => {
    for (const redirectUriStatus of [403, 401] as const) {
      await using bench = await Bench.open({ settings: { redirectUriStatus } });
      const browser = new Browser(bench);
      const code = await browser.code();
      const sent = `${REDIRECT_URI}/other`;
      const refused = await browser.exchange(code, { redirect_uri: sent });
      expect(refusal(refused)).toEqual([
        ...[redirectUriStatus, 'unauthorized_client'],
        `The redirect URI is wrong. You sent ${sent}, and we expected ${REDIRECT_URI}`,
      ]);
      expect(refused.body).not.toHaveProperty('access_token');
      expect((await browser.exchange(code)).status).toBe(200);
    }
  });

  it('§1.5 A: claims of the ID token and of the access token, which lives 600 s', async () => {
    await using bench = await Bench.open({ now: Date.now });
    const { emulator, userId } = bench;
    const browser = new Browser(bench);
    const reply = await browser.exchange(await browser.code({ max_age: '60' }));
    const keys = createRemoteJWKSet(new URL(bench.url('/.well-known/jwks.json')));
    const check = { issuer: emulator.issuer, algorithms: ['RS256'] };
    const { payload: id } = await jwtVerify(string(reply, 'id_token'), keys, check);
    expect(id).toMatchObject({ sub: userId, aud: CLIENT.client_id, nonce: 'no' });
    expect(id['auth_time']).toEqual(expect.any(Number));
    expect(id['sid']).toEqual(expect.any(String));
    expect(id).not.toHaveProperty('amr');
    const { payload } = await jwtVerify(string(reply, 'access_token'), keys, check);
    expect(payload).toMatchObject({ azp: CLIENT.client_id, scope: SCOPE, sub: userId });
    expect(payload.aud).toContain(emulator.audience);
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);
    expect([reply.body['expires_in'], reply.body['token_type']]).toEqual([600, 'Bearer']);
  });

  it('§8 RUN: oauth4webapi discovers, exchanges and validates', async () => {
    await using bench = await Bench.open({ now: Date.now });
    const browser = new Browser(bench);
    const page = await browser.logIn(await browser.authorize({ max_age: '60' }));
    const issuer = new URL(bench.emulator.issuer);
    const insecure = { [oauth.allowInsecureRequests]: true };
    const server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, insecure),
    );
    expect(server['mfa_challenge_endpoint']).toBe(bench.url('/mfa/challenge'));
    const client = { client_id: CLIENT.client_id };
    const parameters = oauth.validateAuthResponse(
      server,
      client,
      new URL(page.location ?? ''),
      'st',
    );
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.ClientSecretBasic(CLIENT.client_secret),
      parameters,
      REDIRECT_URI,
      browser.pkce.verifier,
      insecure,
    );
    const result = await oauth.processAuthorizationCodeResponse(server, client, response, {
      ...{ expectedNonce: 'no', maxAge: 60, requireIdToken: true },
    });
    await oauth.validateApplicationLevelSignature(server, response, insecure);
    expect(oauth.getValidatedIdTokenClaims(result)?.sub).toBe(bench.userId);
  });
});
