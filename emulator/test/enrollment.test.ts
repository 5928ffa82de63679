import { describe, expect, it } from '@jest/globals';
import { Secret, TOTP as Totp } from 'otpauth';
import { Bench, otherThan, PHONE, refusal, SMS, string, TOTP } from './bench.ts';

const INVALID = 'The mfa_token provided is invalid. Try getting a new token.';

describe('§0 the two-token matrix', () => {
  it('§0 A: T1 lists; A: T2 lists with read:authenticators', async () => {
    await using bench = await Bench.open();
    const access = await bench.confirmSms();
    expect((await bench.get('/mfa/authenticators', await bench.mfaToken())).status).toBe(200);
    expect((await bench.get('/mfa/authenticators', access)).status).toBe(200);
  });

  it('§0 A: T2 associates without an active factor', async () => {
    await using bench = await Bench.open();
    expect((await bench.post('/mfa/associate', SMS, await bench.accessToken())).status).toBe(200);
  });

  it('§0 A/B: T1 is refused where a factor is active, and no text is sent', async () => {
    await using bench = await Bench.open();
    await bench.confirmSms();
    const mfaToken = await bench.mfaToken();
    const texts = bench.emulator.inbox.messages().length;
    const refused = await bench.post('/mfa/associate', SMS, mfaToken);
    expect(refusal(refused)).toEqual([403, 'access_denied', 'User is already enrolled.']);
    expect(bench.emulator.inbox.messages()).toHaveLength(texts);
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(1);
  });

  it('§0 A: T1 associates once the active factor is gone; A: T2 where one is active', async () => {
    await using bench = await Bench.open();
    const access = await bench.confirmSms();
    const mfaToken = await bench.mfaToken();
    expect((await bench.post('/mfa/associate', TOTP, access)).status).toBe(200);
    for (const { id } of bench.emulator.authenticators(bench.userId)) {
      await bench.remove(id, access);
    }
    expect((await bench.post('/mfa/associate', TOTP, mfaToken)).status).toBe(200);
  });

  it('§0 A: T1 does not delete, T2 does', async () => {
    await using bench = await Bench.open();
    const access = await bench.confirmSms();
    const [entry] = bench.emulator.authenticators(bench.userId);
    const id = entry?.id ?? '';
    const refused = await bench.remove(id, await bench.mfaToken());
    expect(refusal(refused)).toEqual([401, 'invalid_grant', INVALID]);
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(1);
    expect((await bench.remove(id, access)).status).toBe(204);
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(0);
  });

  it('§0 C: T1 is challenged, T2 is not and no text is sent', async () => {
    await using bench = await Bench.open();
    const access = await bench.confirmSms();
    const client = { client_id: 'mfa-enrollment', client_secret: 'mfa-enrollment-secret' };
    const texts = bench.emulator.inbox.messages().length;
    const refused = await bench.post('/mfa/challenge', { ...client, mfa_token: access });
    expect(refusal(refused)).toEqual([403, 'invalid_grant', 'Malformed mfa_token']);
    expect(bench.emulator.inbox.messages()).toHaveLength(texts);
    const mfaToken = await bench.mfaToken();
    const reply = await bench.post('/mfa/challenge', { ...client, mfa_token: mfaToken });
    expect(reply.body).toEqual({
      ...{ challenge_type: 'oob', binding_method: 'prompt', oob_code: string(reply, 'oob_code') },
    });
    const done = await bench.confirm(mfaToken, string(reply, 'oob_code'), bench.lastCode());
    expect([done.status, done.body['expires_in']]).toEqual([200, 600]);
  });

  it('§3.1 C: challenge without a confirmed factor is association_required', async () => {
    await using bench = await Bench.open();
    const access = await bench.confirmSms();
    const mfaToken = await bench.mfaToken();
    for (const { id } of bench.emulator.authenticators(bench.userId)) {
      await bench.remove(id, access);
    }
    const client = { client_id: 'mfa-enrollment', client_secret: 'mfa-enrollment-secret' };
    const refused = await bench.post('/mfa/challenge', { ...client, mfa_token: mfaToken });
    expect(refused.body['error']).toBe('association_required');
  });
});

