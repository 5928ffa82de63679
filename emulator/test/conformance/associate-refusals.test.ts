import { describe, expect, it } from '@jest/globals';
import { Bench, refusal, SMS, string, TOTP } from '../bench.ts';
import {
  confirmSent,
  EMAIL,
  INVALID_TOKEN,
  kinds,
  PUSH,
  TOO_MANY_REQUESTS,
  VOICE,
} from './factors.ts';

const VOICE_ON = { settings: { messageTypes: ['sms', 'voice'] as const } };

const ALREADY = [403, 'access_denied', 'User is already enrolled.'];

describe('§2 refusals', () => {
  it.each([
    ['sms', SMS],
    ['voice', VOICE],
    ['email', EMAIL],
    ['push', PUSH],
    ['otp', TOTP],
  ])('§2 B: an mfa_token enrolls no %s where a factor is active', async (_name, body) => {
    await using bench = await Bench.open(VOICE_ON);
    await confirmSent(bench, await bench.accessToken(), SMS);
    const mfaToken = await bench.mfaToken();
    const sent = bench.emulator.inbox.messages().length;
    expect(refusal(await bench.post('/mfa/associate', body, mfaToken))).toEqual(ALREADY);
    expect(kinds(bench)).toEqual(['sms', 'voice']);
    expect(bench.emulator.inbox.messages()).toHaveLength(sent);
  });

  it('§1.3 D: a token from before the first factor enrolls a second one, unless switched off', async () => {
    for (const earlyTokenEnrolls of [true, false]) {
      await using bench = await Bench.open({ settings: { earlyTokenEnrolls } });
      const early = await bench.accessToken();
      const proven = string(await confirmSent(bench, early, SMS), 'access_token');
      const reply = await bench.post('/mfa/associate', TOTP, early);
      if (earlyTokenEnrolls) expect(reply.status).toBe(200);
      else expect(refusal(reply)).toEqual(ALREADY);
      expect((await bench.post('/mfa/associate', TOTP, proven)).status).toBe(200);
    }
  });

  it('§2 B: an unknown, an expired and a token for another API are invalid alike', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const other = await bench.passwordGrant({ audience: 'https://api.example.com/' });
    bench.emulator.clock.advance(600_000);
    for (const token of ['', 'nonsense', 'ey.ey.ey', access, string(other, 'access_token')]) {
      const refused = await bench.post('/mfa/associate', SMS, token);
      expect(refusal(refused)).toEqual([401, 'invalid_grant', INVALID_TOKEN]);
    }
    expect([kinds(bench), bench.emulator.inbox.messages()]).toEqual([[], []]);
  });

  it.each(['5551234567', '+0155512345', '+1555123456789012', '+1 555 123 4567', 'x'])(
    '§2 C: "%s" is no number to text',
    async (phoneNumber) => {
      await using bench = await Bench.open();
      const body = { ...SMS, phone_number: phoneNumber };
      const refused = await bench.post('/mfa/associate', body, await bench.accessToken());
      expect(refusal(refused)).toEqual([400, 'invalid_request', 'The phone number is invalid.']);
      expect([kinds(bench), bench.emulator.inbox.messages()]).toEqual([[], []]);
    },
  );

  it.each(['nobody', 'a@b', `${'a'.repeat(250)}@b.co`, 'a@b.co\r\nBcc: x@y.zz'])(
    '§2 D: "%s" is no address to write to',
    async (email) => {
      await using bench = await Bench.open();
      const body = { ...EMAIL, email };
      const refused = await bench.post('/mfa/associate', body, await bench.accessToken());
      expect([refused.status, refused.body['error']]).toEqual([400, 'invalid_request']);
      expect([kinds(bench), bench.emulator.inbox.messages()]).toEqual([[], []]);
    },
  );

  it.each([
    ['sms', SMS],
    ['email', EMAIL],
    ['push-notification', PUSH],
    ['otp', TOTP],
  ])('§2 D: with the factor %s off it is not supported', async (factor, body) => {
    const all = ['sms', 'otp', 'email', 'push-notification'] as const;
    const factors = all.filter((name) => name !== factor);
    await using bench = await Bench.open({ settings: { factors } });
    const refused = await bench.post('/mfa/associate', body, await bench.accessToken());
    expect([refused.status, refused.body['error']]).toEqual([400, 'unsupported_challenge_type']);
    expect([kinds(bench), bench.emulator.inbox.messages()]).toEqual([[], []]);
  });

  it('§2 D: voice is refused where phones are only texted', async () => {
    await using bench = await Bench.open();
    const refused = await bench.post('/mfa/associate', VOICE, await bench.accessToken());
    expect([refused.status, refused.body['error']]).toEqual([400, 'unsupported_challenge_type']);
    expect([kinds(bench), bench.emulator.inbox.messages()]).toEqual([[], []]);
  });

  it.each([
    ['no channel', { authenticator_types: ['oob'] }],
    ['an empty list', { authenticator_types: [] }],
    ['no string', { authenticator_types: [{ oob: true }] }],
    ['an empty string', { authenticator_types: '' }],
    ['a number that is no string', { ...SMS, phone_number: 15_551_234_567 }],
  ])('§2 A: %s is a missing parameter', async (_name, body) => {
    await using bench = await Bench.open();
    const refused = await bench.post('/mfa/associate', body, await bench.accessToken());
    expect([refused.status, refused.body['error']]).toEqual([400, 'invalid_request']);
    expect(refused.body['error_description']).toMatch(/^Missing required parameter: /);
    expect([kinds(bench), bench.emulator.inbox.messages()]).toEqual([[], []]);
  });

  it('§2 D: a token without enroll is 403, or 401 where switched', async () => {
    for (const insufficientScopeStatus of [403, 401] as const) {
      await using bench = await Bench.open({ settings: { insufficientScopeStatus } });
      const access = await bench.accessToken('openid read:authenticators');
      const refused = await bench.post('/mfa/associate', SMS, access);
      const { status, body } = refused;
      expect([status, body['error']]).toEqual([insufficientScopeStatus, 'insufficient_scope']);
      expect([kinds(bench), bench.emulator.inbox.messages()]).toEqual([[], []]);
    }
  });

  it('§2 A: beyond the rate limit the documented words, and nothing is enrolled', async () => {
    await using bench = await Bench.open({ settings: { requestsPerSecond: 1 } });
    const access = await bench.accessToken();
    const refused = await bench.post('/mfa/associate', SMS, access);
    expect(refusal(refused)).toEqual([429, 'too_many_requests', TOO_MANY_REQUESTS]);
    expect([kinds(bench), bench.emulator.inbox.messages()]).toEqual([[], []]);
  });
});
