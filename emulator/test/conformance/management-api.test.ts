import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { Bench, refusal, SMS, string, TOTP } from '../bench.ts';
import { Management, managementGrant } from './management.ts';

const ALL_OFF = { requestsPerSecond: 'off' } as const;
const UNSUPPORTED = 'unsupported_challenge_type';

describe('§6 tokens for the Management API', () => {
  it('§6 A: client_credentials gives a JWT for a day with the granted scopes', async () => {
    await using bench = await Bench.open();
    const reply = await managementGrant(bench);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ expires_in: 86_400, token_type: 'Bearer' });
    expect(string(reply, 'scope').split(' ')).toContain('read:guardian_factors');
    expect(reply.body).not.toHaveProperty('id_token');
    expect(decodeJwt(string(reply, 'access_token'))).toMatchObject({
      ...{ iss: bench.emulator.issuer, aud: bench.url('/api/v2/') },
      ...{ sub: 'mfa-management@clients', azp: 'mfa-management', gty: 'client-credentials' },
    });
  });

  it('§6 C, D: an API that the client has no grant for, or that is not there, is denied', async () => {
    await using bench = await Bench.open();
    const denied = async (more: Readonly<Record<string, unknown>>) => {
      const reply = await managementGrant(bench, more);
      expect(reply.body).not.toHaveProperty('access_token');
      return refusal(reply);
    };
    const mine = { client_id: 'mfa-enrollment', client_secret: 'mfa-enrollment-secret' };
    expect(await denied(mine)).toEqual([
      403,
      'access_denied',
      expect.stringContaining('client-grant'),
    ]);
    expect(await denied({ audience: 'https://nowhere.example/' })).toEqual([
      ...[403, 'access_denied', 'Service not found: https://nowhere.example/'],
    ]);
    expect(await denied({ audience: undefined })).toEqual([
      ...[403, 'access_denied', expect.stringContaining('No audience parameter')],
    ]);
    expect(await denied({ scope: 'read:logs delete:users' })).toEqual([
      ...[403, 'access_denied', 'Client has not been granted scopes: delete:users'],
    ]);
    expect(await denied({ client_secret: 'guessed' })).toEqual([
      ...[401, 'access_denied', 'Unauthorized'],
    ]);
  });

  it('§6 D: a public client gets none', async () => {
    const client = {
      clientId: 'spa',
      redirectUris: [],
      grants: [{ audience: '/api/v2/', scopes: [] }],
    };
    await using bench = await Bench.open({ clients: [client] });
    const reply = await managementGrant(bench, { client_id: 'spa', client_secret: undefined });
    expect(reply.status).toBe(403);
    expect(reply.body).toMatchObject({ error: 'unauthorized_client' });
  });
});

