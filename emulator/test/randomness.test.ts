import { describe, expect, it } from '@jest/globals';
import { startEmulator } from '@durable-mfa/tenant-emulator';
import { Randomness } from '../tenant/randomness.ts';

describe('randomness', () => {
  it('is the same again for the same seed, and another one for another', () => {
    const made = (seed?: string) => {
      const randomness = new Randomness(seed);
      return [randomness.hex(16), randomness.digits(6), randomness.base64url(24)];
    };
    expect(made('a')).toEqual(made('a'));
    expect(made('a')).not.toEqual(made('b'));
    expect(made()).not.toEqual(made());
  });

  it('gives every character of an alphabet about as often as the others', () => {
    const text = new Randomness('even').text('0123456789', 20_000);
    for (const digit of '0123456789') {
      const share = text.split(digit).length - 1;
      expect(share).toBeGreaterThan(1_800);
      expect(share).toBeLessThan(2_200);
    }
  });

  it('makes two tenants of one seed name their users alike', async () => {
    const user = { email: 'ada@example.com', password: 'secret' };
    await using one = await startEmulator({ seed: 'x' });
    await using two = await startEmulator({ seed: 'x' });
    expect(one.addUser(user).userId).toBe(two.addUser(user).userId);
  });
});
