/** `openid-client`, unchanged. */
import { describe, expect, it } from '@jest/globals';
import * as oidc from 'openid-client';
import { Secret, TOTP as Totp } from 'otpauth';
import { CLIENT, OOB, OTP, otherThan, REDIRECT_URI, SCOPE, string, TOTP } from '../bench.ts';
import { Browser } from '../browser.ts';
import { HttpsBench } from './https-bench.ts';

function discover(
  bench: HttpsBench,
  authentication: oidc.ClientAuth = oidc.ClientSecretPost(CLIENT.client_secret),
  clientId = CLIENT.client_id,
): Promise<oidc.Configuration> {
  const issuer = new URL(bench.emulator.issuer);
  // Its type of the same thing lets fields be `undefined`, which `fetch` itself does not mind.
  const through: oidc.CustomFetch = (url, init) => bench.fetch(url, init as RequestInit);
  const options = { [oidc.customFetch]: through };
  return oidc.discovery(issuer, clientId, undefined, authentication, options);
}

describe('openid-client', () => {
  it('§8 RUN: discovers the tenant', async () => {
    await using bench = await HttpsBench.open();
    const metadata = (await discover(bench)).serverMetadata();
    expect(metadata).toMatchObject({
      ...{ issuer: bench.emulator.issuer, id_token_signing_alg_values_supported: ['RS256'] },
      mfa_challenge_endpoint: `${bench.emulator.issuer}mfa/challenge`,
    });
    expect(metadata.supportsPKCE()).toBe(true);
  });

  it.each([
    ['secret in the body', oidc.ClientSecretPost(CLIENT.client_secret)],
    ['Basic', oidc.ClientSecretBasic(CLIENT.client_secret)],
  ])('§1.1 A: code and PKCE through the login page, %s', async (_what, authentication) => {
    await using bench = await HttpsBench.open();
    const config = await discover(bench, authentication);
    oidc.enableNonRepudiationChecks(config);
    const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
    const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
    const url = oidc.buildAuthorizationUrl(config, {
      ...{ redirect_uri: REDIRECT_URI, scope: SCOPE, audience: bench.emulator.audience },
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
      ...{ code_challenge_method: 'S256', state: expectedState, nonce: expectedNonce },
    });
    const browser = new Browser(bench);
    const back = await browser.logIn(await browser.open(url.href));
    const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
    const tokens = await oidc.authorizationCodeGrant(config, new URL(back.location ?? ''), checks);
    expect(tokens.claims()).toMatchObject({ sub: bench.userId, nonce: expectedNonce });
    expect(tokens.expires_in).toBe(600);
  });

  it('§3.2 A: the grants mfa-oob and mfa-otp confirm what was enrolled', async () => {
    await using bench = await HttpsBench.open();
    const config = await discover(bench);
    const access = await bench.accessToken();
    const { oobCode, code } = await bench.associateSms(access);
    const oob = (binding: string) =>
      oidc.genericGrantRequest(config, OOB, {
        ...{ mfa_token: access, oob_code: oobCode, binding_code: binding },
      });
    await expect(oob(otherThan(code))).rejects.toMatchObject({
      ...{ status: 403, error: 'invalid_grant', error_description: 'Invalid binding_code.' },
    });
    expect(bench.emulator.authenticators(bench.userId)[0]?.active).toBe(false);
    const confirmed = await oob(code);
    expect(confirmed.claims()?.sub).toBe(bench.userId);

    const app = await bench.post('/mfa/associate', TOTP, confirmed.access_token);
    const totp = new Totp({ secret: Secret.fromBase32(string(app, 'secret')) });
    const done = await oidc.genericGrantRequest(config, OTP, {
      ...{ mfa_token: confirmed.access_token, otp: totp.generate() },
    });
    expect(done.expires_in).toBe(600);
    const active = bench.emulator.authenticators(bench.userId).map((entry) => entry.active);
    expect(active).toEqual([true, true]);
  });

  it('§3.3 A: reads a refusal of the client itself; no challenge header hides it', async () => {
    await using bench = await HttpsBench.open();
    const config = await discover(bench, oidc.ClientSecretPost('guessed'));
    await expect(
      oidc.genericGrantRequest(config, OTP, { mfa_token: 'nonsense', otp: '000000' }),
    ).rejects.toMatchObject({ status: 401, error: 'access_denied' });
  });

  it('§6 A: client_credentials opens the Management API', async () => {
    await using bench = await HttpsBench.open();
    const secret = oidc.ClientSecretPost('mfa-management-secret');
    const config = await discover(bench, secret, 'mfa-management');
    const audience = `${bench.emulator.issuer}api/v2/`;
    const tokens = await oidc.clientCredentialsGrant(config, { audience, scope: 'read:logs' });
    expect([tokens.scope, tokens.expires_in]).toEqual(['read:logs', 86_400]);
    const logs = new URL('/api/v2/logs', bench.emulator.issuer);
    const reply = await oidc.fetchProtectedResource(config, tokens.access_token, logs, 'GET');
    expect(reply.status).toBe(200);
  });
});
