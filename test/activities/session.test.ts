import { describe, expect, it } from '@jest/globals';
import type { CodeProof, OpenSessionInput } from '../../activities/enrollment-activities.ts';
import {
  type ActivityBench,
  activityBench,
  openSession,
  sessionInput,
} from '../support/activity-bench.ts';
import { LIST, TOKEN } from '../support/auth0-record.ts';
import { enrollEmail } from '../support/email-factor.ts';
import { deviceKey } from '../support/enrollee.ts';
import { exchangedTokens, login } from '../support/login.ts';
import { createWorld, type World } from '../support/world.ts';

function exchanges(world: World): number {
  return world.emulator.journal.count(TOKEN);
}

describe('a session', () => {
  it('carries the token sealed, its end, and the list', async () => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    const session = await openSession(world, bench);
    expect(session.authenticators).toEqual([]);
    expect(session.expiresAt - world.clock.now()).toBeGreaterThan(590_000);
    expect(session.expiresAt - world.clock.now()).toBeLessThanOrEqual(600_000);
    const token = await bench.seal.open(session.accessToken);
    expect(token.split('.')).toHaveLength(3);
    expect(JSON.stringify(session)).not.toContain(token.split('.')[1]);
  });

  it.each([-120_000, 120_000])(
    'opens although our clock is %i ms off the tenant’s, and ends by our own',
    async (offMs) => {
      await using world = await createWorld({ worker: false });
      const ours = () => world.clock.now() + offMs;
      await using bench = activityBench(world, {}, ours);
      const proof = await login(world);
      const session = await openSession(world, bench, { proof });
      expect(session.expiresAt - ours()).toBeGreaterThan(590_000);
      expect(session.expiresAt - ours()).toBeLessThanOrEqual(600_000);
    },
  );

  it('takes tokens of a login whose code somebody else has exchanged', async () => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    const proof = await exchangedTokens(world, await login(world));
    const session = await bench.run(bench.activities.openSession, sessionInput(world, proof));
    expect(await bench.seal.open(session.accessToken)).toBe(proof.accessToken);
    world.clock.advance(9 * 60_000);
    await expect(
      bench.run(bench.activities.openSession, sessionInput(world, proof)),
    ).rejects.toMatchObject({ type: 'token-expired' });
    const forged = { ...proof, idToken: `${proof.idToken.slice(0, -4)}AAAA` };
    await expect(
      bench.run(bench.activities.openSession, sessionInput(world, forged)),
    ).rejects.toMatchObject({ type: 'invalid-id-token' });
  });
});

describe('a proof is refused before its code is spent', () => {
  const refused = async (proof: Partial<CodeProof>, change: Partial<OpenSessionInput> = {}) => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    const full = { ...(await login(world)), ...proof };
    const opened = bench.run(bench.activities.openSession, {
      ...sessionInput(world, full),
      ...change,
    });
    const failure: unknown = await opened.catch((error: unknown) => error);
    expect(exchanges(world)).toBe(0);
    return failure;
  };

  it('where a key is needed and none came', async () => {
    expect(await refused({}, { deviceKeyRequired: true })).toMatchObject({
      type: 'device-key-missing',
    });
  });

  it('where the key is off the curve', async () => {
    const { publicKey } = await deviceKey();
    expect(await refused({ sealTo: { ...publicKey, y: publicKey.x } })).toMatchObject({
      type: 'device-key-missing',
    });
  });

  it('where the enrollment belongs to another tenant', async () => {
    expect(await refused({}, { tenant: 'another.eu.auth0.com' })).toMatchObject({
      type: 'configuration-fault',
      nonRetryable: true,
      message: expect.stringContaining('AUTH0_DOMAIN'),
    });
  });

  it('where it is a bare mfa_token', async () => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    const proof = { accessToken: 'Fe26.2*SERVER_1*x', idToken: 'x' };
    await expect(
      bench.run(bench.activities.openSession, sessionInput(world, proof)),
    ).rejects.toMatchObject({ type: 'needs-mfa-api-token' });
    expect(world.emulator.journal.entries).toEqual([]);
  });
});

describe('a login that was challenged by what the list does not show', () => {
  it('opens a session where it was by e-mail, which forces no challenge', async () => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    await enrollEmail(world);
    const proof = await login(world, world.user, { phoneNumber: world.user.email });
    const { authenticators } = await openSession(world, bench, { proof });
    expect(authenticators).toMatchObject([{ kind: 'email', active: true }]);
  });

  it.each([[[]], [[{ id: 'duo|dev_0123456789abcdef', authenticator_type: 'x', active: true }]]])(
    'opens one where it was by Duo or an Action: the list has %j',
    async (listed) => {
      await using world = await createWorld({ worker: false });
      await using bench = activityBench(world);
      await enrollEmail(world);
      const proof = await login(world, world.user, { phoneNumber: world.user.email });
      const action = { status: 200, body: listed };
      world.emulator.faults.add({ endpoint: LIST, when: 'after', action });
      expect((await openSession(world, bench, { proof })).authenticators).toHaveLength(
        listed.length,
      );
    },
  );

  it('opens none where it was not challenged although a factor of the list forces it', async () => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    const proof = await login(world);
    const body = [{ id: 'push|dev_0123456789abcdef', authenticator_type: 'oob', active: true }];
    world.emulator.faults.add({ endpoint: LIST, when: 'after', action: { status: 200, body } });
    await expect(openSession(world, bench, { proof })).rejects.toMatchObject({
      type: 'mfa-not-challenged',
    });
  });
});

