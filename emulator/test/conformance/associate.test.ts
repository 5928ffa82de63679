import { describe, expect, it } from '@jest/globals';
import { Bench, CLIENT, PHONE, refusal, SMS, string, TOTP } from '../bench.ts';
import { EMAIL, form, INVALID_TOKEN, kinds, PUSH, VOICE } from './factors.ts';

const VOICE_ON = { settings: { messageTypes: ['sms', 'voice'] as const } };

describe('§2 the request', () => {
  it('§2 A: voice takes the number that SMS takes, and its code is spoken', async () => {
    await using bench = await Bench.open(VOICE_ON);
    const reply = await bench.post('/mfa/associate', VOICE, await bench.accessToken());
    expect(reply.body).toEqual({
      ...{ authenticator_type: 'oob', binding_method: 'prompt', oob_channel: 'voice' },
      oob_code: string(reply, 'oob_code'),
    });
    expect(bench.emulator.inbox.messages(PHONE)).toEqual([
      expect.objectContaining({ channel: 'voice', code: expect.stringMatching(/^\d{6}$/) }),
    ]);
  });

  it('§2 A: e-mail answers the documented shape and sends six digits to the given address', async () => {
    await using bench = await Bench.open();
    const body = { ...EMAIL, email: 'a@b.co' };
    const reply = await bench.post('/mfa/associate', body, await bench.accessToken());
    expect(reply.body).toEqual({
      ...{ authenticator_type: 'oob', binding_method: 'prompt', oob_channel: 'email' },
      oob_code: string(reply, 'oob_code'),
    });
    expect(bench.emulator.inbox.messages('a@b.co')).toEqual([
      expect.objectContaining({ channel: 'email', code: expect.stringMatching(/^\d{6}$/) }),
    ]);
  });

  it("§2 B: e-mail without an address goes to the user's own", async () => {
    await using bench = await Bench.open();
    await bench.post('/mfa/associate', EMAIL, await bench.accessToken());
    expect(bench.emulator.inbox.messages().map(({ to }) => to)).toEqual([bench.email]);
  });

  it('§2 A: the token is the bearer, not a field of the body', async () => {
    await using bench = await Bench.open();
    const body = { ...SMS, mfa_token: await bench.accessToken() };
    const refused = await bench.post('/mfa/associate', body);
    expect(refusal(refused)).toEqual([401, 'invalid_grant', INVALID_TOKEN]);
    expect([kinds(bench), bench.emulator.inbox.messages()]).toEqual([[], []]);
  });

  it('§2 A: the field is authenticator_types, whatever the tables of the guides say', async () => {
    await using bench = await Bench.open();
    const body = { authentication_types: ['otp'] };
    const refused = await bench.post('/mfa/associate', body, await bench.accessToken());
    expect(refusal(refused)).toEqual([
      ...[400, 'invalid_request', 'Missing required parameter: authenticator_types'],
    ]);
    expect(kinds(bench)).toEqual([]);
  });

  it('§2 X: client_id and client_secret may be in the body, and may not', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    expect((await bench.post('/mfa/associate', { ...TOTP, ...CLIENT }, access)).status).toBe(200);
    expect((await bench.post('/mfa/associate', TOTP, access)).status).toBe(200);
  });

  it.each([
    ['a bare string', { authenticator_types: 'oob', oob_channels: 'sms' }],
    ['brackets', { 'authenticator_types[]': 'oob', 'oob_channels[]': 'sms' }],
    ['an index', { 'authenticator_types[0]': 'oob', 'oob_channels[0]': 'sms' }],
  ])('§2 D: a form with %s is taken as JSON is', async (_name, fields) => {
    await using bench = await Bench.open();
    const authorization = `Bearer ${await bench.accessToken()}`;
    const body = { ...fields, phone_number: PHONE };
    expect((await form(bench, '/mfa/associate', body, { authorization })).status).toBe(200);
    expect(bench.emulator.inbox.messages(PHONE)).toHaveLength(1);
  });

  it('§2 D: of several channels the first counts', async () => {
    await using bench = await Bench.open(VOICE_ON);
    const body = { ...SMS, oob_channels: ['voice', 'sms'] };
    const reply = await bench.post('/mfa/associate', body, await bench.accessToken());
    expect(string(reply, 'oob_channel')).toBe('voice');
    expect(bench.emulator.inbox.messages().map(({ channel }) => channel)).toEqual(['voice']);
  });

  it('§2 D: a recovery code is not enrolled on its own', async () => {
    await using bench = await Bench.open({ settings: { recoveryCodes: true } });
    const body = { authenticator_types: ['recovery-code'] };
    const refused = await bench.post('/mfa/associate', body, await bench.accessToken());
    expect([refused.status, refused.body['error']]).toEqual([400, 'unsupported_challenge_type']);
    expect(kinds(bench)).toEqual([]);
  });
});

