import { describe, expect, it } from '@jest/globals';
import { Bench, otherThan, PHONE, refusal, SMS, string, TOTP } from '../bench.ts';
import { Browser } from '../browser.ts';
import { confirmOtp, confirmSent, EMAIL, form, TOO_MANY_CODES } from './factors.ts';

describe('what mfa_required is like', () => {
  it('§1.2 X: 403, or 401 where switched', async () => {
    for (const settings of [{}, { mfaRequiredStatus: 401 } as const]) {
      await using bench = await Bench.open({ settings });
      await bench.confirmSms();
      const reply = await bench.passwordGrant();
      const status = settings.mfaRequiredStatus ?? 403;
      expect(refusal(reply)).toEqual([
        ...[status, 'mfa_required', 'Multifactor authentication required'],
      ]);
      expect(reply.body).not.toHaveProperty('access_token');
    }
  });

  it('§1.2 X: mfa_requirements by kind, or as challenge_types', async () => {
    for (const [mfaRequirements, told] of [
      [true, { challenge: [{ type: 'phone' }, { type: 'otp' }] }],
      ['challenge-types', { challenge_types: ['oob', 'otp'] }],
    ] as const) {
      await using bench = await Bench.open({ settings: { mfaRequirements } });
      await confirmOtp(bench, await bench.confirmSms());
      const { body } = await bench.passwordGrant();
      expect(body['mfa_requirements']).toEqual(told);
    }
  });

  it('§1.2 C: without an mfa_token where an Action asks, and then there is no way on', async () => {
    await using bench = await Bench.open({ settings: { mfaTokenOmitted: true } });
    await bench.confirmSms();
    const { body } = await bench.passwordGrant();
    expect([body['error'], 'mfa_token' in body]).toEqual(['mfa_required', false]);
  });
});

describe('names and lives', () => {
  it('§1.1 X: the MFA API may go by another name, which forces the challenge and gives 600 s', async () => {
    const mfaAudience = 'https://tenant.example/mfa/';
    await using bench = await Bench.open({ settings: { mfaAudience } });
    expect(bench.emulator.audience).toBe(mfaAudience);
    const access = await bench.accessToken();
    const own = await bench.passwordGrant({ audience: bench.url('/mfa/') });
    const listed = await bench.get('/mfa/authenticators', string(own, 'access_token'));
    expect([listed.status, own.body['expires_in']]).toEqual([401, 86_400]);
    const confirmed = await confirmSent(bench, access, SMS);
    expect(confirmed.body['expires_in']).toBe(600);
    expect((await bench.passwordGrant()).body['error']).toBe('mfa_required');
  });

  it('§1.5 X: an mfa_token lives ten minutes, or five where switched', async () => {
    for (const minutes of [10, 5]) {
      await using bench = await Bench.open({ settings: { mfaTokenLifeMs: minutes * 60_000 } });
      await bench.confirmSms();
      const mfaToken = await bench.mfaToken();
      bench.emulator.clock.advance(minutes * 60_000 - 1);
      expect((await bench.get('/mfa/authenticators', mfaToken)).status).toBe(200);
      bench.emulator.clock.advance(1);
      expect((await bench.get('/mfa/authenticators', mfaToken)).status).toBe(401);
    }
  });

  it('§1.5 X: a login on the pages waits ten minutes, or five where switched', async () => {
    for (const minutes of [10, 5]) {
      await using bench = await Bench.open({ settings: { loginLifeMs: minutes * 60_000 } });
      const browser = new Browser(bench);
      const page = await browser.authorize();
      bench.emulator.clock.advance(minutes * 60_000);
      const late = await browser.logIn(page);
      expect([late.status, late.location]).toEqual([400, undefined]);
    }
  });

  it('§1.5 B: mfa_token and oob_code are sealed strings that carry their own end', async () => {
    await using bench = await Bench.open();
    await bench.confirmSms();
    const mfaToken = await bench.mfaToken();
    const challenged = await bench.post('/mfa/challenge', {
      ...{ client_id: 'mfa-enrollment', client_secret: 'mfa-enrollment-secret' },
      mfa_token: mfaToken,
    });
    const now = bench.emulator.clock.now();
    for (const [sealed, life] of [
      [mfaToken, 600_000],
      [string(challenged, 'oob_code'), 300_000],
    ] as const) {
      expect(sealed).toMatch(
        /^Fe26\.2\*SERVER_\d+\*[0-9a-f]{64}\*[^*]+\*[^*]+\*\d+\*[0-9a-f]{64}\*/,
      );
      expect(Number(sealed.split('*')[5])).toBe(now + life);
    }
  });
});

