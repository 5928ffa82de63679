/** `auth0`, the Management API's own SDK, unchanged. */
import { describe, expect, it } from '@jest/globals';
import { ClientsClient } from 'auth0/clients';
import { GuardianClient } from 'auth0/guardian';
import { LogsClient } from 'auth0/logs';
import { UsersClient } from 'auth0/users';
import { Management } from '../conformance/management.ts';
import { Bench, SMS, TOTP } from '../bench.ts';

async function opened(bench: Bench, scope?: string) {
  const { token } = await Management.of(bench, scope);
  // Where a request is refused for the rate, the SDK would wait by the real clock.
  return { baseUrl: bench.url('/api/v2'), token, maxRetries: 0 };
}

describe('auth0 7: GuardianClient', () => {
  it('§8 RUN: lists the factors and switches one off, which matters', async () => {
    await using bench = await Bench.open();
    const { factors } = new GuardianClient(await opened(bench));
    const listed = await factors.list();
    expect(listed.map(({ name, enabled }) => [name, enabled])).toContainEqual(['sms', true]);
    expect(await factors.set('sms', { enabled: false })).toEqual({ enabled: false });
    expect((await factors.list())[0]).toMatchObject({ name: 'sms', enabled: false });
    const refused = await bench.post('/mfa/associate', SMS, await bench.accessToken());
    expect(refused.body['error']).toBe('unsupported_challenge_type');
  });

  it('§8 RUN: reads and writes how texts go out, and the policies', async () => {
    await using bench = await Bench.open();
    const guardian = new GuardianClient(await opened(bench));
    const { phone, sms } = guardian.factors;
    expect(await phone.getMessageTypes()).toEqual({ message_types: ['sms'] });
    await phone.setMessageTypes({ message_types: ['sms', 'voice'] });
    expect(bench.emulator.settings.messageTypes).toEqual(['sms', 'voice']);
    expect(await phone.getSelectedProvider()).toEqual({ provider: 'auth0' });
    await phone.setProvider({ provider: 'phone-message-hook' });
    expect(await sms.getSelectedProvider()).toEqual({ provider: 'phone-message-hook' });
    await guardian.policies.set(['confidence-score']);
    expect(await guardian.policies.list()).toEqual(['confidence-score']);
  });

  it('§8 RUN: reads and deletes an enrollment', async () => {
    await using bench = await Bench.open();
    const { enrollments } = new GuardianClient(await opened(bench));
    await bench.confirmSms();
    const id = bench.emulator.authenticators(bench.userId)[0]?.id.replace('sms|', '') ?? '';
    expect(await enrollments.get(id)).toMatchObject({ id, status: 'confirmed' });
    await enrollments.delete(id);
    await expect(enrollments.get(id)).rejects.toMatchObject({
      ...{ statusCode: 404, body: { errorCode: 'enrollment_not_found' } },
    });
  });

  it('§8 RUN: knows a missing scope for what it is', async () => {
    await using bench = await Bench.open();
    const { factors } = new GuardianClient(await opened(bench, 'read:guardian_factors'));
    await expect(factors.set('sms', { enabled: false })).rejects.toMatchObject({
      ...{ statusCode: 403, body: { errorCode: 'insufficient_scope' } },
    });
    expect(bench.emulator.settings.factors).toContain('sms');
  });
});

describe('auth0 7: UsersClient', () => {
  it('§8 RUN: lists, reads and deletes authentication methods', async () => {
    await using bench = await Bench.open();
    const users = new UsersClient(await opened(bench));
    const access = await bench.confirmSms();
    await bench.post('/mfa/associate', TOTP, access);
    const { data } = await users.authenticationMethods.list(bench.userId);
    expect(data).toEqual([expect.objectContaining({ type: 'phone', confirmed: true })]);
    const id = data[0]?.id ?? '';
    expect(await users.authenticationMethods.get(bench.userId, id)).toEqual(data[0]);
    await users.authenticationMethods.delete(bench.userId, id);
    expect(bench.emulator.authenticators(bench.userId)).toHaveLength(1);
    await users.authenticationMethods.deleteAll(bench.userId);
    expect(bench.emulator.authenticators(bench.userId)).toEqual([]);
  });

  it('§8 RUN: gives a new recovery code, and the older list of enrollments', async () => {
    await using bench = await Bench.open();
    const users = new UsersClient(await opened(bench));
    const { recovery_code: code } = await users.regenerateRecoveryCode(bench.userId);
    expect(code).toMatch(/^[A-Z0-9]{24}$/);
    await bench.confirmSms();
    const enrollments = await users.enrollments.get(bench.userId);
    expect(enrollments).toEqual([expect.objectContaining({ status: 'confirmed' })]);
  });
});

describe('auth0 7: ClientsClient, LogsClient', () => {
  it('§8 RUN: reads what a preflight needs of an application', async () => {
    await using bench = await Bench.open();
    const clients = new ClientsClient(await opened(bench));
    const client = await clients.get('mfa-enrollment');
    expect(client.grant_types).toContain('http://auth0.com/oauth/grant-type/mfa-oob');
    const { data } = await clients.list();
    expect(data.map((entry) => entry.client_id)).toContain('mfa-management');
  });

  it('§8 RUN: finds a text in the log, page by page', async () => {
    await using bench = await Bench.open();
    const logs = new LogsClient(await opened(bench));
    await bench.confirmSms();
    const page = await logs.list({ search: 'type:gd_send_sms' });
    expect(page.data).toEqual([expect.objectContaining({ user_id: bench.userId })]);
    const found: unknown[] = [];
    for await (const entry of await logs.list({ per_page: 2 })) found.push(entry.type);
    expect(found).toContain('gd_enrollment_complete');
    expect(found).toHaveLength(5);
  });
});