describe('§2 the reply', () => {
  it('§2 B: push has a barcode and no binding_method, and nothing is sent yet', async () => {
    await using bench = await Bench.open();
    const reply = await bench.post('/mfa/associate', PUSH, await bench.accessToken());
    expect(reply.body).toEqual({
      ...{ authenticator_type: 'oob', oob_channel: 'auth0' },
      barcode_uri: string(reply, 'barcode_uri'),
      oob_code: expect.stringMatching(/^Fe26\.2\*/),
    });
    const uri = new URL(string(reply, 'barcode_uri'));
    expect([uri.protocol, uri.host]).toEqual(['otpauth:', 'totp']);
    expect(uri.pathname).toContain(encodeURIComponent(bench.email));
    expect([...uri.searchParams.keys()]).toEqual(['enrollment_tx_id', 'base_url']);
    expect(uri.searchParams.get('enrollment_tx_id')).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(bench.emulator.inbox.messages()).toEqual([]);
  });

  it('§2 B: the label of a barcode is the friendly name and the e-mail, both encoded', async () => {
    await using bench = await Bench.open({ settings: { friendlyName: 'My Test Tenant' } });
    const reply = await bench.post('/mfa/associate', TOTP, await bench.accessToken());
    const { email } = bench;
    const secret = string(reply, 'secret');
    expect(string(reply, 'barcode_uri')).toBe(
      `otpauth://totp/My%20Test%20Tenant:${encodeURIComponent(email)}?secret=${secret}&issuer=My%20Test%20Tenant&algorithm=SHA1&digits=6&period=30`,
    );
  });

  it('§2 B: no reply has an id', async () => {
    await using bench = await Bench.open(VOICE_ON);
    const access = await bench.accessToken();
    for (const body of [SMS, VOICE, EMAIL, PUSH, TOTP]) {
      const reply = await bench.post('/mfa/associate', body, access);
      expect([reply.status, 'id' in reply.body]).toEqual([200, false]);
    }
  });

  it('§2 B: recovery_codes come with the first associate ever, though it is never confirmed', async () => {
    await using bench = await Bench.open({ settings: { recoveryCodes: true } });
    const access = await bench.accessToken();
    const replies = [];
    for (const body of [SMS, PUSH, TOTP]) {
      replies.push(await bench.post('/mfa/associate', body, access));
    }
    expect(replies.map(({ body }) => 'recovery_codes' in body)).toEqual([true, false, false]);
    expect(Object.keys(replies[0]?.body ?? {})).toEqual([
      ...['authenticator_type', 'binding_method', 'recovery_codes', 'oob_channel', 'oob_code'],
    ]);
  });

  it('§2 C: associating again is no way to see the recovery code again', async () => {
    await using bench = await Bench.open({ settings: { recoveryCodes: true } });
    const access = await bench.accessToken();
    await bench.post('/mfa/associate', SMS, access);
    for (const { id } of bench.emulator.authenticators(bench.userId))
      await bench.remove(id, access);
    const again = await bench.post('/mfa/associate', SMS, access);
    expect([again.status, 'recovery_codes' in again.body]).toEqual([200, false]);
  });

  it('§2 A: without the factor there is never a recovery code', async () => {
    await using bench = await Bench.open();
    const reply = await bench.post('/mfa/associate', PUSH, await bench.accessToken());
    expect(reply.body).not.toHaveProperty('recovery_codes');
    expect(kinds(bench)).not.toContain('recovery-code');
  });

  it('§2 B: not idempotent for any factor', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    for (const body of [TOTP, TOTP, SMS]) await bench.post('/mfa/associate', body, access);
    const entries = bench.emulator.authenticators(bench.userId);
    expect(entries.map(({ kind, active }) => [kind, active])).toEqual([
      ...[
        ['totp', false],
        ['totp', false],
        ['sms', false],
      ],
    ]);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(3);
  });

  it('§2 C: at the cap nothing is sent, and a deleted entry makes room again', async () => {
    await using bench = await Bench.open({ settings: { requestsPerSecond: 'off' } });
    const access = await bench.accessToken();
    for (let made = 0; made < 51; made += 1) await bench.post('/mfa/associate', TOTP, access);
    const refused = await bench.post('/mfa/associate', SMS, access);
    expect([refused.status, refused.body['error']]).toEqual([400, 'invalid_request']);
    expect(bench.emulator.inbox.messages()).toEqual([]);
    await bench.remove(bench.emulator.authenticators(bench.userId)[0]?.id ?? '', access);
    expect((await bench.post('/mfa/associate', SMS, access)).status).toBe(200);
  });
});