describe('§6 refusals of the Management API', () => {
  it('§6 B: insufficient_scope in the form of the Management API; nothing is changed', async () => {
    await using bench = await Bench.open();
    const reader = await Management.of(bench, 'read:guardian_factors');
    const reply = await reader.call('PUT', '/guardian/factors/sms', { enabled: false });
    expect([reply.status, reply.body]).toEqual([
      403,
      {
        ...{ statusCode: 403, error: 'Forbidden', errorCode: 'insufficient_scope' },
        message: 'Insufficient scope, expected any of: update:guardian_factors',
      },
    ]);
    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(bench.emulator.settings.factors).toContain('sms');
  });

  it('§6 C, D: no token, an opaque one, one of another API, of another tenant, forged, expired', async () => {
    await using bench = await Bench.open();
    await using other = await Bench.open();
    const ask = async (token: string) => {
      const reply = await new Management(bench, token).get('/guardian/factors');
      return [reply.status, reply.body['message']];
    };
    expect((await bench.get('/api/v2/guardian/factors')).body).toEqual({
      ...{ statusCode: 401, error: 'Unauthorized', message: 'Missing authentication' },
    });
    expect(await ask('opaque')).toEqual([400, 'Bad HTTP authentication header format']);
    expect(await ask(await bench.accessToken())).toEqual([401, 'Bad audience']);
    const { token } = await Management.of(bench);
    const [header, payload] = token.split('.');
    expect(await ask(`${header}.${payload}.AAAA`)).toEqual([
      401,
      'Invalid signature received for JSON Web Token validation',
    ]);
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await ask(`${none}.${payload}.`)).toEqual([401, 'Invalid token']);
    expect((await ask((await Management.of(other)).token))[0]).toBe(401);
    bench.emulator.clock.advance(86_400_000);
    expect(await ask(token)).toEqual([401, 'Expired token received for JSON Web Token validation']);
  });

  it('§6 D: the token of a person has no scopes here', async () => {
    await using bench = await Bench.open();
    const audience = bench.url('/api/v2/');
    const reply = await bench.passwordGrant({ audience, scope: 'read:logs' });
    const person = new Management(bench, string(reply, 'access_token'));
    expect((await person.get('/logs')).status).toBe(403);
  });

  it('§6 D: bad input is 400 in the same form, and changes nothing', async () => {
    await using bench = await Bench.open({ settings: ALL_OFF });
    const management = await Management.of(bench);
    const codes = async (method: string, path: string, body?: unknown) => {
      const reply = await management.call(method, path, body);
      return [reply.status, reply.body['errorCode']];
    };
    const before = bench.emulator.settings;
    const factor = '/guardian/factors/sms';
    expect(await codes('PUT', factor, {})).toEqual([400, 'invalid_body']);
    expect(await codes('PUT', factor, { enabled: 'yes' })).toEqual([400, 'invalid_body']);
    expect(await codes('PUT', factor, [])).toEqual([400, 'invalid_body']);
    expect(await codes('PUT', factor)).toEqual([400, 'invalid_body']);
    expect(await codes('PUT', '/guardian/factors/x', { enabled: true })).toEqual([
      400,
      'invalid_uri',
    ]);
    expect(await codes('PUT', '/guardian/policies', {})).toEqual([400, 'invalid_body']);
    expect(await codes('PUT', '/guardian/policies', ['never'])).toEqual([400, 'invalid_body']);
    expect(await codes('GET', '/logs?per_page=101')).toEqual([400, 'invalid_query_string']);
    expect(await codes('GET', '/logs?q=type')).toEqual([400, 'invalid_query_string']);
    expect(await codes('GET', '/clients?page=-1')).toEqual([400, 'invalid_query_string']);
    expect(bench.emulator.settings).toEqual(before);
  });

  it('§5 A: its own limit, with the headers; D: 429 in its own form', async () => {
    await using bench = await Bench.open();
    const management = await Management.of(bench);
    const first = await management.get('/guardian/factors');
    expect(first.headers.get('x-ratelimit-limit')).toBe('10');
    expect(first.headers.get('x-ratelimit-remaining')).toBe('9');
    expect(first.headers.get('x-ratelimit-reset')).toMatch(/^[0-9]{10}$/);
    for (let more = 0; more < 9; more += 1) await management.get('/guardian/factors');
    const refused = await management.call('PUT', '/guardian/factors/sms', { enabled: false });
    expect([refused.status, refused.body['errorCode']]).toEqual([429, 'too_many_requests']);
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(bench.emulator.settings.factors).toContain('sms');
    expect((await management.user('/enrollments')).headers.get('x-ratelimit-limit')).toBe('40');
    bench.emulator.clock.advance(1_000);
    expect((await management.get('/guardian/factors')).status).toBe(200);
  });
});

