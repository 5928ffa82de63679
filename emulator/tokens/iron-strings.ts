/**
 * Opaque strings that stand for something kept here: `mfa_token` and `oob_code`. They look like the
 * "Iron" strings that real tenants hand out and carry their end (epoch ms) in the sixth field.
 */
import { BoundedMap } from '../tenant/bounded-map.ts';
import type { Clock } from '../tenant/clock.ts';
import type { Randomness } from '../tenant/randomness.ts';

interface Issued<T> {
  readonly value: T;
  readonly expiresAt: number;
}

export class IronStrings<T> {
  readonly #clock: Clock;
  readonly #randomness: Randomness;
  readonly #issued: BoundedMap<Issued<T>>;

  /** @param max - beyond it the oldest is forgotten, and reads as one that was never issued */
  constructor(clock: Clock, randomness: Randomness, max: number) {
    this.#clock = clock;
    this.#randomness = randomness;
    this.#issued = new BoundedMap(max);
  }

  issue(value: T, lifeMs: number): string {
    const expiresAt = this.#clock.now() + lifeMs;
    const hex = () => this.#randomness.hex(32);
    const text = (bytes: number) => this.#randomness.base64url(bytes);
    const at = this.#clock.seconds();
    const sealed = `Fe26.2*SERVER_${at}*${hex()}*${text(16)}*${text(96)}*${expiresAt}*${hex()}*${text(32)}`;
    this.#issued.set(sealed, { value, expiresAt });
    return sealed;
  }

  /** `undefined`: nobody was ever given this. */
  read(sealed: string): T | 'expired' | undefined {
    const found = this.#issued.get(sealed);
    if (found === undefined) return undefined;
    return this.#clock.now() < found.expiresAt ? found.value : 'expired';
  }

  spend(sealed: string): void {
    this.#issued.delete(sealed);
  }
}