/** A code may live for hours, our clock is a minute behind the tenant's, and time stands still. */
async function agingLogin(use: (world: World, bench: ActivityBench) => Promise<void>) {
  const settings = { authorizationCodeLifeMs: 3_600_000 };
  await using world = await createWorld({ worker: false, emulator: { settings } });
  await using bench = activityBench(world, {}, () => world.clock.now() - 60_000);
  world.clock.freeze();
  await use(world, bench);
}

const STALE = { type: 'stale-login', nonRetryable: true };

describe('a login, timed by Auth0’s whole seconds', () => {
  it('counts where it is ten minutes old at its exchange', () =>
    agingLogin(async (world, bench) => {
      const proof = await login(world);
      world.clock.advance(600_000);
      expect(await openSession(world, bench, { proof })).toMatchObject({ authenticators: [] });
    }));

  it('does not count where it is a second older, and nothing is listed', () =>
    agingLogin(async (world, bench) => {
      const proof = await login(world);
      world.clock.advance(601_000);
      await expect(openSession(world, bench, { proof })).rejects.toMatchObject(STALE);
      expect(world.emulator.journal.count(LIST)).toBe(0);
    }));

  it('is timed by the exchange of the access token, where an older ID token is given with it', () =>
    agingLogin(async (world, bench) => {
      const { idToken } = await exchangedTokens(world, await login(world));
      world.clock.advance(601_000);
      const { accessToken } = await exchangedTokens(world, await login(world));
      const mixed = openSession(world, bench, { proof: { accessToken, idToken } });
      await expect(mixed).rejects.toMatchObject(STALE);
      expect(world.emulator.journal.count(LIST)).toBe(0);
    }));

  it('counts in the second of the last confirmation', () =>
    agingLogin(async (world, bench) => {
      const confirmedAt = Math.floor(world.emulator.clock.now() / 1000);
      expect(await openSession(world, bench, { confirmedAt })).toMatchObject({
        authenticators: [],
      });
    }));

  it('does not count in the second before it, and nothing is listed', () =>
    agingLogin(async (world, bench) => {
      const confirmedAt = Math.floor(world.emulator.clock.now() / 1000) + 1;
      const proof = await login(world);
      world.clock.advance(2_000);
      const opened = openSession(world, bench, { proof, confirmedAt });
      await expect(opened).rejects.toMatchObject(STALE);
      expect(world.emulator.journal.count(LIST)).toBe(0);
    }));

  it('does not count without auth_time', () =>
    agingLogin(async (world, bench) => {
      const proof = await login(world, world.user, { parameters: { prompt: '', max_age: '' } });
      await expect(openSession(world, bench, { proof })).rejects.toMatchObject(STALE);
      expect(world.emulator.journal.count(LIST)).toBe(0);
    }));
});

describe('a login is refused', () => {
  it('as one of somebody else, and nothing is listed', async () => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    const opened = openSession(world, bench, { userId: 'auth0|somebodyelse' });
    await expect(opened).rejects.toMatchObject({ type: 'wrong-user', nonRetryable: true });
    expect(world.emulator.journal.count(LIST)).toBe(0);
  });

  it('as a fault of the configuration where the client is not known', async () => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world, { clientSecret: 'another' });
    await expect(openSession(world, bench)).rejects.toMatchObject({ type: 'configuration-fault' });
  });
});

describe('a reply to the exchange that is lost', () => {
  it('is ambiguous, and the exchange is not repeated', async () => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    world.emulator.faults.add({ endpoint: TOKEN, when: 'after', action: 'drop' });
    await expect(openSession(world, bench)).rejects.toMatchObject({
      type: 'ambiguous',
      nonRetryable: true,
    });
    expect(exchanges(world)).toBe(1);
  });

  it('login/list-lost-once: to the list is read again, for the code is spent', async () => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    world.emulator.faults.add({ endpoint: LIST, when: 'after', action: 'drop' });
    expect(await openSession(world, bench)).toMatchObject({ authenticators: [] });
    expect(exchanges(world)).toBe(1);
    expect(world.emulator.journal.count(LIST)).toBe(2);
  });

  it('login/list-unreadable: to the list, twice, is as good as none to the exchange', async () => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    world.emulator.faults.add({ endpoint: LIST, when: 'after', action: 'drop', times: 10 });
    await expect(openSession(world, bench)).rejects.toMatchObject({
      type: 'ambiguous',
      nonRetryable: true,
    });
    expect(exchanges(world)).toBe(1);
  });

  it('for the keys comes before the exchange, so the code is not spent', async () => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    const endpoint = 'GET /.well-known/jwks.json';
    world.emulator.faults.add({ endpoint, when: 'before', action: { status: 500 } });
    await expect(openSession(world, bench)).rejects.toMatchObject({
      type: 'unavailable',
      nonRetryable: false,
    });
    expect(exchanges(world)).toBe(0);
  });

  it('was not sent where nobody listens: Temporal may repeat it', async () => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    const proof = await login(world);
    await world.emulator.close();
    await expect(
      bench.run(bench.activities.openSession, sessionInput(world, proof)),
    ).rejects.toMatchObject({ type: 'unavailable', nonRetryable: false });
  });
});
