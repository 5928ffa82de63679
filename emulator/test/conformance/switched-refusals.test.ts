import { describe, expect, it } from '@jest/globals';
import { Bench, CLIENT, refusal, SMS, string, TOTP } from '../bench.ts';
import { active, kinds } from './factors.ts';

const FAILED = [401, 'access_denied', 'Unauthorized'];

describe('what the documents tell in two ways', () => {
  it('§1.2 X: a wrong password is invalid_grant, or invalid_user_password where switched', async () => {
    for (const wrongPasswordError of ['invalid_grant', 'invalid_user_password'] as const) {
      await using bench = await Bench.open({ settings: { wrongPasswordError } });
      const reply = await bench.passwordGrant({ password: 'wrong' });
      expect(refusal(reply)).toEqual([403, wrongPasswordError, 'Wrong email or password.']);
    }
  });

  it('§1.4 X: an access token confirms, or is malformed in that place where switched', async () => {
    await using bench = await Bench.open({ settings: { accessTokenConfirms: false } });
    const access = await bench.accessToken();
    const { oobCode, code } = await bench.associateSms(access);
    const malformed = [403, 'invalid_grant', 'Malformed mfa_token'];
    expect(refusal(await bench.confirm(access, oobCode, code))).toEqual(malformed);
    expect(active(bench)).toEqual([false]);
    bench.emulator.configure({ accessTokenConfirms: true });
    expect((await bench.confirm(access, oobCode, code)).status).toBe(200);
  });

  it('§2 X: associate asks for no client, or for one that is authenticated where switched', async () => {
    await using bench = await Bench.open({ settings: { associateClient: 'required' } });
    const access = await bench.accessToken();
    const missing = await bench.post('/mfa/associate', SMS, access);
    const wrong = { ...CLIENT, client_secret: 'wrong' };
    const refused = await bench.post('/mfa/associate', { ...SMS, ...wrong }, access);
    expect([missing.status, missing.body['error']]).toEqual([400, 'invalid_request']);
    expect(refusal(refused)).toEqual(FAILED);
    expect(bench.emulator.inbox.messages()).toEqual([]);
    const taken = await bench.post('/mfa/associate', { ...SMS, ...CLIENT }, access);
    expect([taken.status, kinds(bench)]).toEqual([200, ['sms']]);
  });

  it('§2 D: a bare string is an array of one, or refused where switched', async () => {
    await using bench = await Bench.open({ settings: { bareStrings: false } });
    const access = await bench.accessToken();
    for (const [name, body] of [
      ['oob_channels', { ...SMS, oob_channels: 'sms' }],
      ['authenticator_types', { authenticator_types: 'otp' }],
    ] as const) {
      const reply = await bench.post('/mfa/associate', body, access);
      expect(refusal(reply)).toEqual([400, 'invalid_request', `${name} must be an array.`]);
    }
    expect(kinds(bench)).toEqual([]);
    expect((await bench.post('/mfa/associate', SMS, access)).status).toBe(200);
  });

  it('§3.3 D: an old oob_code is expired_token, or invalid_grant where switched', async () => {
    for (const expiredOobCodeError of ['expired_token', 'invalid_grant'] as const) {
      await using bench = await Bench.open({ settings: { expiredOobCodeError } });
      const { oobCode, code } = await bench.associateSms(await bench.accessToken());
      bench.emulator.clock.advance(300_000);
      const reply = await bench.confirm(await bench.accessToken(), oobCode, code);
      expect(refusal(reply)).toEqual([401, expiredOobCodeError, 'oob_code is expired']);
      expect(active(bench)).toEqual([false]);
    }
  });
});

describe('facts that a client meets', () => {
  it('§1.1 A: without the trailing slash it is another API, which enrolls nobody', async () => {
    await using bench = await Bench.open();
    await bench.confirmSms();
    const audience = bench.emulator.audience.slice(0, -1);
    const login = await bench.passwordGrant({ audience });
    const reply = await bench.post('/mfa/associate', TOTP, string(login, 'access_token'));
    expect([reply.status, reply.body['error']]).toEqual([401, 'invalid_grant']);
    expect(kinds(bench)).toEqual(['sms']);
  });

  it('§1.3 C: a token that ran out is told so, renewed by refresh, and the call repeated', async () => {
    await using bench = await Bench.open();
    const scope = 'openid enroll offline_access';
    const login = await bench.passwordGrant({ scope });
    bench.emulator.clock.advance(600_000);
    const late = await bench.post('/mfa/associate', TOTP, string(login, 'access_token'));
    const words = 'The mfa_token provided is invalid. Try getting a new token.';
    expect(refusal(late)).toEqual([401, 'invalid_grant', words]);
    const grant = { grant_type: 'refresh_token', refresh_token: string(login, 'refresh_token') };
    const renewed = string(await bench.token(grant), 'access_token');
    expect((await bench.post('/mfa/associate', TOTP, renewed)).status).toBe(200);
    expect(kinds(bench)).toEqual(['totp']);
  });

  it('§0 A/B: an mfa_token confirms what was enrolled with it', async () => {
    await using bench = await Bench.open({ settings: { mfaPolicies: ['all-applications'] } });
    const login = await bench.passwordGrant();
    const mfaToken = string(login, 'mfa_token');
    const { oobCode, code } = await bench.associateSms(mfaToken);
    expect((await bench.confirm(mfaToken, oobCode, code)).status).toBe(200);
    expect(active(bench)).toEqual([true]);
  });

  it('§6 C: with the user the authenticators go', async () => {
    await using bench = await Bench.open({ control: true });
    const access = await bench.confirmSms();
    const { userId, email, password } = bench;
    const path = `/_emulator/users/${encodeURIComponent(userId)}`;
    expect((await bench.send(path, { method: 'DELETE' })).status).toBe(204);
    expect((await bench.get('/mfa/authenticators', access)).status).toBe(401);
    bench.emulator.addUser({ userId, email, password });
    expect(bench.emulator.authenticators(userId)).toEqual([]);
    expect((await bench.passwordGrant()).status).toBe(200);
  });
});
