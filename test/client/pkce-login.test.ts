import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { beginLogin, finishLogin, LoginCallbackError } from '@durable-mfa/client/login';

const SETTINGS = {
  issuer: 'https://example.eu.auth0.com/',
  clientId: 'client',
  redirectUri: 'https://app.example/callback',
};

/** Example of RFC 7517, appendix A.1; its thumbprint by OpenSSL, over the text of RFC 7638, section 3. */
const KEY = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
} as const;
const KEY_THUMBPRINT = 'cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s';

function callback(parameters: Record<string, string>): string {
  return `${SETTINGS.redirectUri}?${new URLSearchParams(parameters).toString()}`;
}

function refusal(run: () => unknown): LoginCallbackError {
  try {
    run();
  } catch (error) {
    if (error instanceof LoginCallbackError) return error;
  }
  throw new Error('It was not refused.');
}

describe('a login', () => {
  it('asks the tenant for a new login with the MFA API as audience', async () => {
    const { url, pending } = await beginLogin(SETTINGS);
    const { origin, pathname, searchParams } = new URL(url);
    expect(`${origin}${pathname}`).toBe('https://example.eu.auth0.com/authorize');
    expect(Object.fromEntries(searchParams)).toEqual({
      response_type: 'code',
      client_id: 'client',
      redirect_uri: SETTINGS.redirectUri,
      audience: 'https://example.eu.auth0.com/mfa/',
      scope: 'openid enroll read:authenticators remove:authenticators',
      prompt: 'login',
      max_age: '0',
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: createHash('sha256').update(pending.codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    expect(url).not.toContain(pending.codeVerifier);
  });

  it('takes an issuer without its slash, and the audience of another domain of the tenant', async () => {
    const [issuer, audience] = ['http://127.0.0.1:4747', 'https://example.eu.auth0.com/mfa/'];
    const { url, pending } = await beginLogin({ ...SETTINGS, issuer, audience });
    expect(pending.issuer).toBe('http://127.0.0.1:4747/');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:4747\/authorize\?/);
    expect(new URL(url).searchParams.get('audience')).toBe(audience);
  });

  it.each([
    ['issuer', 'example.eu.auth0.com', /^issuer: must be an https: URL .*whose path is \/ alone$/],
    ['issuer', 'https://example.eu.auth0.com/?a=b', /^issuer: must be an https: URL/],
    ['issuer', 'https://a..b/', /^issuer: must be an https: URL/],
    ['audience', 'urn:mfa', /^audience: must be an https: URL .*the slash at its end included$/],
    ['audience', 'https://example.eu.auth0.com/mfa', /^audience: must be an https: URL/],
    ['redirectUri', '/callback', /^redirectUri: must be a URL such as/],
    ['redirectUri', 'https://app.example/callback#a', /^redirectUri: .* without a fragment$/],
  ])('is not begun with the %s %s', async (field, value, problem) => {
    await expect(beginLogin({ ...SETTINGS, [field]: value })).rejects.toMatchObject({
      ...{ code: 'invalid-input', problems: [expect.stringMatching(problem)] },
    });
  });

  it('is never the same twice', async () => {
    const [one, other] = [await beginLogin(SETTINGS), await beginLogin(SETTINGS)];
    expect(one.pending.state).not.toBe(other.pending.state);
    expect(one.pending.nonce).not.toBe(other.pending.nonce);
    expect(one.pending.codeVerifier).not.toBe(other.pending.codeVerifier);
  });

  it('is proved by its callback', async () => {
    const { pending } = await beginLogin(SETTINGS);
    const url = callback({ code: 'abc', state: pending.state });
    const { codeVerifier, nonce } = pending;
    const proof = { code: 'abc', codeVerifier, nonce, redirectUri: SETTINGS.redirectUri };
    expect(finishLogin(pending, url)).toEqual(proof);
  });

  it('is for the key that it begins with: the nonce names it, and the proof has it', async () => {
    const { url, pending } = await beginLogin(SETTINGS, KEY);
    expect(pending.nonce).toMatch(/^[\w-]{43}\.[\w-]{43}$/);
    expect(pending.nonce.split('.')[1]).toBe(KEY_THUMBPRINT);
    expect(new URL(url).searchParams.get('nonce')).toBe(pending.nonce);
    const proof = finishLogin(pending, callback({ code: 'abc', state: pending.state }));
    expect(proof).toMatchObject({ nonce: pending.nonce, sealTo: KEY });
  });
});

describe('a callback is refused', () => {
  it('that carries another login’s state', async () => {
    const { pending } = await beginLogin(SETTINGS);
    const other = await beginLogin(SETTINGS);
    const url = callback({ code: 'abc', state: other.pending.state });
    const { why, message } = refusal(() => finishLogin(pending, url));
    expect(why).toBe('another-login');
    expect(message).toMatch(/carries another state.*Begin a new login/);
  });

  it('that carries no state, error or not', async () => {
    const { pending } = await beginLogin(SETTINGS);
    for (const url of [callback({ code: 'abc' }), callback({ error: 'access_denied' })]) {
      expect(refusal(() => finishLogin(pending, url)).why).toBe('another-login');
    }
  });

  it('that says why the tenant refused', async () => {
    const { pending } = await beginLogin(SETTINGS);
    const url = callback({
      error: 'access_denied',
      error_description: 'User did not authorize',
      state: pending.state,
    });
    expect(refusal(() => finishLogin(pending, url))).toMatchObject({
      code: 'login-callback',
      why: 'refused',
      error: 'access_denied',
      message:
        'The tenant refused the login (access_denied: User did not authorize). Begin a new login.',
    });
  });

  it.each<[what: string, url: (state: string) => string]>([
    ['that is no URL', () => 'code=abc'],
    ['of another address', (state) => `https://evil.example/callback?code=abc&state=${state}`],
    ['without a code', (state) => callback({ state })],
    ['with an empty code', (state) => callback({ state, code: '' })],
    ['with two codes', (state) => `${callback({ state, code: 'a' })}&code=b`],
    ['of another issuer', (state) => callback({ state, code: 'a', iss: 'https://evil.example/' })],
  ])('%s', async (_what, url) => {
    const { pending } = await beginLogin(SETTINGS);
    const { why } = refusal(() => finishLogin(pending, url(pending.state)));
    expect(why).toBe('not-a-callback');
  });
});