describe('§2 POST /mfa/associate', () => {
  it('§2 B: SMS answers the recorded shape, without recovery codes by default', async () => {
    await using bench = await Bench.open();
    const reply = await bench.post('/mfa/associate', SMS, await bench.accessToken());
    const oobCode = string(reply, 'oob_code');
    expect(reply.body).toEqual({
      ...{ authenticator_type: 'oob', binding_method: 'prompt', oob_channel: 'sms' },
      oob_code: oobCode,
    });
    expect(oobCode).toMatch(/^Fe26\.2\*SERVER_\d+\*[0-9a-f]{64}\*/);
    expect(oobCode.split('*')[5]).toBe(String(bench.emulator.clock.now() + 300_000));
    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('§2 B: TOTP answers a secret of 32 base32 characters and its URI', async () => {
    await using bench = await Bench.open();
    const reply = await bench.post('/mfa/associate', TOTP, await bench.accessToken());
    const secret = string(reply, 'secret');
    expect(Object.keys(reply.body)).toEqual(['authenticator_type', 'secret', 'barcode_uri']);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const uri = new URL(string(reply, 'barcode_uri'));
    expect(uri.pathname).toContain(encodeURIComponent(bench.email));
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      ...{ secret, issuer: bench.emulator.domain, algorithm: 'SHA1', digits: '6', period: '30' },
    });
  });

  it('§2 D: the channel may be a bare string', async () => {
    await using bench = await Bench.open();
    const body = { ...SMS, oob_channels: 'sms' };
    expect((await bench.post('/mfa/associate', body, await bench.accessToken())).status).toBe(200);
  });

  it.each([
    ['D', { ...SMS, phone_number: '5551234567' }, 'invalid_request'],
    ['D', { ...SMS, oob_channels: ['carrier-pigeon'] }, 'unsupported_challenge_type'],
    ['A', { authenticator_types: ['oob'], oob_channels: ['sms'] }, 'invalid_request'],
    ['A', {}, 'invalid_request'],
  ])('§2 A, D: (%s) %j is refused and sends nothing', async (_mark, body, error) => {
    await using bench = await Bench.open();
    const reply = await bench.post('/mfa/associate', body, await bench.accessToken());
    expect([reply.status, reply.body['error']]).toEqual([400, error]);
    expect(bench.emulator.inbox.messages()).toHaveLength(0);
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(0);
  });

  it('§2 C: the 52nd authenticator is refused', async () => {
    await using bench = await Bench.open({ settings: { requestsPerSecond: 'off' } });
    const access = await bench.accessToken();
    for (let made = 0; made < 51; made += 1) {
      expect((await bench.post('/mfa/associate', TOTP, access)).status).toBe(200);
    }
    expect((await bench.post('/mfa/associate', TOTP, access)).status).toBe(400);
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(51);
  });

  it('§2 B/A: a recovery code comes with the first associate ever, where switched on', async () => {
    await using bench = await Bench.open({ settings: { recoveryCodes: true } });
    const access = await bench.accessToken();
    const first = await bench.post('/mfa/associate', SMS, access);
    expect(first.body['recovery_codes']).toEqual([expect.stringMatching(/^[A-Z0-9]{24}$/)]);
    const second = await bench.post('/mfa/associate', SMS, access);
    expect(second.body).not.toHaveProperty('recovery_codes');
    const list = await bench.get('/mfa/authenticators', access);
    expect(JSON.parse(list.text)).toContainEqual({
      id: expect.stringMatching(/^recovery-code\|dev_[A-Za-z0-9]{16}$/),
      ...{ authenticator_type: 'recovery-code', active: false },
    });
  });

  it('§2 B: not idempotent: another entry and another text each time', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    await bench.associateSms(access);
    await bench.associateSms(access);
    expect(bench.emulator.inbox.messages(PHONE)).toHaveLength(2);
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(2);
  });
});

describe('§3.3 confirming', () => {
  it('§3.3 B: a wrong code is refused, the right one then confirms, and only once', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const { oobCode, code } = await bench.associateSms(access);
    const wrong = await bench.confirm(access, oobCode, otherThan(code));
    expect(refusal(wrong)).toEqual([403, 'invalid_grant', 'Invalid binding_code.']);
    expect(bench.emulator.authenticators(bench.userId)[0]?.active).toBe(false);
    expect((await bench.confirm(access, oobCode, code)).status).toBe(200);
    expect(bench.emulator.authenticators(bench.userId)[0]?.active).toBe(true);
    const again = await bench.confirm(access, oobCode, code);
    expect(refusal(again)).toEqual([403, 'invalid_grant', 'Malformed oob_code']);
  });

  it('§3.3 C: oob_code is expired after five minutes', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const { oobCode, code } = await bench.associateSms(access);
    bench.emulator.clock.advance(300_000);
    const late = await bench.confirm(access, oobCode, code);
    expect(refusal(late)).toEqual([401, 'expired_token', 'oob_code is expired']);
    expect(bench.emulator.authenticators(bench.userId)[0]?.active).toBe(false);
  });

  it('§3.3 B: mfa_token is expired, Malformed mfa_token; D: T2 expired', async () => {
    await using bench = await Bench.open();
    const access = await bench.confirmSms();
    const mfaToken = await bench.mfaToken();
    bench.emulator.clock.advance(600_000);
    const refused = async (token: string) => refusal(await bench.confirmOtp(token, '000000'));
    expect(await refused(mfaToken)).toEqual([401, 'expired_token', 'mfa_token is expired']);
    expect(await refused('nonsense')).toEqual([403, 'invalid_grant', 'Malformed mfa_token']);
    expect(await refused(access)).toEqual([401, 'invalid_grant', INVALID]);
  });

  it('§1.5 A: TOTP of the current and of the previous step, each once', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const reply = await bench.post('/mfa/associate', TOTP, access);
    const totp = new Totp({ secret: Secret.fromBase32(string(reply, 'secret')) });
    const at = (ms: number) => totp.generate({ timestamp: bench.emulator.clock.now() + ms });
    const invalid = [403, 'invalid_grant', 'Invalid otp_code.'];
    expect(refusal(await bench.confirmOtp(access, at(-60_000)))).toEqual(invalid);
    expect((await bench.confirmOtp(access, at(-30_000))).status).toBe(200);
    expect(refusal(await bench.confirmOtp(access, at(-30_000)))).toEqual(invalid);
    expect((await bench.confirmOtp(access, at(0))).status).toBe(200);
    expect(refusal(await bench.confirmOtp(access, at(0)))).toEqual(invalid);
  });

  it('§3.3 B: mfa-otp of a user who never associated OTP', async () => {
    await using bench = await Bench.open();
    const refused = await bench.confirmOtp(await bench.accessToken(), '000000');
    expect([refused.status, refused.body['error']]).toEqual([401, 'unsupported_challenge_type']);
  });
});
