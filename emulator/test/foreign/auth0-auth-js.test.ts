/** `@auth0/auth0-auth-js`, unchanged: the one SDK that speaks the MFA API. */
import { describe, expect, it } from '@jest/globals';
import { AuthClient, isMfaRequiredError } from '@auth0/auth0-auth-js';
import { Secret, TOTP as Totp } from 'otpauth';
import { CLIENT, otherThan, PHONE, REDIRECT_URI, SCOPE } from '../bench.ts';
import { Browser } from '../browser.ts';
import { HttpsBench } from './https-bench.ts';

function client(bench: HttpsBench): AuthClient {
  return new AuthClient({
    domain: bench.emulator.domain,
    clientId: CLIENT.client_id,
    clientSecret: CLIENT.client_secret,
    customFetch: bench.fetch,
  });
}

function password(bench: HttpsBench) {
  const { email: username, password: secret } = bench;
  return { username, password: secret, audience: bench.emulator.audience, scope: SCOPE };
}

/** T1: what the SDK finds in the error of a login that MFA stopped. */
async function mfaToken(bench: HttpsBench): Promise<string> {
  try {
    await client(bench).getTokenByPassword(password(bench));
  } catch (error) {
    if (isMfaRequiredError(error)) return error.cause.mfa_token;
    throw error;
  }
  throw new Error('MFA was not asked for.');
}

describe('@auth0/auth0-auth-js', () => {
  it('§8 RUN: enrolls a number and then an app, and deletes one', async () => {
    await using bench = await HttpsBench.open();
    const auth = client(bench);
    const first = await auth.getTokenByPassword(password(bench));
    const enrolled = await auth.mfa.enrollAuthenticator({
      ...{ authenticatorTypes: ['oob'], oobChannels: ['sms'], phoneNumber: PHONE },
      mfaToken: first.accessToken,
    });
    if (enrolled.authenticatorType !== 'oob') throw new Error('Not the number');
    expect(enrolled).toMatchObject({ oobChannel: 'sms', bindingMethod: 'prompt' });
    const verify = (bindingCode: string) =>
      auth.mfa.verify({
        ...{ factorType: 'oob', mfaToken: first.accessToken, bindingCode },
        oobCode: enrolled.oobCode ?? '',
      });
    await expect(verify(otherThan(bench.lastCode()))).rejects.toMatchObject({
      cause: { error: 'invalid_grant', error_description: 'Invalid binding_code.' },
    });
    const confirmed = await verify(bench.lastCode());

    const app = await auth.mfa.enrollAuthenticator({
      ...{ authenticatorTypes: ['otp'], mfaToken: confirmed.accessToken },
    });
    if (app.authenticatorType !== 'otp') throw new Error('Not the app');
    const otp = new Totp({ secret: Secret.fromBase32(app.secret) }).generate();
    const done = await auth.mfa.verify({
      ...{ factorType: 'otp', mfaToken: confirmed.accessToken, otp },
    });
    expect(done.claims?.sub).toBe(bench.userId);

    const listed = await auth.mfa.listAuthenticators({ mfaToken: done.accessToken });
    expect(listed.map(({ authenticatorType, active }) => [authenticatorType, active])).toEqual([
      ['oob', true],
      ['otp', true],
    ]);
    await auth.mfa.deleteAuthenticator({
      ...{ authenticatorId: listed[1]?.id ?? '', mfaToken: done.accessToken },
    });
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(1);
  });

  it('§8 RUN: is asked for MFA, challenges and goes in; may not enroll with that token', async () => {
    await using bench = await HttpsBench.open();
    await bench.confirmSms();
    const { mfa } = client(bench);
    const token = await mfaToken(bench);
    await expect(
      mfa.enrollAuthenticator({ authenticatorTypes: ['otp'], mfaToken: token }),
    ).rejects.toMatchObject({ cause: { error: 'access_denied' } });
    const [sms] = await mfa.listAuthenticators({ mfaToken: token });
    const challenge = await mfa.challengeAuthenticator({
      ...{ challengeType: 'oob', authenticatorId: sms?.id ?? '', mfaToken: token },
    });
    expect(challenge).toMatchObject({ challengeType: 'oob', bindingMethod: 'prompt' });
    const tokens = await mfa.verify({
      ...{ factorType: 'oob', mfaToken: token, oobCode: challenge.oobCode ?? '' },
      bindingCode: bench.lastCode(),
    });
    expect(tokens.accessToken).toMatch(/^ey/);
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(1);
  });

  it('§8 RUN: a recovery code opens, and brings the next one', async () => {
    await using bench = await HttpsBench.open({ settings: { recoveryCodes: true } });
    const auth = client(bench);
    const { accessToken } = await auth.getTokenByPassword(password(bench));
    const enrolled = await auth.mfa.enrollAuthenticator({
      ...{ authenticatorTypes: ['oob'], oobChannels: ['sms'], phoneNumber: PHONE },
      mfaToken: accessToken,
    });
    const [recoveryCode = ''] = enrolled.recoveryCodes ?? [];
    const oobCode = 'oobCode' in enrolled ? (enrolled.oobCode ?? '') : '';
    const bindingCode = bench.lastCode();
    await auth.mfa.verify({ factorType: 'oob', mfaToken: accessToken, oobCode, bindingCode });
    const recovered = await auth.mfa.verify({
      ...{ factorType: 'recovery-code', mfaToken: await mfaToken(bench), recoveryCode },
    });
    expect(recovered.recoveryCode).toMatch(/^[A-Z0-9]{24}$/);
    expect(recovered.recoveryCode).not.toBe(recoveryCode);
  });

  it('§8 RUN: code and PKCE through the login page; client_credentials', async () => {
    await using bench = await HttpsBench.open();
    const auth = client(bench);
    const { authorizationUrl, codeVerifier } = await auth.buildAuthorizationUrl({
      authorizationParams: { redirect_uri: REDIRECT_URI, audience: bench.emulator.audience },
    });
    const browser = new Browser(bench);
    const back = await browser.logIn(await browser.open(authorizationUrl.href));
    const tokens = await auth.getTokenByCode(new URL(back.location ?? ''), { codeVerifier });
    expect(tokens.claims).toMatchObject({ sub: bench.userId, iss: bench.emulator.issuer });

    const program = new AuthClient({
      ...{ domain: bench.emulator.domain, customFetch: bench.fetch },
      ...{ clientId: 'mfa-management', clientSecret: 'mfa-management-secret' },
    });
    const audience = `${bench.emulator.issuer}api/v2/`;
    const { scope } = await program.getTokenByClientCredentials({ audience });
    expect(scope).toContain('read:logs');
  });
});
