import { describe, expect, it } from '@jest/globals';
import { Bench, otherThan, PHONE, SMS } from '../bench.ts';
import { Management } from './management.ts';

const OFF = { settings: { requestsPerSecond: 'off' } } as const;

interface Logged {
  readonly log_id: string;
  readonly type: string;
  readonly user_id: string;
}

describe('§5 the tenant log', () => {
  it('§5 A: an enrollment, its text, a wrong code and the end of it', async () => {
    await using bench = await Bench.open(OFF);
    const management = await Management.of(bench);
    const access = await bench.accessToken();
    const { oobCode, code } = await bench.associateSms(access);
    await bench.confirm(access, oobCode, otherThan(code));
    await bench.confirm(access, oobCode, code);
    await management.user('/authentication-methods', 'DELETE');
    const types = await management.logTypes('&q=type:gd_*');
    expect([...types].sort()).toEqual([
      ...['gd_auth_failed', 'gd_auth_succeed', 'gd_enrollment_complete'],
      ...['gd_send_sms', 'gd_start_enroll', 'gd_unenroll'],
    ]);
    const { json, text } = await management.get('/logs?q=type:gd_enrollment_complete');
    expect(json).toEqual([
      expect.objectContaining({
        ...{ user_id: bench.userId, description: 'Guardian - Enrollment complete (sms)' },
        details: { authenticator: { id: expect.stringMatching(/^sms\|/), phone_number: PHONE } },
        log_id: expect.stringMatching(/^900[0-9]{53}$/),
      }),
    ]);
    expect(text).not.toContain(code);
  });

  it('§5 A: gd_enrollment_complete is of the first factor only', async () => {
    await using bench = await Bench.open(OFF);
    const management = await Management.of(bench);
    const access = await bench.confirmSms();
    const { oobCode, code } = await bench.associateSms(access);
    expect((await bench.confirm(access, oobCode, code)).status).toBe(200);
    const complete = await management.logTypes('&q=type:gd_enrollment_complete');
    expect(complete).toHaveLength(1);
  });

  it('§5 A: refused enrollments, spent texts and too many wrong codes', async () => {
    await using bench = await Bench.open(OFF);
    const management = await Management.of(bench);
    const access = await bench.accessToken();
    const { oobCode, code } = await bench.associateSms(access);
    for (let wrong = 0; wrong < 11; wrong += 1) {
      await bench.confirm(access, oobCode, otherThan(code));
    }
    for (let text = 0; text < 10; text += 1) await bench.post('/mfa/associate', SMS, access);
    const count = async (type: string) => (await management.logTypes(`&q=type:${type}`)).length;
    expect(await count('gd_auth_failed')).toBe(10);
    expect(await count('gd_otp_rate_limit_exceed')).toBe(1);
    expect(await count('gd_send_sms')).toBe(10);
    expect(await count('gd_send_sms_failure')).toBe(1);
    expect(await count('gd_start_enroll_failed')).toBe(1);
  });

  it('§6 D: from is a checkpoint: what came after it, in that order, take at a time', async () => {
    await using bench = await Bench.open(OFF);
    const management = await Management.of(bench);
    await bench.confirmSms();
    const all = (await management.get('/logs?sort=date:1')).json as Logged[];
    const [first] = all;
    const next = await management.get(`/logs?from=${first?.log_id ?? ''}&take=2&q=type:none`);
    expect(next.json).toEqual(all.slice(1, 3));
    expect(next.headers.get('link')).toContain(`from=${all[2]?.log_id ?? ''}`);
    const newest = (await management.get('/logs?per_page=1')).json as Logged[];
    expect(newest).toEqual([all.at(-1)]);
    const last = await management.get(`/logs?from=${all.at(-1)?.log_id ?? ''}`);
    expect(last.json).toEqual([]);
    const one = await management.get(`/logs/${first?.log_id ?? ''}`);
    expect(one.json).toEqual(first);
    expect((await management.get('/logs/900')).status).toBe(404);
  });

  it('§6 D: q by field, with AND, OR, NOT, quotes and a range of time', async () => {
    await using bench = await Bench.open(OFF);
    const management = await Management.of(bench);
    await bench.confirmSms();
    const mine = `user_id:"${bench.userId}"`;
    const types = async (q: string) => management.logTypes(`&q=${encodeURIComponent(q)}`);
    expect(await types(`type:gd_send_sms AND ${mine}`)).toEqual(['gd_send_sms']);
    expect(await types('type:gd_send_sms OR type:seccft')).toEqual(['seccft', 'gd_send_sms']);
    expect(await types(`${mine} NOT type:gd_send_sms -type:gd_auth_succeed`)).not.toContain(
      'gd_send_sms',
    );
    expect(await types('type:gd_send_sms AND date:[2027 TO *]')).toEqual(['gd_send_sms']);
    expect(await types('type:gd_send_sms AND date:[* TO 2026]')).toEqual([]);
    for (const bad of ['(type:s)', 'secret:x', 'type:', '"', 'NOT', 'type:a OR']) {
      const reply = await management.get(`/logs?q=${encodeURIComponent(bad)}`);
      expect([bad, reply.status]).toEqual([bad, 400]);
    }
  });
});

describe('§6 clients', () => {
  it('§6 A: what a preflight asks for, without the secret', async () => {
    await using bench = await Bench.open(OFF);
    const management = await Management.of(bench, 'read:clients');
    const { body } = await management.get('/clients/mfa-enrollment');
    expect(body).toMatchObject({
      ...{ client_id: 'mfa-enrollment', is_first_party: true, app_type: 'regular_web' },
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: expect.arrayContaining(['http://auth0.com/oauth/grant-type/mfa-oob']),
    });
    expect(body).not.toHaveProperty('client_secret');
    const some = await management.get('/clients/mfa-enrollment?fields=grant_types,app_type');
    expect(Object.keys(some.body)).toEqual(['app_type', 'grant_types']);
    const rest = await management.get(
      '/clients/mfa-enrollment?fields=app_type&include_fields=false',
    );
    expect(rest.body).not.toHaveProperty('app_type');
    const missing = await management.get('/clients/nobody');
    expect([missing.status, missing.body['errorCode']]).toEqual([404, 'inexistent_client']);
  });

  it('§6 A: the list, by page', async () => {
    await using bench = await Bench.open(OFF);
    const management = await Management.of(bench);
    const all = await management.get('/clients?include_totals=true&fields=client_id');
    expect(all.json).toEqual({
      clients: [{ client_id: 'mfa-enrollment' }, { client_id: 'mfa-management' }],
      ...{ total: 2, start: 0, limit: 50 },
    });
    const second = await management.get('/clients?page=1&per_page=1&fields=client_id');
    expect(second.json).toEqual([{ client_id: 'mfa-management' }]);
  });
});
