import { describe, expect, it } from '@jest/globals';
import { OOB, OTP, PHONE, refusal, SMS } from '../bench.ts';
import { INVALID_TOKEN, RECOVERY } from './factors.ts';
import { ask, send, TENANTS } from './tenants.ts';

const MALFORMED = [403, 'invalid_grant', 'Malformed mfa_token'];

describe.each(TENANTS)('%s, asked what changes nothing', (_name, open) => {
  it('§6 C: discovery has the issuer, the MFA endpoint and the ways to authenticate', async () => {
    await using tenant = await open();
    const { status, body } = await ask(tenant, '.well-known/openid-configuration');
    expect([status, body]).toMatchObject([
      200,
      {
        issuer: tenant.issuer,
        token_endpoint: `${tenant.issuer}oauth/token`,
        mfa_challenge_endpoint: `${tenant.issuer}mfa/challenge`,
        token_endpoint_auth_methods_supported: expect.arrayContaining([
          ...['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
        ]),
      },
    ]);
  });

  it('§1.1 A: the keys are for RS256, with no private half', async () => {
    await using tenant = await open();
    const { body } = await ask(tenant, '.well-known/jwks.json');
    const keys = body['keys'] as readonly Record<string, unknown>[];
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(key).toMatchObject({ kty: 'RSA', use: 'sig', kid: expect.any(String) });
      expect(key).not.toHaveProperty('d');
    }
  });

  it('§1.1 B: a code that is none', async () => {
    await using tenant = await open();
    const reply = await send(tenant, 'oauth/token', {
      ...{ grant_type: 'authorization_code', ...tenant.client, code: 'none' },
      redirect_uri: 'http://127.0.0.1:4747/callback',
    });
    expect(refusal(reply)).toEqual([403, 'invalid_grant', 'Invalid authorization code']);
  });

  it('§3.3 B: garbage for an mfa_token, with each grant', async () => {
    await using tenant = await open();
    for (const grant of [
      { grant_type: OTP, otp: '123456' },
      { grant_type: OOB, oob_code: 'none', binding_code: '123456' },
      { grant_type: RECOVERY, recovery_code: 'NONE' },
    ]) {
      const fields = { ...tenant.client, ...grant, mfa_token: 'garbage' };
      const reply = await send(tenant, 'oauth/token', fields);
      expect([reply.status, reply.body['error']]).toEqual([403, 'invalid_grant']);
      expect(reply.body).not.toHaveProperty('access_token');
      expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    }
  });

  it('§3.1 C: garbage for an mfa_token is challenged by nobody', async () => {
    await using tenant = await open();
    const fields = { ...tenant.client, mfa_token: 'garbage' };
    expect(refusal(await send(tenant, 'mfa/challenge', fields))).toEqual(MALFORMED);
  });

  it('§2 B: a bearer that is none enrolls, lists and deletes nothing', async () => {
    await using tenant = await open();
    const invalid = [401, 'invalid_grant', INVALID_TOKEN];
    const body = { ...SMS, phone_number: PHONE };
    expect(refusal(await send(tenant, 'mfa/associate', body, 'garbage'))).toEqual(invalid);
    const headers = { authorization: 'Bearer garbage' };
    expect(refusal(await ask(tenant, 'mfa/authenticators', { headers }))).toEqual(invalid);
    const one = 'mfa/authenticators/sms%7Cdev_aaaaaaaaaaaaaaaa';
    expect(refusal(await ask(tenant, one, { method: 'DELETE', headers }))).toEqual(invalid);
  });

  it('§5 A: replies of the Authentication API carry the three headers', async () => {
    await using tenant = await open();
    const fields = { ...tenant.client, mfa_token: 'garbage' };
    const { headers } = await send(tenant, 'mfa/challenge', fields);
    for (const name of ['limit', 'remaining', 'reset']) {
      expect(headers.get(`x-ratelimit-${name}`)).toMatch(/^[0-9]+$/);
    }
  });

  it('§8 RUN: a wrong secret is 401, and no WWW-Authenticate hides the reason', async () => {
    await using tenant = await open();
    const client = { ...tenant.client, client_secret: 'wrong' };
    const reply = await send(tenant, 'oauth/token', {
      ...client,
      grant_type: 'client_credentials',
    });
    expect([reply.status, reply.headers.has('www-authenticate')]).toEqual([401, false]);
  });
});
