import { describe, expect, it } from '@jest/globals';
import { Bench, SMS, string, TOTP } from '../bench.ts';
import { Management } from './management.ts';

const METHODS = '/authentication-methods';
const DEVICE = /^dev_[A-Za-z0-9]{16}$/;

async function enrolled(bench: Bench) {
  const management = await Management.of(bench);
  await bench.confirmSms();
  const [sms] = bench.emulator.authenticators(bench.userId);
  return { management, device: sms?.id.replace('sms|', '') ?? '' };
}

describe('§6 authentication methods', () => {
  it('§6 B: a confirmed number is a phone, masked, with its sms entry', async () => {
    await using bench = await Bench.open();
    const { management, device } = await enrolled(bench);
    expect(device).toMatch(DEVICE);
    const at = new Date(bench.emulator.clock.now()).toISOString();
    const phone = {
      ...{ id: `phone|${device}`, type: 'phone', confirmed: true, phone_number: 'XXXXXXXX4567' },
      ...{ created_at: at, enrolled_at: at, last_auth_at: at },
      preferred_authentication_method: 'sms',
      authentication_methods: [{ id: `sms|${device}`, type: 'sms' }],
    };
    expect((await management.user(METHODS)).json).toEqual([phone]);
    const one = await management.user(`${METHODS}/${encodeURIComponent(`phone|${device}`)}`);
    expect(one.json).toEqual(phone);
  });

  it('§6 B: include_totals wraps the list, and leaves total out where it is empty', async () => {
    await using bench = await Bench.open();
    const management = await Management.of(bench);
    const path = `${METHODS}?include_totals=true`;
    const empty = { authenticators: [], start: 0, limit: 50 };
    expect((await management.user(path)).json).toEqual(empty);
    await bench.confirmSms();
    expect((await management.user(path)).json).toMatchObject({ total: 1, start: 0, limit: 50 });
    const beyond = await management.user(`${path}&page=1&per_page=1`);
    expect(beyond.json).toEqual({ authenticators: [], total: 1, start: 1, limit: 1 });
  });

  it('§6 X: what was never confirmed is listed where the tenant is switched so', async () => {
    for (const managementListsUnconfirmed of [false, true]) {
      await using bench = await Bench.open({ settings: { managementListsUnconfirmed } });
      const management = await Management.of(bench);
      await bench.post('/mfa/associate', TOTP, await bench.accessToken());
      const listed = [expect.objectContaining({ type: 'totp', confirmed: false })];
      expect((await management.user(METHODS)).json).toEqual(
        managementListsUnconfirmed ? listed : [],
      );
    }
  });

  it('§6 C: an unconfirmed one can be deleted by the id that the MFA API tells', async () => {
    await using bench = await Bench.open();
    const management = await Management.of(bench);
    const access = await bench.accessToken();
    await bench.post('/mfa/associate', SMS, access);
    await bench.post('/mfa/associate', TOTP, access);
    const [sms, totp] = bench.emulator.authenticators(bench.userId);
    const path = `${METHODS}/${encodeURIComponent(sms?.id ?? '')}`;
    expect((await management.user(path, 'DELETE')).status).toBe(204);
    expect(bench.emulator.authenticators(bench.userId).map(({ id }) => id)).toEqual([totp?.id]);
    expect((await management.user(path, 'DELETE')).status).toBe(404);
  });

  it('§6 B: a method goes by its own id', async () => {
    await using bench = await Bench.open();
    const { management, device } = await enrolled(bench);
    const wrong = await management.user(`${METHODS}/totp%7C${device}`, 'DELETE');
    expect(wrong.status).toBe(404);
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(1);
    const right = await management.user(`${METHODS}/phone%7C${device}`, 'DELETE');
    expect([right.status, right.text]).toEqual([204, '']);
    expect(bench.emulator.authenticators(bench.userId)).toEqual([]);
  });

  it('§6 B, A: all at once; the user can start over', async () => {
    for (const path of [METHODS, '/authenticators']) {
      await using bench = await Bench.open({ settings: { recoveryCodes: true } });
      const { management } = await enrolled(bench);
      expect((await management.user(path, 'DELETE')).status).toBe(204);
      expect(bench.emulator.authenticators(bench.userId)).toEqual([]);
      const again = await bench.post('/mfa/associate', SMS, await bench.accessToken());
      expect(again.body).toHaveProperty('recovery_codes');
    }
  });

  it('§6 B: nobody has no methods', async () => {
    await using bench = await Bench.open();
    const reply = await (await Management.of(bench)).get(`/users/auth0%7Cnobody${METHODS}`);
    expect(reply.body).toEqual({
      ...{ statusCode: 404, error: 'Not Found', errorCode: 'inexistent_user' },
      message: 'The user does not exist.',
    });
  });
});

