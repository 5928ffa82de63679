import { describe, expect, it } from '@jest/globals';
import { Bench, CLIENT, OOB, otherThan, refusal, SMS, string, TOTP } from '../bench.ts';
import {
  challenge,
  confirmOtp,
  confirmPush,
  confirmSent,
  EMAIL,
  idOf,
  kinds,
  RECOVERY,
  TOO_MANY_CODES,
  TOO_MANY_TEXTS,
  VOICE,
} from './factors.ts';

const UNLIMITED = { requestsPerSecond: 'off' } as const;
const HOUR_MS = 3_600_000;

function limits({ headers }: { headers: Headers }): (string | null)[] {
  return ['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}`));
}

describe("§5 a user's quotas", () => {
  it('§5 A: SMS and voice together: ten, and one more each hour', async () => {
    const settings = { ...UNLIMITED, messageTypes: ['sms', 'voice'] } as const;
    await using bench = await Bench.open({ settings });
    const access = await bench.accessToken();
    for (let sent = 0; sent < 5; sent += 1) {
      await bench.post('/mfa/associate', SMS, access);
      await bench.post('/mfa/associate', VOICE, access);
    }
    for (const body of [SMS, VOICE]) {
      const refused = await bench.post('/mfa/associate', body, access);
      expect(refusal(refused)).toEqual([429, 'invalid_request', TOO_MANY_TEXTS]);
    }
    expect(bench.emulator.inbox.messages()).toHaveLength(10);
    bench.emulator.clock.advance(HOUR_MS - 1);
    const early = await bench.post('/mfa/associate', VOICE, await bench.accessToken());
    expect(early.status).toBe(429);
    bench.emulator.clock.advance(1);
    const later = await bench.accessToken();
    expect((await bench.post('/mfa/associate', VOICE, later)).status).toBe(200);
    expect((await bench.post('/mfa/associate', SMS, later)).status).toBe(429);
  });

  it("§5 A: one user's texts are not another's", async () => {
    await using bench = await Bench.open({ settings: UNLIMITED });
    const access = await bench.accessToken();
    for (let sent = 0; sent < 11; sent += 1) await bench.post('/mfa/associate', SMS, access);
    const other = { username: 'eve@example.com', password: 'secret' };
    bench.emulator.addUser({ email: other.username, password: other.password });
    const theirs = string(await bench.passwordGrant(other), 'access_token');
    expect((await bench.post('/mfa/associate', SMS, theirs)).status).toBe(200);
  });

  it('§5 A: e-mails: twenty, and one more each minute; nothing is enrolled without', async () => {
    await using bench = await Bench.open({ settings: UNLIMITED });
    const access = await bench.accessToken();
    for (let sent = 0; sent < 20; sent += 1) await bench.post('/mfa/associate', EMAIL, access);
    expect((await bench.post('/mfa/associate', EMAIL, access)).status).toBe(429);
    expect([kinds(bench).length, bench.emulator.inbox.messages().length]).toEqual([20, 20]);
    bench.emulator.clock.advance(60_000);
    expect((await bench.post('/mfa/associate', EMAIL, access)).status).toBe(200);
    expect((await bench.post('/mfa/associate', EMAIL, access)).status).toBe(429);
  });

  it('§5 A: pushes: five, and five more each minute', async () => {
    await using bench = await Bench.open({ settings: UNLIMITED });
    await confirmPush(bench, await bench.accessToken());
    const mfaToken = await bench.mfaToken();
    const push = async () =>
      (await challenge(bench, mfaToken, { authenticator_id: idOf(bench, 'push') })).status;
    for (let sent = 0; sent < 5; sent += 1) expect(await push()).toBe(200);
    expect(await push()).toBe(429);
    expect(bench.emulator.pushes.pending()).toHaveLength(5);
    bench.emulator.clock.advance(12_000);
    expect([await push(), await push()]).toEqual([200, 429]);
  });

  it('§5 A: wrong codes of SMS, e-mail and OTP share one bucket; success gives nothing back', async () => {
    await using bench = await Bench.open({ settings: UNLIMITED });
    const first = await bench.accessToken();
    const access = string(await confirmSent(bench, first, SMS), 'access_token');
    const { code } = await confirmOtp(bench, access);
    const sms = await bench.associateSms(access);
    const mail = await bench.post('/mfa/associate', EMAIL, access);
    const mailCode = bench.lastCode();
    for (let tried = 0; tried < 3; tried += 1) {
      await bench.confirm(access, sms.oobCode, otherThan(sms.code));
      await bench.confirm(access, string(mail, 'oob_code'), otherThan(mailCode));
      await bench.confirmOtp(access, otherThan(code()));
    }
    bench.emulator.clock.advance(30_000);
    expect((await bench.confirmOtp(access, code())).status).toBe(200);
    await bench.confirmOtp(access, otherThan(code()));
    for (const refused of [
      await bench.confirm(access, sms.oobCode, sms.code),
      await bench.confirm(access, string(mail, 'oob_code'), mailCode),
      await bench.confirmOtp(access, code(30_000)),
    ]) {
      expect(refusal(refused)).toEqual([429, 'invalid_request', TOO_MANY_CODES]);
    }
    bench.emulator.clock.advance(6 * 60_000 - 30_000 - 1);
    const before = await bench.confirmOtp(await bench.mfaToken(), code());
    expect(before.status).toBe(429);
    bench.emulator.clock.advance(30_001);
    expect((await bench.confirmOtp(await bench.mfaToken(), code())).status).toBe(200);
  });

  it('§5 A: ten wrong recovery codes, apart from the other wrong codes', async () => {
    await using bench = await Bench.open({ settings: { ...UNLIMITED, recoveryCodes: true } });
    const access = await bench.accessToken();
    const associated = await bench.post('/mfa/associate', SMS, access);
    const [code] = associated.body['recovery_codes'] as string[];
    await bench.confirm(access, string(associated, 'oob_code'), bench.lastCode());
    const mfaToken = await bench.mfaToken();
    const recover = (recovery_code: string | undefined) =>
      bench.token({ grant_type: RECOVERY, mfa_token: mfaToken, recovery_code });
    for (let tried = 0; tried < 10; tried += 1) {
      expect((await recover('A'.repeat(24))).status).toBe(403);
    }
    const refused = await recover(code);
    expect(refusal(refused)).toEqual([429, 'invalid_request', TOO_MANY_CODES]);
    const sent = await challenge(bench, mfaToken);
    const done = await bench.confirm(mfaToken, string(sent, 'oob_code'), bench.lastCode());
    expect(done.status).toBe(200);
    bench.emulator.clock.advance(6 * 60_000);
    expect((await recover(code)).status).toBe(200);
  });

  it('§5 X: the two "Too many" replies have the code of an app, or that of the SDKs', async () => {
    for (const quotaError of ['invalid_request', 'too_many_attempts'] as const) {
      await using bench = await Bench.open({ settings: { ...UNLIMITED, quotaError } });
      const access = await bench.accessToken();
      const { oobCode, code } = await bench.associateSms(access);
      for (let wrong = 0; wrong < 10; wrong += 1) {
        await bench.confirm(access, oobCode, otherThan(code));
      }
      expect(refusal(await bench.confirm(access, oobCode, code))).toEqual([
        ...[429, quotaError, TOO_MANY_CODES],
      ]);
      for (let sent = 1; sent < 10; sent += 1) await bench.post('/mfa/associate', SMS, access);
      expect(refusal(await bench.post('/mfa/associate', SMS, access))).toEqual([
        ...[429, quotaError, TOO_MANY_TEXTS],
      ]);
    }
  });

  it('§5 A: twelve exchanges a session, and another session has its own', async () => {
    await using bench = await Bench.open({ settings: UNLIMITED });
    const [one, two] = [await bench.accessToken(), await bench.accessToken('openid enroll')];
    const exchange = async (mfaToken: string) => {
      const fields = { grant_type: OOB, mfa_token: mfaToken, oob_code: 'x', binding_code: 'x' };
      return (await bench.token(fields)).status;
    };
    for (let tried = 0; tried < 12; tried += 1) expect(await exchange(one)).toBe(403);
    expect([await exchange(one), await exchange(two)]).toEqual([429, 403]);
    bench.emulator.clock.advance(60_000);
    for (let tried = 0; tried < 12; tried += 1) expect(await exchange(one)).toBe(403);
    expect(await exchange(one)).toBe(429);
  });

  it('§1.5 A: each step of an OTP once, whichever token it is sent with', async () => {
    await using bench = await Bench.open();
    const first = await bench.accessToken();
    const access = string(await confirmSent(bench, first, SMS), 'access_token');
    const { code } = await confirmOtp(bench, access);
    const again = await bench.confirmOtp(await bench.mfaToken(), code());
    expect(refusal(again)).toEqual([403, 'invalid_grant', 'Invalid otp_code.']);
    expect((await bench.confirmOtp(await bench.mfaToken(), code(-30_000))).status).toBe(200);
    expect((await bench.confirmOtp(await bench.mfaToken(), code(30_000))).status).toBe(403);
  });
});

describe("§5 the tenant's limits", () => {
  it.each([
    ['free', '30'],
    ['essentials', '25'],
    ['professional', '25'],
    ['enterprise', '100'],
    ['enterprise-non-production', '100'],
  ] as const)('§5 A: %s lets %s through at once', async (plan, burst) => {
    await using bench = await Bench.open({ settings: { plan } });
    const reply = await bench.token({});
    const seconds = Math.ceil((bench.emulator.clock.now() + 1) / 1_000);
    expect([reply.status, limits(reply)]).toEqual([
      ...[400, [burst, String(Number(burst) - 1), String(seconds)]],
    ]);
  });

  it('§5 A: free has 300 a minute, filled again by the second, besides 30 tokens a second', async () => {
    await using bench = await Bench.open({ settings: { plan: 'free' } });
    const list = await bench.get('/mfa/authenticators');
    expect(limits(list).slice(0, 2)).toEqual(['300', '299']);
    for (let sent = 0; sent < 30; sent += 1) await bench.token({});
    const refused = await bench.token({});
    expect([refused.status, refused.body['error']]).toEqual([429, 'too_many_requests']);
    expect((await bench.get('/mfa/authenticators')).status).toBe(401);
    bench.emulator.clock.advance(999);
    expect(limits(await bench.get('/mfa/authenticators'))[1]).toBe('266');
    bench.emulator.clock.advance(1);
    expect(limits(await bench.get('/mfa/authenticators'))[1]).toBe('270');
  });

  it('§5 A: the figures are in every reply, a refusal or not, of one bucket', async () => {
    await using bench = await Bench.open();
    const replies = [
      await bench.passwordGrant(),
      await bench.token({ grant_type: 'nonsense' }),
      await bench.post('/mfa/associate', TOTP, 'nonsense'),
      await bench.post('/mfa/challenge', CLIENT),
      await bench.remove('x', 'nonsense'),
      await bench.send('/mfa/associate', { method: 'POST', body: 'x'.repeat(100_001) }),
      await bench.get('/.well-known/jwks.json'),
      await bench.get('/.well-known/openid-configuration'),
    ];
    expect(replies.map((reply) => limits(reply)[1])).toEqual(
      replies.map((_reply, index) => String(24 - index)),
    );
  });

  it('§5 A: keys consume the limit of the API, and with free one of their own besides', async () => {
    const path = '/.well-known/jwks.json';
    await using bench = await Bench.open({ settings: { plan: 'free' } });
    for (let asked = 0; asked < 20; asked += 1) expect((await bench.get(path)).status).toBe(200);
    expect((await bench.get(path)).status).toBe(429);
    expect(limits(await bench.get('/mfa/authenticators'))[1]).toBe(String(300 - 22));
    bench.emulator.configure({ plan: 'essentials', requestsPerSecond: 1 });
    expect((await bench.get('/mfa/authenticators')).status).toBe(401);
    expect((await bench.get(path)).status).toBe(429);
    bench.emulator.configure({ keysCountAsApi: false });
    const free = await bench.get(path);
    expect([free.status, ...limits(free)]).toEqual([200, null, null, null]);
  });

  it('§5 A: a change of plan counts from now', async () => {
    await using bench = await Bench.open({ control: true });
    await bench.token({});
    await bench.send('/_emulator/settings', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ plan: 'enterprise' }),
    });
    expect(limits(await bench.token({})).slice(0, 2)).toEqual(['100', '99']);
  });

  it("§5 C: a user's quota does not show in the headers", async () => {
    await using bench = await Bench.open({ settings: { plan: 'enterprise' } });
    const access = await bench.accessToken();
    for (let sent = 0; sent < 10; sent += 1) await bench.post('/mfa/associate', SMS, access);
    const refused = await bench.post('/mfa/associate', SMS, access);
    expect([refused.status, ...limits(refused).slice(0, 2)]).toEqual([429, '100', '88']);
    expect(refused.headers.get('retry-after')).toBeNull();
  });

  it("'off' has neither limit nor headers", async () => {
    await using bench = await Bench.open({ settings: UNLIMITED });
    expect(limits(await bench.token({}))).toEqual([null, null, null]);
  });
});
