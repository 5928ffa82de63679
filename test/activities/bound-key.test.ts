import { describe, expect, it } from '@jest/globals';
import type { OpenSessionInput } from '../../activities/enrollment-activities.ts';
import { activityBench, openSession } from '../support/activity-bench.ts';
import { LIST, TOKEN } from '../support/auth0-record.ts';
import { deviceKey } from '../support/enrollee.ts';
import { exchangedTokens, login } from '../support/login.ts';
import { createWorld, type World } from '../support/world.ts';

const MISMATCH = { type: 'device-key-mismatch', nonRetryable: true };

/** A world with a person's key, somebody else's, and what becomes of a proof. */
async function staged<T>(
  play: (stage: {
    readonly world: World;
    readonly mine: Awaited<ReturnType<typeof deviceKey>>;
    readonly theirs: Awaited<ReturnType<typeof deviceKey>>;
    readonly open: (proof: OpenSessionInput['proof']) => Promise<unknown>;
    /** What the tenant was asked since the login. */
    readonly asked: () => readonly string[];
  }) => Promise<T>,
): Promise<T> {
  await using world = await createWorld({ worker: false });
  await using bench = activityBench(world);
  const asked = () =>
    world.emulator.journal.entries
      .map(({ endpoint }) => endpoint)
      .filter((endpoint) => endpoint === TOKEN || endpoint.includes('/mfa/'));
  const open = (proof: OpenSessionInput['proof']) => openSession(world, bench, { proof });
  const [mine, theirs] = [await deviceKey(), await deviceKey()];
  return await play({ world, mine, theirs, open, asked });
}

describe('the key of a proof by code', () => {
  it('is taken where the login began with it', () =>
    staged(async ({ world, mine, open }) => {
      const proof = await login(world, world.user, { sealTo: mine.publicKey });
      expect(await open(proof)).toMatchObject({ authenticators: [] });
    }));

  it('is refused where it is another one, was left out or was added, and Auth0 is not asked', () =>
    staged(async ({ world, mine, theirs, open, asked }) => {
      const { sealTo, ...rest } = await login(world, world.user, { sealTo: mine.publicKey });
      await expect(open({ ...rest, sealTo: theirs.publicKey })).rejects.toMatchObject(MISMATCH);
      await expect(open(rest)).rejects.toMatchObject(MISMATCH);
      const without = await login(world);
      await expect(open({ ...without, sealTo: theirs.publicKey })).rejects.toMatchObject(MISMATCH);
      expect(asked()).toEqual([]);
      // The code is as good as before.
      expect(await open({ ...rest, sealTo: mine.publicKey })).toMatchObject({ authenticators: [] });
      expect(sealTo).toEqual(mine.publicKey);
    }));

  it('is refused where the nonce was made to fit it: nothing comes after the exchange', () =>
    staged(async ({ world, mine, theirs, open, asked }) => {
      const proof = await login(world, world.user, { sealTo: mine.publicKey });
      const [random = ''] = proof.nonce.split('.');
      const nonce = `${random}.${theirs.kid}`;
      const swapped = { ...proof, nonce, sealTo: theirs.publicKey };
      await expect(open(swapped)).rejects.toMatchObject({ type: 'invalid-id-token' });
      expect(asked()).toEqual([TOKEN]);
    }));
});

describe('the key of a proof by tokens', () => {
  it('is compared with the nonce that the ID token has', () =>
    staged(async ({ world, mine, theirs, open, asked }) => {
      const bound = await exchangedTokens(
        world,
        await login(world, world.user, { sealTo: mine.publicKey }),
      );
      const without = await exchangedTokens(world, await login(world));
      const before = asked();
      for (const proof of [
        { ...bound, sealTo: theirs.publicKey },
        bound,
        { ...without, sealTo: theirs.publicKey },
      ]) {
        await expect(open(proof)).rejects.toMatchObject(MISMATCH);
      }
      expect(asked()).toEqual(before);
      for (const proof of [{ ...bound, sealTo: mine.publicKey }, without]) {
        expect(await open(proof)).toMatchObject({ authenticators: [] });
      }
      expect(asked().slice(before.length)).toEqual([LIST, LIST]);
    }));
});