describe('refusals whose code nobody has captured', () => {
  it('§2 D: a bad number is invalid_request, or invalid_phone_number where switched', async () => {
    for (const phoneNumberError of ['invalid_request', 'invalid_phone_number'] as const) {
      await using bench = await Bench.open({ settings: { phoneNumberError } });
      const body = { ...SMS, phone_number: '5551234567' };
      const reply = await bench.post('/mfa/associate', body, await bench.accessToken());
      expect(refusal(reply)).toEqual([400, phoneNumberError, 'The phone number is invalid.']);
      expect(bench.emulator.authenticators(bench.userId)).toEqual([]);
    }
  });

  it('§2 D: a factor that is off is unsupported_challenge_type, or invalid_request', async () => {
    for (const factorOffError of ['unsupported_challenge_type', 'invalid_request'] as const) {
      await using bench = await Bench.open({ settings: { factorOffError, factors: ['otp'] } });
      const reply = await bench.post('/mfa/associate', SMS, await bench.accessToken());
      expect([reply.status, reply.body['error']]).toEqual([400, factorOffError]);
      expect(bench.emulator.inbox.messages()).toEqual([]);
    }
  });

  it('§5 X: ten wrong codes an hour, or five in five minutes for e-mail and OTP', async () => {
    const settings = { wrongCodes: 'five-per-five-minutes', requestsPerSecond: 'off' } as const;
    await using bench = await Bench.open({ settings });
    const access = await bench.accessToken();
    await bench.post('/mfa/associate', TOTP, access);
    const email = await bench.post('/mfa/associate', EMAIL, access);
    for (let wrong = 0; wrong < 5; wrong += 1) {
      expect((await bench.confirmOtp(access, '000000')).body['error']).toBe('invalid_grant');
    }
    const oobCode = string(email, 'oob_code');
    const code = bench.lastCode();
    const tooMany = [429, 'invalid_request', TOO_MANY_CODES];
    expect(refusal(await bench.confirm(access, oobCode, code))).toEqual(tooMany);
    expect(bench.emulator.authenticators(bench.userId).some(({ active }) => active)).toBe(false);
    const sms = await bench.associateSms(access);
    const wrong = await bench.confirm(access, sms.oobCode, otherThan(sms.code));
    expect(wrong.body['error_description']).toBe('Invalid binding_code.');
    bench.emulator.clock.advance(60_000);
    expect((await bench.confirm(access, oobCode, code)).status).toBe(200);
  });
});

describe('facts that no switch is about', () => {
  it('§1.4 C: an access token confirms what was enrolled with it, by form as by JSON', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const { oobCode, code } = await bench.associateSms(access);
    const confirmed = await form(bench, '/oauth/token', {
      grant_type: 'http://auth0.com/oauth/grant-type/mfa-oob',
      ...{ client_id: 'mfa-enrollment', client_secret: 'mfa-enrollment-secret' },
      ...{ mfa_token: access, oob_code: oobCode, binding_code: code },
    });
    expect(confirmed.status).toBe(200);
    expect((await confirmOtp(bench, access)).confirmed.status).toBe(200);
  });

  it('§1.2 D: by password alone: T1, a challenge, and the T2 that enrolls a second factor', async () => {
    await using bench = await Bench.open();
    await bench.confirmSms();
    const mfaToken = await bench.mfaToken();
    expect((await bench.post('/mfa/associate', TOTP, mfaToken)).status).toBe(403);
    const sent = await bench.post('/mfa/challenge', {
      ...{ client_id: 'mfa-enrollment', client_secret: 'mfa-enrollment-secret' },
      mfa_token: mfaToken,
    });
    const done = await bench.confirm(mfaToken, string(sent, 'oob_code'), bench.lastCode());
    const second = await confirmOtp(bench, string(done, 'access_token'));
    expect(second.confirmed.status).toBe(200);
  });

  it('§2 A: a text that does not arrive is told to nobody who calls', async () => {
    await using bench = await Bench.open();
    bench.emulator.inbox.plan('lost');
    const reply = await bench.post('/mfa/associate', SMS, await bench.accessToken());
    expect([reply.status, reply.body['oob_channel']]).toEqual([200, 'sms']);
    expect(bench.emulator.inbox.messages(PHONE)).toEqual([]);
  });

  it('§5 C: the quotas of a user do not show in the headers; A: nor is there Retry-After', async () => {
    await using bench = await Bench.open({ settings: { requestsPerSecond: 100 } });
    const access = await bench.accessToken();
    for (let sent = 0; sent < 10; sent += 1) await bench.post('/mfa/associate', SMS, access);
    const refused = await bench.post('/mfa/associate', SMS, access);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('x-ratelimit-remaining'))).toBeGreaterThan(10);
    expect(refused.headers.has('retry-after')).toBe(false);
  });

  it('§6 A: what an administrator could enroll for others is not there, and says so', async () => {
    await using bench = await Bench.open();
    for (const path of [
      `/api/v2/users/${encodeURIComponent(bench.userId)}/authentication-methods`,
      '/api/v2/guardian/enrollments/ticket',
      '/me/v1/authentication-methods',
    ]) {
      const reply = await bench.post(path, {});
      expect([reply.status, reply.body['error']]).toEqual([501, 'not_emulated']);
    }
    expect(bench.emulator.authenticators(bench.userId)).toEqual([]);
  });
});
