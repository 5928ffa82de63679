import { describe, expect, it } from '@jest/globals';
import { Bench, CLIENT, OOB, otherThan, refusal, SMS, string } from './bench.ts';

const TOO_MANY_TEXTS = 'Too many SMS sent by the user. Wait for some minutes before retrying.';
const TOO_MANY_CODES = 'Too many failed codes. Wait for some minutes before retrying.';

describe('§5 limits', () => {
  it('§5 A: ten texts, then refused without a text, and one back after an hour', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    for (let sent = 0; sent < 10; sent += 1) await bench.associateSms(access);
    const refused = await bench.post('/mfa/associate', SMS, access);
    expect(refusal(refused)).toEqual([429, 'invalid_request', TOO_MANY_TEXTS]);
    expect(bench.emulator.inbox.messages()).toHaveLength(10);
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(10);
    bench.emulator.clock.advance(3_600_000);
    const later = await bench.accessToken();
    expect((await bench.post('/mfa/associate', SMS, later)).status).toBe(200);
    expect((await bench.post('/mfa/associate', SMS, later)).status).toBe(429);
  });

  it('§5 A: ten wrong codes, then even the right one is refused, one back in 6 min', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const first = await bench.associateSms(access);
    for (let tried = 0; tried < 10; tried += 1) {
      const reply = await bench.confirm(access, first.oobCode, otherThan(first.code));
      expect(reply.body['error_description']).toBe('Invalid binding_code.');
    }
    const refused = await bench.confirm(access, first.oobCode, first.code);
    expect(refusal(refused)).toEqual([429, 'invalid_request', TOO_MANY_CODES]);
    expect(bench.emulator.authenticators(bench.userId)[0]?.active).toBe(false);
    bench.emulator.clock.advance(360_000);
    const { oobCode, code } = await bench.associateSms(access);
    expect((await bench.confirm(access, oobCode, code)).status).toBe(200);
  });

  it('§5 A: twelve mfa-oob exchanges a minute and session', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    const exchange = async () => (await bench.confirm(access, 'nonsense', '000000')).status;
    for (let tried = 0; tried < 12; tried += 1) expect(await exchange()).toBe(403);
    expect(await exchange()).toBe(429);
    bench.emulator.clock.advance(5_000);
    expect(await exchange()).toBe(403);
  });

  it('§5 A: x-ratelimit headers on API replies, and 429 when the second is spent', async () => {
    await using bench = await Bench.open({ settings: { requestsPerSecond: 2 } });
    const limits = ({ headers }: { headers: Headers }) =>
      ['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}`));
    const seconds = Math.ceil(bench.emulator.clock.now() / 1000);
    expect(limits(await bench.get('/mfa/authenticators'))).toEqual(['2', '1', `${seconds + 1}`]);
    await bench.get('/mfa/authenticators');
    const refused = await bench.get('/mfa/authenticators');
    expect([refused.status, refused.body['error']]).toEqual([429, 'too_many_requests']);
    expect(limits(refused)).toEqual(['2', '0', `${seconds + 1}`]);
    bench.emulator.clock.advance(500);
    expect((await bench.get('/mfa/authenticators')).status).toBe(401);
  });
});

describe('§4 listing and deleting', () => {
  it('§4 B: the recorded shape, with the number masked', async () => {
    await using bench = await Bench.open();
    const list = await bench.get('/mfa/authenticators', await bench.confirmSms());
    expect(JSON.parse(list.text)).toEqual([
      {
        id: expect.stringMatching(/^sms\|dev_[A-Za-z0-9]{16}$/),
        ...{ authenticator_type: 'oob', active: true, oob_channel: 'sms', name: 'XXXXXXXX4567' },
      },
    ]);
  });

  it('§4 A: 204 and empty, 404 for an unknown id, 401 for a bad token', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    await bench.associateSms(access);
    const id = bench.emulator.authenticators(bench.userId)[0]?.id ?? '';
    expect((await bench.remove(id, 'nonsense')).status).toBe(401);
    const done = await bench.remove(id, access);
    expect([done.status, done.text]).toEqual([204, '']);
    expect((await bench.remove(id, access)).status).toBe(404);
  });

  it('§2 D: each scope is needed for its call, and for nothing else', async () => {
    await using bench = await Bench.open();
    const enroll = await bench.accessToken('openid enroll');
    const list = await bench.accessToken('openid read:authenticators');
    await bench.associateSms(enroll);
    const id = bench.emulator.authenticators(bench.userId)[0]?.id ?? '';
    const refused = [
      await bench.post('/mfa/associate', SMS, list),
      await bench.get('/mfa/authenticators', enroll),
      await bench.remove(id, enroll),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(1);
  });
});

describe('§1.2, §3.2 and §6 POST /oauth/token', () => {
  it('§1.2 A: mfa_requirements only where switched on; B: a wrong password', async () => {
    await using plain = await Bench.open();
    await plain.confirmSms();
    const refused = await plain.passwordGrant();
    expect(Object.keys(refused.body)).toEqual(['error', 'error_description', 'mfa_token']);
    expect([refused.status, refused.body['error']]).toEqual([403, 'mfa_required']);
    await using early = await Bench.open({ settings: { mfaRequirements: true } });
    await early.confirmSms();
    const { body } = await early.passwordGrant();
    expect(body['mfa_requirements']).toEqual({ challenge: [{ type: 'phone' }] });
    const wrong = await early.passwordGrant({ password: 'guess' });
    expect(refusal(wrong)).toEqual([403, 'invalid_grant', 'Wrong email or password.']);
  });

  it('§6 A: the client by body, Basic or none; JSON and form; never WWW-Authenticate', async () => {
    await using bench = await Bench.open();
    bench.emulator.addClient({ clientId: 'public', redirectUris: [] });
    const grant = { grant_type: OOB, mfa_token: 'x', oob_code: 'x', binding_code: '000000' };
    const pair = `${CLIENT.client_id}:${CLIENT.client_secret}`;
    const basic = `Basic ${Buffer.from(pair).toString('base64')}`;
    const form = (fields: Record<string, string>, authorization = '') =>
      bench.send('/oauth/token', {
        method: 'POST',
        headers: authorization === '' ? {} : { authorization },
        body: new URLSearchParams({ ...grant, ...fields }),
      });
    const known = [
      await form(CLIENT),
      await form({}, basic),
      await form({ client_id: 'public' }),
      await bench.post('/oauth/token', { ...grant, ...CLIENT }),
    ];
    for (const reply of known) expect(reply.body['error_description']).toBe('Malformed mfa_token');
    const bad = await form({ ...CLIENT, client_secret: 'guess' });
    expect([bad.status, bad.body['error']]).toEqual([401, 'access_denied']);
    expect((await form({}, 'Basic %%%')).body['error']).toBe('access_denied');
    expect(bad.headers.get('www-authenticate')).toBeNull();
    expect(bad.headers.get('content-type')).toBe('application/json');
    const mfa = await bench.get('/mfa/authenticators', 'nonsense');
    expect(mfa.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(string(bad, 'error')).toBe('access_denied');
  });
});
