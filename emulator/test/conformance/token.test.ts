import { describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { Bench, CLIENT, PHONE, refusal, string } from '../bench.ts';
import { Browser } from '../browser.ts';
import { turn } from './turn.ts';

const REALM = 'http://auth0.com/oauth/grant-type/password-realm';
const UNKNOWN = [403, 'invalid_grant', 'Unknown or invalid refresh token.'];
const OFFLINE = { scope: 'openid email offline_access', audience: 'https://api.example/' };
const DAY_MS = 86_400_000;

function refresh(bench: Bench, token: string, more: Readonly<Record<string, string>> = {}) {
  return bench.token({ grant_type: 'refresh_token', refresh_token: token, ...more });
}

describe('§1.2 password and password-realm', () => {
  it('§1.2 A: the realm is the connection; B: a wrong password is 403', async () => {
    await using bench = await Bench.open();
    const realm = { grant_type: REALM, realm: 'Username-Password-Authentication' };
    expect((await bench.passwordGrant(realm)).status).toBe(200);
    const wrong = await bench.passwordGrant({ ...realm, password: 'guess' });
    expect(refusal(wrong)).toEqual([403, 'invalid_grant', 'Wrong email or password.']);
  });

  it('§1.2 D: another realm, or none, is refused before the password is looked at', async () => {
    await using bench = await Bench.open();
    const elsewhere = await bench.passwordGrant({ grant_type: REALM, realm: 'elsewhere' });
    expect([elsewhere.status, elsewhere.body['error']]).toEqual([403, 'invalid_request']);
    const none = await bench.passwordGrant({ grant_type: REALM });
    expect(refusal(none)).toEqual([400, 'invalid_request', 'Missing required parameter: realm']);
  });

  it('§1.2 B: without a scope it is that of the recording', async () => {
    await using bench = await Bench.open();
    const { email: username, password } = bench;
    const reply = await bench.token({ grant_type: 'password', username, password });
    expect(reply.body).toMatchObject({
      ...{ scope: 'openid profile email address phone', expires_in: 86_400 },
    });
    expect(decodeJwt(string(reply, 'id_token'))).toMatchObject({ email: username, name: username });
  });

  it('§1.1 A: the MFA API knows its own scopes, and the Management API none of a user', async () => {
    await using bench = await Bench.open();
    const scope = 'openid enroll read:users delete:users';
    expect((await bench.passwordGrant({ scope })).body['scope']).toBe('openid enroll');
    const audience = `${bench.emulator.issuer}api/v2/`;
    expect((await bench.passwordGrant({ scope, audience })).body['scope']).toBe('openid');
  });

  it('§1.2 A: without openid there is no ID token; the answer is not to be stored', async () => {
    await using bench = await Bench.open();
    const reply = await bench.passwordGrant({ scope: 'enroll' });
    expect(reply.body).not.toHaveProperty('id_token');
    expect(decodeJwt(string(reply, 'access_token')).aud).toBe(bench.emulator.audience);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(reply.headers.get('content-type')).toBe('application/json');
  });
});

describe('§1.3 refresh tokens', () => {
  it('§1.3 A: only with offline_access, and only where the client has the grant', async () => {
    await using bench = await Bench.open();
    expect((await bench.passwordGrant()).body).not.toHaveProperty('refresh_token');
    expect((await bench.passwordGrant(OFFLINE)).body).toHaveProperty('refresh_token');
    const client = { clientId: 'no-refresh', redirectUris: [], grantTypes: ['password'] };
    bench.emulator.addClient(client);
    const { email: username, password } = bench;
    const reply = await bench.post('/oauth/token', {
      ...{ client_id: client.clientId, grant_type: 'password', username, password, ...OFFLINE },
    });
    expect(reply.body['scope']).toBe('openid email');
    expect(reply.body).not.toHaveProperty('refresh_token');
  });

  it('§1.3 A: each use gives new tokens and a new refresh token', async () => {
    await using bench = await Bench.open();
    const first = string(await bench.passwordGrant(OFFLINE), 'refresh_token');
    const reply = await refresh(bench, first);
    expect([reply.status, reply.body['scope']]).toEqual([200, OFFLINE.scope]);
    expect(string(reply, 'refresh_token')).not.toBe(first);
    expect(decodeJwt(string(reply, 'access_token')).aud).toContain(OFFLINE.audience);
    expect(decodeJwt(string(reply, 'id_token')).sub).toBe(bench.userId);
  });

  it('§1.3 A: a used one ends the family, the youngest included', async () => {
    await using bench = await Bench.open();
    const first = string(await bench.passwordGrant(OFFLINE), 'refresh_token');
    const second = string(await refresh(bench, first), 'refresh_token');
    expect(refusal(await refresh(bench, first))).toEqual(UNKNOWN);
    const reply = await refresh(bench, second);
    expect(refusal(reply)).toEqual(UNKNOWN);
    expect(reply.body).not.toHaveProperty('access_token');
  });

  it('§1.3 A: within the overlap the one before the youngest is good, and no older one', async () => {
    await using bench = await Bench.open({ settings: { refreshTokenOverlapMs: 3_000 } });
    const first = string(await bench.passwordGrant(OFFLINE), 'refresh_token');
    const second = string(await refresh(bench, first), 'refresh_token');
    expect((await refresh(bench, first)).status).toBe(200);
    expect((await refresh(bench, second)).status).toBe(200);
    expect(refusal(await refresh(bench, first))).toEqual(UNKNOWN);
  });

  it('§1.3 A: without rotation the same one stays good', async () => {
    await using bench = await Bench.open({ settings: { refreshTokenRotation: false } });
    const token = string(await bench.passwordGrant(OFFLINE), 'refresh_token');
    for (let use = 0; use < 3; use += 1) {
      const reply = await refresh(bench, token);
      expect(reply.status).toBe(200);
      expect(reply.body).not.toHaveProperty('refresh_token');
    }
  });

  it('§1.3 A: it dies unused after 15 days, and used or not after 30', async () => {
    await using bench = await Bench.open();
    const idle = string(await bench.passwordGrant(OFFLINE), 'refresh_token');
    let used = string(await bench.passwordGrant(OFFLINE), 'refresh_token');
    for (let days = 10; days < 30; days += 10) {
      bench.emulator.clock.advance(10 * DAY_MS);
      used = string(await refresh(bench, used), 'refresh_token');
    }
    expect(refusal(await refresh(bench, idle))).toEqual(UNKNOWN);
    bench.emulator.clock.advance(10 * DAY_MS);
    expect(refusal(await refresh(bench, used))).toEqual(UNKNOWN);
  });

  it('§1.3 B: less scope may be asked for, more may not', async () => {
    await using bench = await Bench.open();
    const first = string(await bench.passwordGrant(OFFLINE), 'refresh_token');
    const scope = 'openid profile offline_access admin';
    expect((await refresh(bench, first, { scope })).body['scope']).toBe('openid offline_access');
  });

  it('§1.3 C: another client’s, and a made up one, are unknown and end nothing', async () => {
    await using bench = await Bench.open();
    bench.emulator.addClient({ clientId: 'other', redirectUris: [] });
    const token = string(await bench.passwordGrant(OFFLINE), 'refresh_token');
    const grant = { grant_type: 'refresh_token', refresh_token: token };
    const stolen = await bench.post('/oauth/token', { ...grant, client_id: 'other' });
    expect(refusal(stolen)).toEqual(UNKNOWN);
    expect(refusal(await refresh(bench, 'v1.made-up'))).toEqual(UNKNOWN);
    expect((await refresh(bench, token)).status).toBe(200);
  });

  it('§1.3 B: /oauth/revoke answers 200 and nothing, and the token is gone', async () => {
    await using bench = await Bench.open();
    const token = string(await bench.passwordGrant(OFFLINE), 'refresh_token');
    const reply = await bench.post('/oauth/revoke', { ...CLIENT, token });
    expect([reply.status, reply.text]).toEqual([200, '']);
    expect(refusal(await refresh(bench, token))).toEqual(UNKNOWN);
  });

  it('§1.3 A: for the MFA audience it mints access tokens of 600 s without a challenge', async () => {
    await using bench = await Bench.open();
    const scope = 'openid enroll offline_access';
    const token = string(await bench.passwordGrant({ scope }), 'refresh_token');
    await bench.confirmSms();
    const reply = await refresh(bench, token);
    expect([reply.status, reply.body['expires_in']]).toEqual([200, 600]);
    expect((await bench.post('/mfa/associate', {}, string(reply, 'access_token'))).status).toBe(
      400,
    );
  });

  it('§1.3 A: policy Always asks at the refresh, which is not spent by the question', async () => {
    await using bench = await Bench.open({ control: true });
    await bench.confirmSms();
    const token = string(await bench.passwordGrant(OFFLINE), 'refresh_token');
    await turn(bench, { mfaPolicies: ['all-applications'] });
    const asked = await refresh(bench, token);
    expect([asked.status, asked.body['error']]).toEqual([403, 'mfa_required']);
    expect(asked.body).not.toHaveProperty('access_token');
    await turn(bench, { mfaPolicies: [] });
    expect((await refresh(bench, token)).status).toBe(200);
  });

  it('§3.2 A/B: the MFA grants give one where the first request asked for offline access', async () => {
    await using bench = await Bench.open();
    await bench.confirmSms();
    const scope = 'openid enroll offline_access';
    const mfaToken = string(await bench.passwordGrant({ scope }), 'mfa_token');
    const challenge = await bench.post('/mfa/challenge', { ...CLIENT, mfa_token: mfaToken });
    const code = bench.emulator.inbox.messages(PHONE).at(-1)?.code ?? '';
    const reply = await bench.confirm(mfaToken, string(challenge, 'oob_code'), code);
    expect((await refresh(bench, string(reply, 'refresh_token'))).status).toBe(200);
    expect(decodeJwt(string(reply, 'id_token'))).not.toHaveProperty('amr');
  });
});

describe('§6 client_credentials', () => {
  const API = { audience: 'https://api.example/', scopes: ['read:a', 'read:b'] };
  const MACHINE = { clientId: 'machine', clientSecret: 'secret', redirectUris: [], grants: [API] };
  const request = {
    grant_type: 'client_credentials',
    client_id: 'machine',
    client_secret: 'secret',
  };

  it('§6 A: 86,400 s, the granted scopes, no ID token and no user', async () => {
    await using bench = await Bench.open();
    bench.emulator.addClient(MACHINE);
    const reply = await bench.post('/oauth/token', { ...request, audience: API.audience });
    expect(reply.body).toMatchObject({ scope: 'read:a read:b', expires_in: 86_400 });
    expect(Object.keys(reply.body)).not.toContain('id_token');
    const claims = decodeJwt(string(reply, 'access_token'));
    expect(claims).toMatchObject({ sub: 'machine@clients', aud: API.audience, azp: 'machine' });
    expect((await bench.get('/userinfo', string(reply, 'access_token'))).status).toBe(401);
  });

  it.each([
    ['an API that it has no grant for', { audience: 'https://other.example/' }, 'access_denied'],
    ['no API', {}, 'access_denied'],
    ['a scope that it was not granted', { ...API, scope: 'write:a' }, 'access_denied'],
  ])('§6 A: %s gives no token', async (_what, more, error) => {
    await using bench = await Bench.open();
    bench.emulator.addClient(MACHINE);
    const reply = await bench.post('/oauth/token', { ...request, ...more });
    expect([reply.status, reply.body['error']]).toEqual([403, error]);
    expect(reply.body).not.toHaveProperty('access_token');
  });

  it('§6 A: a public client is not allowed', async () => {
    await using bench = await Bench.open();
    bench.emulator.addClient({ clientId: 'spa', redirectUris: [], grants: [API] });
    const grant = { grant_type: 'client_credentials', audience: API.audience };
    const reply = await bench.post('/oauth/token', { ...grant, client_id: 'spa' });
    expect([reply.status, reply.body['error']]).toEqual([403, 'unauthorized_client']);
  });
});

describe('§8 userinfo', () => {
  it('§8 B: the profile by scope, with the recorded content type', async () => {
    await using bench = await Bench.open();
    const { email: username, password } = bench;
    const login = { grant_type: 'password', username, password };
    const narrow = await bench.token({ ...login, scope: 'openid email' });
    const reply = await bench.get('/userinfo', string(narrow, 'access_token'));
    expect(reply.body).toEqual({ sub: bench.userId, email: username, email_verified: false });
    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const wide = await bench.token({ ...login, scope: 'openid profile' });
    expect((await bench.get('/userinfo', string(wide, 'access_token'))).body).toEqual({
      ...{ sub: bench.userId, nickname: 'ada', name: username },
      picture: expect.stringMatching(/^https:\/\/s\.gravatar\.com\/avatar\/[0-9a-f]{32}/),
    });
  });

  it('§8 A: a login without an API gets an opaque token, or a JWT by a switch', async () => {
    await using bench = await Bench.open({ control: true });
    const browser = new Browser(bench);
    const token = async () =>
      string(
        await browser.exchange(await browser.code({ audience: undefined, prompt: 'login' })),
        'access_token',
      );
    const opaque = await token();
    expect(opaque.split('.')).toHaveLength(5);
    expect(decodeProtectedHeader(opaque)).toMatchObject({ alg: 'dir', enc: 'A256GCM' });
    await turn(bench, { opaqueUserinfoTokens: false });
    const jwt = await token();
    expect(decodeJwt(jwt).aud).toBe(`${bench.emulator.issuer}userinfo`);
    for (const access of [opaque, jwt]) {
      expect((await bench.get('/userinfo', access)).body['sub']).toBe(bench.userId);
    }
    bench.emulator.clock.advance(DAY_MS);
    for (const access of [opaque, jwt]) {
      expect((await bench.get('/userinfo', access)).status).toBe(401);
    }
  });

  it('§8 A: an API’s token with openid reads it, one without does not', async () => {
    await using bench = await Bench.open();
    expect((await bench.get('/userinfo', await bench.accessToken())).status).toBe(200);
    const refused = await bench.get('/userinfo', await bench.accessToken('enroll'));
    expect([refused.status, refused.body['error']]).toEqual([401, 'invalid_token']);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect((await bench.get('/userinfo')).status).toBe(401);
  });
});
