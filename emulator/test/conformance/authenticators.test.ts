import { describe, expect, it } from '@jest/globals';
import { Bench, PHONE, refusal, SMS, string, TOTP } from '../bench.ts';
import {
  confirmPush,
  confirmSent,
  EMAIL,
  idOf,
  INVALID_TOKEN,
  kinds,
  listOf,
  PUSH,
  VOICE,
} from './factors.ts';

const BOTH = { settings: { messageTypes: ['sms', 'voice'] as const } };
const device = (id: unknown) => String(id).split('|')[1];

describe('§4 GET /mfa/authenticators', () => {
  it('§4 A: an empty array where there is none, for either token', async () => {
    await using bench = await Bench.open();
    expect(await listOf(bench, await bench.accessToken())).toEqual([]);
  });

  it('§4 B: every kind in its recorded shape while it is unconfirmed', async () => {
    await using bench = await Bench.open({ settings: { recoveryCodes: true } });
    const access = await bench.accessToken();
    for (const body of [SMS, PUSH, { ...EMAIL, email: 'chuck123@example.com' }]) {
      await bench.post('/mfa/associate', body, access);
    }
    const id = (kind: string) =>
      expect.stringMatching(new RegExp(`^${kind}\\|dev_[A-Za-z0-9]{16}$`)) as unknown;
    const oob = { authenticator_type: 'oob', active: false };
    expect(await listOf(bench, access)).toEqual([
      { id: id('sms'), ...oob, oob_channel: 'sms', name: 'XXXXXXXX4567' },
      { id: id('recovery-code'), authenticator_type: 'recovery-code', active: false },
      { id: id('push'), ...oob, oob_channel: 'auth0' },
      { id: id('totp'), authenticator_type: 'otp', active: false },
      { id: id('email'), ...oob, oob_channel: 'email', name: 'chuc****@exam*******' },
    ]);
  });

  it('§4 B: the recovery code is active as soon as a factor is confirmed', async () => {
    await using bench = await Bench.open({ settings: { recoveryCodes: true } });
    const access = await bench.accessToken();
    const associated = await bench.post('/mfa/associate', SMS, access);
    const states = async () => (await listOf(bench, access)).map(({ active }) => active);
    expect(await states()).toEqual([false, false]);
    await bench.confirm(access, string(associated, 'oob_code'), bench.lastCode());
    expect(await states()).toEqual([true, true]);
  });

  it('§4 A: newer tenants add a type, save on entries that are not confirmed', async () => {
    await using bench = await Bench.open({
      settings: { authenticatorTypes: true, recoveryCodes: true, requestsPerSecond: 'off' },
    });
    const access = await bench.accessToken();
    await confirmSent(bench, access, SMS);
    await confirmSent(bench, access, EMAIL);
    await confirmPush(bench, access);
    await bench.post('/mfa/associate', TOTP, access);
    const types = (await listOf(bench, access)).map(({ type }) => type);
    expect(types).toEqual([
      ...['phone', 'recovery-code', 'email', 'push-notification', 'otp', undefined],
    ]);
  });

  it('§4 X: a number shows its last digits (recorded), or its first ones (guides)', async () => {
    await using bench = await Bench.open(BOTH);
    const access = await bench.accessToken();
    await bench.post('/mfa/associate', SMS, access);
    const names = async () => (await listOf(bench, access)).map(({ name }) => name);
    expect(await names()).toEqual(['XXXXXXXX4567', 'XXXXXXXX4567']);
    bench.emulator.configure({ phoneNames: 'first-digits' });
    expect(await names()).toEqual(['+1555XXXXXXX', '+1555XXXXXXX']);
  });

  it('§4 X: an entry says whether it is active (recorded), or not (older guides)', async () => {
    await using bench = await Bench.open({ settings: { activeListed: false } });
    const access = await bench.confirmSms();
    await bench.post('/mfa/associate', TOTP, access);
    const keys = (await listOf(bench, access)).map((entry) => Object.keys(entry).toSorted());
    expect(keys).toEqual([
      ['authenticator_type', 'id', 'name', 'oob_channel'],
      ['authenticator_type', 'id'],
    ]);
  });

  it.each([
    ['sms', SMS],
    ['voice', VOICE],
  ])('§4 A: with both message types %s brings its twin, active together', async (_name, body) => {
    await using bench = await Bench.open(BOTH);
    const access = await bench.accessToken();
    await bench.post('/mfa/associate', body, access);
    const [one, two, ...more] = await listOf(bench, access);
    expect([one?.['oob_channel'], two?.['oob_channel']].toSorted()).toEqual(['sms', 'voice']);
    expect([device(one?.['id']), one?.['name']]).toEqual([device(two?.['id']), two?.['name']]);
    expect(more).toEqual([]);
    await confirmSent(bench, access, body);
    const states = (await listOf(bench, access)).map(({ active }) => active);
    expect(states).toEqual([false, false, true, true]);
  });

  it('§4 A: with one message type there is no twin', async () => {
    await using bench = await Bench.open();
    await bench.post('/mfa/associate', SMS, await bench.accessToken());
    expect(kinds(bench)).toEqual(['sms']);
  });

  it('§4 B: push brings an OTP twin, and is named after its device once there is one', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    await confirmPush(bench, access);
    const [push, totp] = await listOf(bench, access);
    expect([push?.['oob_channel'], totp?.['authenticator_type']]).toEqual(['auth0', 'otp']);
    expect(device(push?.['id'])).toBe(device(totp?.['id']));
    expect(push?.['name']).toEqual(expect.any(String));
    expect(totp).not.toHaveProperty('name');
  });

  it('§4 A: a verified e-mail appears by itself, and only where the factor is on', async () => {
    for (const factors of [['email'], ['sms', 'otp']] as const) {
      await using bench = await Bench.open({ settings: { factors } });
      const email = 'grace@example.com';
      const user = { email, password: 'secret', emailVerified: true };
      bench.emulator.addUser(user);
      const grant = await bench.passwordGrant({ username: email, password: 'secret' });
      const access = string(grant, 'access_token');
      const listed = factors[0] === 'email';
      const entry = { authenticator_type: 'oob', oob_channel: 'email', active: true };
      const first = await listOf(bench, access);
      expect(first).toEqual(listed ? [expect.objectContaining(entry)] : []);
      expect(await listOf(bench, access)).toEqual(first);
    }
  });

  it('§4 C: unconfirmed entries do not expire', async () => {
    await using bench = await Bench.open();
    await bench.post('/mfa/associate', TOTP, await bench.accessToken());
    bench.emulator.clock.advance(365 * 86_400_000);
    expect(await listOf(bench, await bench.accessToken())).toHaveLength(1);
  });

  it('§4 B: a bad token is 401 in its own words', async () => {
    await using bench = await Bench.open();
    const refused = await bench.get('/mfa/authenticators', 'nonsense');
    expect(refusal(refused)).toEqual([401, 'invalid_grant', INVALID_TOKEN]);
    expect(refusal(await bench.get('/mfa/authenticators'))[0]).toBe(401);
  });
});

