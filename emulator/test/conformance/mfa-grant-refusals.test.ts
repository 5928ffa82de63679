import { describe, expect, it } from '@jest/globals';
import { Bench, OOB, OTP, otherThan, PHONE, refusal, SMS, string, TOTP } from '../bench.ts';
import {
  confirmOtp,
  confirmSent,
  EMAIL,
  form,
  idOf,
  INVALID_TOKEN,
  kinds,
  RECOVERY,
  active,
  withRecoveryCode,
} from './factors.ts';

describe('§3.3 wrong codes', () => {
  it('§3.3 B: a wrong OTP, and the token is still good for the right one', async () => {
    await using bench = await Bench.open();
    const access = string(await confirmSent(bench, await bench.accessToken(), SMS), 'access_token');
    const { code } = await confirmOtp(bench, access);
    bench.emulator.clock.advance(30_000);
    const mfaToken = await bench.mfaToken();
    const wrong = await bench.confirmOtp(mfaToken, otherThan(code()));
    expect(refusal(wrong)).toEqual([403, 'invalid_grant', 'Invalid otp_code.']);
    expect(wrong.body).not.toHaveProperty('access_token');
    expect((await bench.confirmOtp(mfaToken, code())).status).toBe(200);
  });

  it('§3.3 B: a wrong code of an e-mail', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const oobCode = string(await bench.post('/mfa/associate', EMAIL, access), 'oob_code');
    const code = bench.lastCode();
    const wrong = await bench.confirm(access, oobCode, otherThan(code));
    expect(refusal(wrong)).toEqual([403, 'invalid_grant', 'Invalid binding_code.']);
    expect(active(bench)).toEqual([false]);
    expect((await bench.confirm(access, oobCode, code)).status).toBe(200);
  });

  it('§3.3 C: a wrong recovery code spends nothing', async () => {
    await using bench = await Bench.open({ settings: { recoveryCodes: true } });
    const code = await withRecoveryCode(bench);
    const mfaToken = await bench.mfaToken();
    const recover = (recovery_code: string) =>
      bench.token({ grant_type: RECOVERY, mfa_token: mfaToken, recovery_code });
    const wrong = await recover('A'.repeat(24));
    expect(refusal(wrong)).toEqual([403, 'invalid_grant', 'MFA Authorization rejected.']);
    expect((await recover(code)).status).toBe(200);
  });

  it('§4 A: a recovery code whose user has confirmed nothing lets nobody in', async () => {
    await using bench = await Bench.open({ settings: { recoveryCodes: true } });
    const access = await bench.accessToken();
    const { body } = await bench.post('/mfa/associate', SMS, access);
    const [code] = body['recovery_codes'] as string[];
    const grant = { grant_type: RECOVERY, mfa_token: access, recovery_code: code };
    expect((await bench.token(grant)).body['error']).toBe('unsupported_challenge_type');
    expect(active(bench)).toEqual([false, false]);
  });

  it('§3.3 B: an OTP of a user who has none is refused in its own words', async () => {
    await using bench = await Bench.open();
    const refused = await bench.confirmOtp(await bench.accessToken(), '000000');
    expect(refusal(refused)).toEqual([
      ...[401, 'unsupported_challenge_type'],
      'User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.',
    ]);
  });

  it('§3.3 D: of several pending OTPs the one that the code is of becomes active', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    await bench.post('/mfa/associate', TOTP, access);
    const { confirmed } = await confirmOtp(bench, access);
    await bench.post('/mfa/associate', TOTP, access);
    expect([confirmed.status, active(bench)]).toEqual([200, [false, true, false]]);
  });
});

