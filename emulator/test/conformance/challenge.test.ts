import { describe, expect, it } from '@jest/globals';
import { Bench, CLIENT, PHONE, refusal, SMS, string, TOTP } from '../bench.ts';
import {
  challenge,
  confirmOtp,
  confirmPush,
  confirmSent,
  EMAIL,
  form,
  idOf,
  VOICE,
} from './factors.ts';

const UNSUPPORTED = [400, 'unsupported_challenge_type'];

/** A user with SMS, then OTP; `code` of the OTP. */
async function withSmsAndOtp(bench: Bench) {
  const access = string(await confirmSent(bench, await bench.accessToken(), SMS), 'access_token');
  return confirmOtp(bench, access);
}

describe('§3.1 POST /mfa/challenge', () => {
  it('§3.1 A: JSON and form, with client authentication in either', async () => {
    await using bench = await Bench.open();
    await confirmSent(bench, await bench.accessToken(), SMS);
    const fields = { ...CLIENT, mfa_token: await bench.mfaToken(), challenge_type: 'oob' };
    expect((await bench.post('/mfa/challenge', fields)).status).toBe(200);
    expect((await form(bench, '/mfa/challenge', fields)).status).toBe(200);
  });

  it('§3.1 A: a client that is not authenticated challenges nobody', async () => {
    await using bench = await Bench.open();
    await confirmSent(bench, await bench.accessToken(), SMS);
    const mfaToken = await bench.mfaToken();
    const sent = bench.emulator.inbox.messages().length;
    const refused = await challenge(bench, mfaToken, { client_secret: 'guess' });
    expect([refused.status, refused.body['error']]).toEqual([401, 'access_denied']);
    expect(bench.emulator.inbox.messages()).toHaveLength(sent);
  });

  it('§3.1 A: mfa_token is a field of the body', async () => {
    await using bench = await Bench.open();
    await confirmSent(bench, await bench.accessToken(), SMS);
    const refused = await bench.post('/mfa/challenge', CLIENT, await bench.mfaToken());
    expect(refusal(refused)).toEqual([
      ...[400, 'invalid_request', 'Missing required parameter: mfa_token'],
    ]);
  });

  it('§3.1 B: OTP answers its type and nothing else, and sends nothing', async () => {
    await using bench = await Bench.open();
    await withSmsAndOtp(bench);
    const mfaToken = await bench.mfaToken();
    const sent = bench.emulator.inbox.messages().length;
    const reply = await challenge(bench, mfaToken, { challenge_type: 'otp' });
    expect([reply.status, reply.body]).toEqual([200, { challenge_type: 'otp' }]);
    expect(bench.emulator.inbox.messages()).toHaveLength(sent);
  });

  it('§3.1 B: SMS, voice and e-mail bind by prompt, push does not', async () => {
    await using bench = await Bench.open({
      settings: { messageTypes: ['sms', 'voice'], requestsPerSecond: 'off' },
    });
    let access = await bench.accessToken();
    for (const body of [SMS, EMAIL]) {
      access = string(await confirmSent(bench, access, body), 'access_token');
    }
    await confirmPush(bench, access);
    const mfaToken = await bench.mfaToken();
    const bound = { challenge_type: 'oob', binding_method: 'prompt' };
    for (const kind of ['sms', 'voice', 'email', 'push']) {
      const reply = await challenge(bench, mfaToken, { authenticator_id: idOf(bench, kind) });
      const oobCode = string(reply, 'oob_code');
      expect(oobCode).toMatch(/^Fe26\.2\*/);
      const shape = kind === 'push' ? { challenge_type: 'oob' } : bound;
      expect([reply.status, reply.body]).toEqual([200, { ...shape, oob_code: oobCode }]);
      expect(bench.emulator.inbox.messages().at(-1)?.channel).toBe(kind);
    }
  });

  it.each([
    ['omitted', {}, 'oob'],
    ['both', { challenge_type: 'otp oob' }, 'oob'],
    ['otp', { challenge_type: 'otp' }, 'otp'],
    ['one that is not known and one that is', { challenge_type: 'pigeon  otp' }, 'otp'],
  ])('§3.1 A: challenge_type %s', async (_name, more, expected) => {
    await using bench = await Bench.open();
    await withSmsAndOtp(bench);
    const reply = await challenge(bench, await bench.mfaToken(), more);
    expect([reply.status, reply.body['challenge_type']]).toEqual([200, expected]);
  });

  it('§3.1 A: authenticator_id and oob_channel say which', async () => {
    await using bench = await Bench.open({ settings: { messageTypes: ['sms', 'voice'] } });
    await withSmsAndOtp(bench);
    const mfaToken = await bench.mfaToken();
    const otp = await challenge(bench, mfaToken, { authenticator_id: idOf(bench, 'totp') });
    expect(otp.body).toEqual({ challenge_type: 'otp' });
    await challenge(bench, mfaToken, { challenge_type: 'oob', oob_channel: 'voice' });
    expect(bench.emulator.inbox.messages(PHONE).at(-1)?.channel).toBe('voice');
  });

  it('§3.1 A: OTP needs no challenge', async () => {
    await using bench = await Bench.open();
    const { code } = await withSmsAndOtp(bench);
    bench.emulator.clock.advance(30_000);
    expect((await bench.confirmOtp(await bench.mfaToken(), code())).status).toBe(200);
  });

  it('§3.1 A: a code from a challenge logs in, by voice and by e-mail as by SMS', async () => {
    await using bench = await Bench.open({
      settings: { messageTypes: ['sms', 'voice'], requestsPerSecond: 'off' },
    });
    const access = string(
      await confirmSent(bench, await bench.accessToken(), VOICE),
      'access_token',
    );
    await confirmSent(bench, access, EMAIL);
    for (const kind of ['voice', 'email', 'sms']) {
      const mfaToken = await bench.mfaToken();
      const reply = await challenge(bench, mfaToken, { authenticator_id: idOf(bench, kind) });
      const done = await bench.confirm(mfaToken, string(reply, 'oob_code'), bench.lastCode());
      expect(done.status).toBe(200);
    }
  });

  it('§3.1 C: association_required in its own words; D: 403, or 400 where switched', async () => {
    for (const associationRequiredStatus of [403, 400] as const) {
      await using bench = await Bench.open({ settings: { associationRequiredStatus } });
      const access = string(
        await confirmSent(bench, await bench.accessToken(), SMS),
        'access_token',
      );
      const mfaToken = await bench.mfaToken();
      await bench.remove(idOf(bench, 'sms'), access);
      await bench.post('/mfa/associate', SMS, access);
      const sent = bench.emulator.inbox.messages().length;
      const refused = await challenge(bench, mfaToken);
      expect(refusal(refused)).toEqual([
        associationRequiredStatus,
        'association_required',
        'User does not have any confirmed authenticator associated. You can associate a new authenticator calling /mfa/associate endpoint. If you have one authenticator ready for confirmation, you can confirm it just using it in /oauth/token',
      ]);
      expect(bench.emulator.inbox.messages()).toHaveLength(sent);
    }
  });

  it('§4 A: an entry that is not active is not challenged', async () => {
    await using bench = await Bench.open();
    const access = string(await confirmSent(bench, await bench.accessToken(), SMS), 'access_token');
    await bench.post('/mfa/associate', EMAIL, access);
    const mfaToken = await bench.mfaToken();
    const sent = bench.emulator.inbox.messages().length;
    const refused = await challenge(bench, mfaToken, { authenticator_id: idOf(bench, 'email') });
    expect([refused.status, refused.body['error']]).toEqual(UNSUPPORTED);
    expect(bench.emulator.inbox.messages()).toHaveLength(sent);
  });

  it.each([
    ['a type that the user does not have', { challenge_type: 'otp' }],
    ['a type that nobody has', { challenge_type: 'pigeon' }],
    ["an id that is not the user's", { authenticator_id: 'sms|dev_AAAAAAAAAAAAAAAA' }],
    ['a channel that the user does not have', { oob_channel: 'email' }],
  ])('§3.1 A: %s is unsupported, and nothing is sent', async (_name, more) => {
    await using bench = await Bench.open();
    await confirmSent(bench, await bench.accessToken(), SMS);
    const mfaToken = await bench.mfaToken();
    const sent = bench.emulator.inbox.messages().length;
    const refused = await challenge(bench, mfaToken, more);
    expect([refused.status, refused.body['error']]).toEqual(UNSUPPORTED);
    expect(bench.emulator.inbox.messages()).toHaveLength(sent);
  });

  it('§3.1 B: garbage is malformed, an old mfa_token is expired, and nothing is sent', async () => {
    await using bench = await Bench.open();
    await confirmSent(bench, await bench.accessToken(), SMS);
    const mfaToken = await bench.mfaToken();
    const sent = bench.emulator.inbox.messages().length;
    const garbage = await challenge(bench, 'nonsense');
    expect(refusal(garbage)).toEqual([403, 'invalid_grant', 'Malformed mfa_token']);
    bench.emulator.clock.advance(600_000);
    const late = await challenge(bench, mfaToken);
    expect(refusal(late)).toEqual([401, 'expired_token', 'mfa_token is expired']);
    expect(bench.emulator.inbox.messages()).toHaveLength(sent);
  });

  it('§3.1 C: an mfa_token is good for the client that got it, and for no other', async () => {
    await using bench = await Bench.open();
    bench.emulator.addClient({ clientId: 'other', redirectUris: [] });
    await confirmSent(bench, await bench.accessToken(), SMS);
    const mfaToken = await bench.mfaToken();
    const sent = bench.emulator.inbox.messages().length;
    const other = { client_id: 'other', client_secret: '' };
    const refused = await challenge(bench, mfaToken, other);
    expect(refusal(refused)).toEqual([
      ...[400, 'invalid_request', 'mfa_token not issued to this client'],
    ]);
    expect(bench.emulator.inbox.messages()).toHaveLength(sent);
  });

  it('§3.1 X: the spent SMS quota is told as it is on associate', async () => {
    await using bench = await Bench.open({ settings: { requestsPerSecond: 'off' } });
    await confirmSent(bench, await bench.accessToken(), SMS);
    const mfaToken = await bench.mfaToken();
    for (let sent = 1; sent < 10; sent += 1) await challenge(bench, mfaToken);
    const refused = await challenge(bench, mfaToken);
    expect(refusal(refused)).toEqual([
      ...[429, 'invalid_request'],
      'Too many SMS sent by the user. Wait for some minutes before retrying.',
    ]);
    expect(bench.emulator.inbox.messages()).toHaveLength(10);
  });

  it('§3.1 A: an OTP that is only pending does not count as confirmed', async () => {
    await using bench = await Bench.open();
    const access = string(await confirmSent(bench, await bench.accessToken(), SMS), 'access_token');
    await bench.post('/mfa/associate', TOTP, access);
    const refused = await challenge(bench, await bench.mfaToken(), { challenge_type: 'otp' });
    expect([refused.status, refused.body['error']]).toEqual(UNSUPPORTED);
  });
});