describe('§5 the limits by plan', () => {
  it.each([
    ['free', '2', '2'],
    ['essentials', '10', '40'],
    ['professional', '10', '40'],
    ['enterprise', '50', '50'],
    ['enterprise-non-production', '10', '10'],
  ] as const)('§5 A: with %s %s at once, and %s that read users', async (plan, others, users) => {
    await using bench = await Bench.open({ settings: { plan } });
    const management = await Management.of(bench);
    const limit = ({ headers }: { headers: Headers }) => headers.get('x-ratelimit-limit');
    expect(limit(await management.get('/guardian/factors'))).toBe(others);
    expect(limit(await management.user('/enrollments'))).toBe(users);
  });
});

describe('§6 factors', () => {
  it('§6 B: the list, in the recorded order', async () => {
    await using bench = await Bench.open();
    const { json } = await (await Management.of(bench)).get('/guardian/factors');
    const on = ['sms', 'push-notification', 'otp', 'email'];
    const off = ['duo', 'webauthn-roaming', 'webauthn-platform', 'recovery-code'];
    expect(json).toEqual([
      ...on.map((name) => ({ name, enabled: true, trial_expired: false })),
      ...off.map((name) => ({ name, enabled: false, trial_expired: false })),
    ]);
  });

  it('§6 B, §2 B: a factor that is off cannot be enrolled', async () => {
    await using bench = await Bench.open({ settings: ALL_OFF });
    const management = await Management.of(bench);
    const access = await bench.accessToken();
    for (const [name, request] of [
      ['sms', SMS],
      ['otp', TOTP],
    ] as const) {
      const off = await management.call('PUT', `/guardian/factors/${name}`, { enabled: false });
      expect([off.status, off.body]).toEqual([200, { enabled: false }]);
      const refused = await bench.post('/mfa/associate', request, access);
      expect([refused.status, refused.body['error']]).toEqual([400, UNSUPPORTED]);
    }
    expect(bench.emulator.authenticators(bench.userId)).toEqual([]);
    expect(bench.emulator.inbox.messages()).toEqual([]);
    for (const [name, request] of [
      ['sms', SMS],
      ['otp', TOTP],
    ] as const) {
      await management.call('PUT', `/guardian/factors/${name}`, { enabled: true });
      expect((await bench.post('/mfa/associate', request, access)).status).toBe(200);
    }
  });

  it('§6 B: message types without sms refuse a text, whatever the factor says', async () => {
    await using bench = await Bench.open({ settings: ALL_OFF });
    const management = await Management.of(bench);
    const path = '/guardian/factors/phone/message-types';
    expect((await management.get(path)).body).toEqual({ message_types: ['sms'] });
    const changed = await management.call('PUT', path, { message_types: ['voice'] });
    expect([changed.status, changed.body]).toEqual([200, { message_types: ['voice'] }]);
    const refused = await bench.post('/mfa/associate', SMS, await bench.accessToken());
    expect([refused.status, refused.body['error']]).toEqual([400, UNSUPPORTED]);
    expect(bench.emulator.inbox.messages()).toEqual([]);
  });

  it('§6 B: the phone provider and the policies are read as they were written', async () => {
    await using bench = await Bench.open({ settings: ALL_OFF });
    const management = await Management.of(bench);
    const provider = '/guardian/factors/phone/selected-provider';
    expect((await management.get(provider)).body).toEqual({ provider: 'auth0' });
    await management.call('PUT', provider, { provider: 'twilio' });
    expect((await management.get(provider)).body).toEqual({ provider: 'twilio' });
    expect((await management.get('/guardian/policies')).json).toEqual([]);
    await management.call('PUT', '/guardian/policies', ['all-applications']);
    expect((await management.get('/guardian/policies')).json).toEqual(['all-applications']);
  });

  it('§6 A: recovery codes are a factor that can be switched on', async () => {
    await using bench = await Bench.open({ settings: ALL_OFF });
    const management = await Management.of(bench);
    await management.call('PUT', '/guardian/factors/recovery-code', { enabled: true });
    const first = await bench.post('/mfa/associate', SMS, await bench.accessToken());
    expect(first.body).toHaveProperty('recovery_codes');
  });
});