describe('§3.3 tokens and codes that are not, or not any more', () => {
  it('§3.3 B: an oob_code that cannot be read', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    await bench.associateSms(access);
    const refused = await bench.confirm(access, 'nonsense', bench.lastCode());
    expect(refusal(refused)).toEqual([403, 'invalid_grant', 'Malformed oob_code']);
    expect(active(bench)).toEqual([false]);
  });

  it('§3.3 D: the oob_code of what was deleted confirms nothing', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const { oobCode, code } = await bench.associateSms(access);
    await bench.remove(idOf(bench, 'sms'), access);
    expect((await bench.confirm(access, oobCode, code)).status).toBe(403);
    expect(kinds(bench)).toEqual([]);
  });

  it('§3.3 D: an oob_code past its life is 401, or 403 where switched', async () => {
    for (const expiredOobCodeStatus of [401, 403] as const) {
      await using bench = await Bench.open({ settings: { expiredOobCodeStatus } });
      const access = await bench.accessToken();
      const { oobCode, code } = await bench.associateSms(access);
      bench.emulator.clock.advance(300_000);
      const late = await bench.confirm(access, oobCode, code);
      expect(refusal(late)).toEqual([
        ...[expiredOobCodeStatus, 'expired_token', 'oob_code is expired'],
      ]);
      expect(active(bench)).toEqual([false]);
    }
  });

  it('§1.5 A: a texted code is good for five minutes, though its oob_code lives on', async () => {
    await using bench = await Bench.open({ settings: { oobCodeLifeMs: 600_000 } });
    const access = await bench.accessToken();
    const { oobCode, code } = await bench.associateSms(access);
    bench.emulator.clock.advance(300_000);
    const late = await bench.confirm(access, oobCode, code);
    expect(refusal(late)).toEqual([403, 'invalid_grant', 'Invalid binding_code.']);
    expect(active(bench)).toEqual([false]);
  });

  it.each([OOB, OTP, RECOVERY])(
    '§3.3 B: %s with an mfa_token that is none or old',
    async (grant) => {
      await using bench = await Bench.open();
      await confirmSent(bench, await bench.accessToken(), SMS);
      const mfaToken = await bench.mfaToken();
      const send = (token: string) => bench.token({ grant_type: grant, mfa_token: token });
      expect(refusal(await send('nonsense'))).toEqual([
        403,
        'invalid_grant',
        'Malformed mfa_token',
      ]);
      expect(refusal(await send('ey.ey.ey'))).toEqual([401, 'invalid_grant', INVALID_TOKEN]);
      bench.emulator.clock.advance(600_000);
      expect(refusal(await send(mfaToken))).toEqual([401, 'expired_token', 'mfa_token is expired']);
    },
  );

  it('§3.3 D: a used mfa_token goes on until it expires, or is spent where switched', async () => {
    for (const mfaTokenOnce of [false, true]) {
      await using bench = await Bench.open({ settings: { mfaTokenOnce } });
      const access = string(
        await confirmSent(bench, await bench.accessToken(), SMS),
        'access_token',
      );
      const { code } = await confirmOtp(bench, access);
      bench.emulator.clock.advance(30_000);
      const mfaToken = await bench.mfaToken();
      await bench.confirmOtp(mfaToken, code());
      bench.emulator.clock.advance(30_000);
      const again = await bench.confirmOtp(mfaToken, code());
      if (mfaTokenOnce) expect(again.body['error_description']).toBe('Malformed mfa_token');
      else expect(again.status).toBe(200);
    }
  });
});

describe('§3.3 requests that are refused before a code is looked at', () => {
  it.each([OOB, OTP, RECOVERY])('§3.3 A: %s that is not enabled on the app', async (grant) => {
    await using bench = await Bench.open();
    const grantTypes = ['password'];
    bench.emulator.addClient({ clientId: 'limited', redirectUris: [], grantTypes });
    const fields = { client_id: 'limited', grant_type: grant, mfa_token: 'x' };
    expect(refusal(await form(bench, '/oauth/token', fields))).toEqual([
      ...[403, 'unauthorized_client', `Grant type '${grant}' not allowed for the client.`],
    ]);
  });

  it.each([
    [OOB, 'oob_code', {}],
    [OOB, 'binding_code', { oob_code: true }],
    [OTP, 'otp', {}],
    [RECOVERY, 'recovery_code', {}],
  ])('§3.3 A: %s without %s', async (grant, missing, more) => {
    await using bench = await Bench.open({ settings: { recoveryCodes: true } });
    const access = await bench.accessToken();
    const first = await bench.post('/mfa/associate', SMS, access);
    await bench.confirm(access, string(first, 'oob_code'), bench.lastCode());
    await bench.post('/mfa/associate', TOTP, access);
    const { oobCode } = await bench.associateSms(access);
    const oob = 'oob_code' in more ? { oob_code: oobCode } : {};
    const refused = await bench.token({ grant_type: grant, mfa_token: access, ...oob });
    expect(refusal(refused)).toEqual([
      ...[400, 'invalid_request', `Missing required parameter: ${missing}`],
    ]);
  });

  it('§3.3 A: bad client credentials confirm nothing', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const { oobCode, code } = await bench.associateSms(access);
    const refused = await bench.token({
      ...{ grant_type: OOB, mfa_token: access, oob_code: oobCode, binding_code: code },
      client_secret: 'guess',
    });
    expect([refused.status, refused.body['error']]).toEqual([401, 'access_denied']);
    expect(active(bench)).toEqual([false]);
    expect(bench.emulator.inbox.messages(PHONE)).toHaveLength(1);
  });
});