describe('the journal', () => {
  it('counts the Management API by route, whatever the ids', async () => {
    await using bench = await Bench.open();
    const { management, device } = await enrolled(bench);
    await management.user(METHODS);
    await management.user(`${METHODS}/phone%7C${device}`, 'DELETE');
    const { journal } = bench.emulator;
    expect(journal.count('GET /api/v2/users/{id}/authentication-methods')).toBe(1);
    const effect = 'authenticator-deleted';
    const route = 'DELETE /api/v2/users/{id}/authentication-methods/{id}';
    expect(journal.count(route, { userId: bench.userId, effect })).toBe(1);
  });
});

describe('§6 enrollments', () => {
  it('§6 A: the older list tells pending from confirmed', async () => {
    await using bench = await Bench.open();
    const { management, device } = await enrolled(bench);
    await bench.post('/mfa/associate', TOTP, await confirmedToken(bench));
    expect((await management.user('/enrollments')).json).toEqual([
      expect.objectContaining({ id: device, status: 'confirmed', auth_method: 'sms' }),
      expect.objectContaining({ status: 'pending', auth_method: 'authenticator' }),
    ]);
  });

  it('§6 B: one by its id, and the recorded 404', async () => {
    await using bench = await Bench.open();
    const { management, device } = await enrolled(bench);
    const path = `/guardian/enrollments/${device}`;
    expect((await management.get(path)).json).toMatchObject({ id: device, status: 'confirmed' });
    expect((await management.call('DELETE', path)).status).toBe(204);
    expect(bench.emulator.authenticators(bench.userId)).toEqual([]);
    for (const method of ['GET', 'DELETE']) {
      const gone = await management.call(method, path);
      expect([gone.status, gone.body]).toEqual([
        404,
        {
          ...{ statusCode: 404, error: 'Not Found', message: 'Enrollment not found' },
          errorCode: 'enrollment_not_found',
        },
      ]);
    }
  });
});

describe('§6 recovery codes', () => {
  it('§6 A: a new one takes the place of the old', async () => {
    await using bench = await Bench.open({ settings: { recoveryCodes: true } });
    const management = await Management.of(bench);
    const access = await bench.accessToken();
    const associated = await bench.post('/mfa/associate', SMS, access);
    await bench.confirm(access, string(associated, 'oob_code'), bench.lastCode());
    const [old] = associated.body['recovery_codes'] as string[];
    const reply = await management.user('/recovery-code-regeneration', 'POST');
    expect(string(reply, 'recovery_code')).toMatch(/^[A-Z0-9]{24}$/);
    const grant = {
      grant_type: 'http://auth0.com/oauth/grant-type/mfa-recovery-code',
      mfa_token: await bench.mfaToken(),
    };
    expect((await bench.token({ ...grant, recovery_code: old })).status).toBe(403);
    const used = await bench.token({ ...grant, recovery_code: string(reply, 'recovery_code') });
    expect(used.status).toBe(200);
  });

  it('§6 B: given to a user who never enrolled, too', async () => {
    await using bench = await Bench.open();
    const management = await Management.of(bench);
    const reply = await management.user('/recovery-code-regeneration', 'POST');
    expect(reply.status).toBe(200);
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(1);
  });
});

/** Of a user who has a confirmed number: the next text answers the challenge. */
async function confirmedToken(bench: Bench): Promise<string> {
  const mfaToken = await bench.mfaToken();
  const challenge = await bench.post('/mfa/challenge', {
    ...{ client_id: 'mfa-enrollment', client_secret: 'mfa-enrollment-secret' },
    ...{ mfa_token: mfaToken, challenge_type: 'oob' },
  });
  const reply = await bench.confirm(mfaToken, string(challenge, 'oob_code'), bench.lastCode());
  return string(reply, 'access_token');
}
