import { describe, expect, it } from '@jest/globals';
import type { AssociateInput } from '../../activities/enrollment-activities.ts';
import {
  type ActivityBench,
  activityBench,
  attempt,
  openSession,
} from '../support/activity-bench.ts';
import { ASSOCIATE, LIST } from '../support/auth0-record.ts';
import { deviceKey } from '../support/enrollee.ts';
import { createWorld, PHONE_NUMBER, type World } from '../support/world.ts';

interface Bench {
  readonly world: World;
  readonly bench: ActivityBench;
  readonly accessToken: string;
}

/** A user with an open session and no factor. */
async function withSession(use: (bench: Bench) => Promise<void>, settings = {}): Promise<void> {
  await using world = await createWorld({ worker: false, emulator: { settings } });
  await using bench = activityBench(world);
  const { accessToken } = await openSession(world, bench);
  await use({ world, bench, accessToken });
}

function sms({ world, accessToken }: Bench, change: Partial<AssociateInput> = {}): AssociateInput {
  return {
    ...{ tenant: world.tenant, accessToken, factor: 'sms', phoneNumber: PHONE_NUMBER },
    ...{ notAfter: Infinity, ...change },
  };
}

describe('associate', () => {
  it('texts once and gives the oob_code out sealed', () =>
    withSession(async (at) => {
      const { oobCode = '' } = await at.bench.run(at.bench.activities.associate, sms(at));
      expect(at.world.emulator.inbox.messages(PHONE_NUMBER)).toHaveLength(1);
      expect(oobCode).not.toContain('Fe26');
      expect(await at.bench.seal.open(oobCode)).toMatch(/^Fe26\.2\*/);
    }));

  it('seals the TOTP set-up to the device, so that no worker can read it back', () =>
    withSession(async (at) => {
      const device = await deviceKey();
      const association = await at.bench.run(at.bench.activities.associate, {
        ...{ tenant: at.world.tenant, accessToken: at.accessToken, factor: 'totp' as const },
        ...{ sealTo: device.publicKey, notAfter: Infinity },
      });
      const jwe = association.setUp?.jwe ?? '';
      expect(await device.open(jwe)).toEqual({
        secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
        barcodeUri: expect.stringMatching(/^otpauth:\/\/totp\//),
      });
      await expect(at.bench.seal.open(jwe)).rejects.toThrow();
      expect(JSON.stringify(association)).not.toContain('otpauth');
    }));

  it('seals the recovery code to the device, or says that it is lost', async () => {
    const settings = { recoveryCodes: true };
    await withSession(async (at) => {
      const device = await deviceKey();
      const { recoveryCode } = await at.bench.run(
        at.bench.activities.associate,
        sms(at, { sealTo: device.publicKey }),
      );
      expect(recoveryCode).toMatchObject({ kid: device.kid });
    }, settings);
    await withSession(async (at) => {
      const lost = await at.bench.run(at.bench.activities.associate, sms(at));
      expect(lost.recoveryCode).toBe('lost');
    }, settings);
  });

  it.each([
    ['ambiguous', 'after', 'drop'],
    ['ambiguous', 'after', { status: 502 }],
    ['ambiguous', 'before', { status: 500 }],
    ['ambiguous', 'after', { status: 200, body: { authenticator_type: 'oob' } }],
  ] as const)('is %s and asked once where the reply is lost %s: %j', (type, when, action) =>
    withSession(async (at) => {
      at.world.emulator.faults.add({ endpoint: ASSOCIATE, when, action });
      await expect(at.bench.run(at.bench.activities.associate, sms(at))).rejects.toMatchObject({
        type,
        nonRetryable: true,
      });
      expect(at.world.emulator.journal.count(ASSOCIATE)).toBe(1);
    }),
  );

  it('is refused where the number is no number, and sends nothing', () =>
    withSession(async (at) => {
      const input = sms(at, { phoneNumber: '+1' });
      await expect(at.bench.run(at.bench.activities.associate, input)).rejects.toMatchObject({
        type: 'phone-number-refused',
      });
      expect(at.world.emulator.inbox.messages()).toEqual([]);
    }));

  it.each(['+19005550123', '+448431234567'])(
    'is refused where whoever owns the number earns with each text: %s',
    (phoneNumber) =>
      withSession(async (at) => {
        const input = sms(at, { phoneNumber });
        await expect(at.bench.run(at.bench.activities.associate, input)).rejects.toMatchObject({
          type: 'phone-number-refused',
        });
        expect(at.world.emulator.journal.count(ASSOCIATE)).toBe(0);
      }),
  );

  it('is refused where the key is off the curve, before anything is made or sent', () =>
    withSession(async (at) => {
      const { publicKey } = await deviceKey();
      const input = sms(at, { sealTo: { ...publicKey, y: publicKey.x } });
      await expect(at.bench.run(at.bench.activities.associate, input)).rejects.toMatchObject({
        type: 'device-key-missing',
      });
      expect(at.world.emulator.journal.count(ASSOCIATE)).toBe(0);
    }));

  it('is not written by an attempt that Temporal has given up', () =>
    withSession(async (at) => {
      const cancelled = attempt();
      cancelled.cancel();
      await expect(cancelled.run(at.bench.activities.associate, sms(at))).rejects.toMatchObject({
        type: 'unavailable',
      });
      const late = attempt(1_000);
      await expect(late.run(at.bench.activities.associate, sms(at))).rejects.toMatchObject({
        type: 'unavailable',
      });
      expect(at.world.emulator.journal.count(ASSOCIATE)).toBe(0);
    }));

  it('does not take a token that another worker’s key has sealed, and asks nothing', () =>
    withSession(async (at) => {
      await using other = await createWorld({ worker: false });
      await using foreign = activityBench(other, { domain: at.world.tenant });
      await expect(foreign.run(foreign.activities.associate, sms(at))).rejects.toMatchObject({
        type: 'configuration-fault',
        nonRetryable: true,
        message: expect.stringContaining('MFA_WORKER_KEYS_FILE'),
      });
      expect(other.emulator.journal.entries).toEqual([]);
    }));
});

describe('confirm', () => {
  it('makes the factor active and keeps nothing but the time that Auth0 said', () =>
    withSession(async (at) => {
      const { oobCode = '' } = await at.bench.run(at.bench.activities.associate, sms(at));
      const code = at.world.emulator.inbox.messages(PHONE_NUMBER)[0]?.code ?? '';
      const input = {
        ...{ tenant: at.world.tenant, accessToken: at.accessToken, factor: 'sms' as const },
        ...{ code, oobCode, notAfter: Infinity },
      };
      const confirmation = await at.bench.run(at.bench.activities.confirm, input);
      expect(Object.keys(confirmation)).toEqual(['confirmedAt']);
      const seconds = Math.floor(at.world.clock.now() / 1000);
      expect([seconds, seconds - 1]).toContain(confirmation.confirmedAt);
      const list = await at.bench.run(at.bench.activities.listAuthenticators, input);
      expect(list).toEqual([
        { id: expect.any(String), kind: 'sms', active: true, maskedName: 'XXXXXXXX0123' },
      ]);
    }));

  it('is refused by a wrong code, and no warning is made of it', () =>
    withSession(async (at) => {
      const { oobCode = '' } = await at.bench.run(at.bench.activities.associate, sms(at));
      const right = Number(at.world.emulator.inbox.messages(PHONE_NUMBER)[0]?.code);
      const code = String((right + 1) % 1_000_000).padStart(6, '0');
      const input = {
        ...{ tenant: at.world.tenant, accessToken: at.accessToken, factor: 'sms' as const },
        ...{ code, oobCode, notAfter: Infinity },
      };
      await expect(at.bench.run(at.bench.activities.confirm, input)).rejects.toMatchObject({
        type: 'wrong-code',
        nonRetryable: true,
        category: 'BENIGN',
        details: [{ type: 'wrong-code', status: 403, error: 'invalid_grant' }],
      });
    }));
});

describe('reading and deleting', () => {
  it('deletes what is unconfirmed; what is gone already counts as done', () =>
    withSession(async (at) => {
      await at.bench.run(at.bench.activities.associate, sms(at));
      const session = { tenant: at.world.tenant, accessToken: at.accessToken };
      const [entry] = await at.bench.run(at.bench.activities.listAuthenticators, session);
      const input = { ...session, authenticatorId: entry?.id ?? '', notAfter: Infinity };
      await at.bench.run(at.bench.activities.deleteAuthenticator, input);
      await at.bench.run(at.bench.activities.deleteAuthenticator, input);
      expect(at.world.emulator.authenticators(at.world.user.userId)).toEqual([]);
    }));

  it('reads the list entry by entry: what an entry does not say is left out, and it stays', () =>
    withSession(async (at) => {
      const unknown = { id: '', kind: 'other' };
      const sms = { id: 'sms|dev_1', kind: 'sms' };
      const entries: readonly (readonly [unknown, object])[] = [
        [{ id: 'sms|dev_1' }, sms],
        [{ id: 'sms|dev_1', active: 'true' }, sms],
        [{ id: 'sms|dev_1', active: null }, sms],
        [{ id: 'sms|dev_1', active: 1, name: 42 }, sms],
        [
          { id: 'sms|dev_1', active: true, name: {} },
          { ...sms, active: true },
        ],
        [
          { id: 'sms|dev_1', active: true, name: null },
          { ...sms, active: true },
        ],
        [
          { id: 'sms|dev_1', active: false, name: 'X'.repeat(9_999) },
          { ...sms, active: false },
        ],
        [
          { id: 'sms|dev_1', name: '' },
          { ...sms, maskedName: '' },
        ],
        [
          { id: 'passkey|dev_1', type: 'passkey', active: true, created_at: 1, more: { x: [] } },
          { id: 'passkey|dev_1', kind: 'other', active: true },
        ],
        [{ active: false, oob_channel: 'sms', name: 'XX0123' }, unknown],
        ...[{ id: 5, active: true }, { id: '', active: true }, {}, [], null, 'sms|dev_1'].map(
          (entry) => [entry, unknown] as const,
        ),
      ];
      const action = { status: 200, body: entries.map(([entry]) => entry) };
      at.world.emulator.faults.add({ endpoint: LIST, when: 'before', action });
      const session = { tenant: at.world.tenant, accessToken: at.accessToken };
      const list = await at.bench.run(at.bench.activities.listAuthenticators, session);
      expect(list).toEqual(entries.map(([, read]) => read));
    }));

  it('may be repeated where the reply is lost', () =>
    withSession(async (at) => {
      at.world.emulator.faults.add({ endpoint: LIST, when: 'after', action: 'drop' });
      const session = { tenant: at.world.tenant, accessToken: at.accessToken };
      await expect(
        at.bench.run(at.bench.activities.listAuthenticators, session),
      ).rejects.toMatchObject({ type: 'unavailable', nonRetryable: false });
    }));

  it('wants a new login once the token is dead', () =>
    withSession(async (at) => {
      at.world.clock.advance(11 * 60_000);
      const session = { tenant: at.world.tenant, accessToken: at.accessToken };
      await expect(
        at.bench.run(at.bench.activities.listAuthenticators, session),
      ).rejects.toMatchObject({ type: 'token-expired', nonRetryable: true });
    }));
});
