import { describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { Randomness } from '../tenant/randomness.ts';
import { SigningKeys } from '../tenant/signing-keys.ts';
import { Bench, string } from './bench.ts';

async function keysOf(bench: Bench): Promise<string> {
  return (await bench.get('/.well-known/jwks.json')).text;
}

describe('signing keys', () => {
  it('are the same for the same seed, others for another, and sign', async () => {
    const texts: string[] = [];
    for (const seed of ['one', 'one', 'two']) {
      await using bench = await Bench.open({ seed });
      texts.push(await keysOf(bench));
      const keys = createRemoteJWKSet(new URL(bench.url('/.well-known/jwks.json')));
      const token = string(await bench.passwordGrant(), 'id_token');
      const currentDate = new Date(bench.emulator.clock.now());
      await jwtVerify(token, keys, { issuer: bench.emulator.issuer, currentDate });
    }
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).not.toBe(texts[2]);
  });

  it('are others each time without a seed', async () => {
    const [one, other] = [
      SigningKeys.create(new Randomness()),
      SigningKeys.create(new Randomness()),
    ];
    expect((await one.save())[0]?.n).not.toBe((await other.save())[0]?.n);
    expect(Buffer.from((await one.save())[0]?.n ?? '', 'base64url')).toHaveLength(256);
  });

  it('come back from what was saved, in their order', async () => {
    const keys = SigningKeys.create(new Randomness('one'));
    await keys.rotate();
    const restored = SigningKeys.create(new Randomness(), await keys.save());
    expect(await restored.jwks()).toEqual(await keys.jwks());
  });
});