describe('§4 DELETE /mfa/authenticators/{id}', () => {
  it('§4 B: 204 and empty, for an unconfirmed push too, and its twin goes along', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    await bench.post('/mfa/associate', PUSH, access);
    const done = await bench.remove(idOf(bench, 'push'), access);
    expect([done.status, done.text, kinds(bench)]).toEqual([204, '', []]);
  });

  it.each(['sms', 'voice'])('§4 A: deleting the %s of two twins deletes both', async (kind) => {
    await using bench = await Bench.open(BOTH);
    const access = await bench.accessToken();
    await confirmSent(bench, access, SMS);
    await bench.post('/mfa/associate', TOTP, access);
    expect((await bench.remove(idOf(bench, kind), access)).status).toBe(204);
    expect(kinds(bench)).toEqual(['totp']);
  });

  it("§4 A: the OTP of a push takes the push with it, another user's stays", async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    await confirmPush(bench, access);
    await bench.post('/mfa/associate', TOTP, access);
    await bench.remove(idOf(bench, 'totp'), access);
    expect(kinds(bench)).toEqual(['totp']);
    const other = { username: 'eve@example.com', password: 'secret' };
    bench.emulator.addUser({ email: other.username, password: other.password });
    const theirs = string(await bench.passwordGrant(other), 'access_token');
    expect((await bench.remove(idOf(bench, 'totp'), theirs)).status).toBe(404);
    expect(kinds(bench)).toEqual(['totp']);
  });

  it('§4 A: a verified e-mail cannot be deleted, one that was enrolled can', async () => {
    await using bench = await Bench.open();
    const email = 'grace@example.com';
    bench.emulator.addUser({ email, password: 'secret', emailVerified: true });
    const grant = await bench.passwordGrant({ username: email, password: 'secret' });
    const access = string(grant, 'access_token');
    const id = String((await listOf(bench, access))[0]?.['id']);
    expect((await bench.remove(id, access)).status).toBe(404);
    expect(await listOf(bench, access)).toHaveLength(1);
    await bench.post('/mfa/associate', { ...EMAIL, email: 'other@example.com' }, access);
    const other = String((await listOf(bench, access)).find((entry) => entry['id'] !== id)?.['id']);
    expect((await bench.remove(other, access)).status).toBe(204);
    expect(await listOf(bench, access)).toHaveLength(1);
  });

  it('§4 A: 401 for an mfa_token and a bad token, 404 for an unknown id; nothing goes', async () => {
    await using bench = await Bench.open();
    const access = string(await confirmSent(bench, await bench.accessToken(), SMS), 'access_token');
    const id = idOf(bench, 'sms');
    for (const token of [await bench.mfaToken(), 'nonsense']) {
      expect(refusal(await bench.remove(id, token))).toEqual([
        ...[401, 'invalid_grant', INVALID_TOKEN],
      ]);
    }
    expect((await bench.remove('sms|dev_AAAAAAAAAAAAAAAA', access)).status).toBe(404);
    expect(kinds(bench)).toEqual(['sms']);
  });

  it('§1.1 A: a user with e-mail alone is not challenged, with SMS besides is', async () => {
    await using bench = await Bench.open();
    const access = await bench.accessToken();
    await confirmSent(bench, access, EMAIL);
    expect((await bench.passwordGrant()).status).toBe(200);
    await confirmSent(bench, access, SMS);
    expect((await bench.passwordGrant()).body['error']).toBe('mfa_required');
    expect(bench.emulator.inbox.messages(PHONE)).toHaveLength(1);
  });
});
