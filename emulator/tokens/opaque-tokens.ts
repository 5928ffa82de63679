/**
 * Access tokens that only `/userinfo` takes: what a login without an API gets. Real ones are encrypted
 * JWTs (auth0-docs "Get Access Tokens": opaque), whose header is readable and nothing else.
 */
import { BoundedMap } from '../tenant/bounded-map.ts';
import type { Clock } from '../tenant/clock.ts';
import type { Randomness } from '../tenant/randomness.ts';

interface OpaqueToken {
  readonly userId: string;
  readonly scope: string;
}

/** Bytes of the initialization vector, of what would be encrypted, and of the tag. */
const PARTS = [12, 240, 16] as const;

export class OpaqueTokens {
  readonly #clock: Clock;
  readonly #randomness: Randomness;
  readonly #header: string;
  readonly #issued: BoundedMap<OpaqueToken & { readonly expiresAt: number }>;

  constructor(issuer: string, clock: Clock, randomness: Randomness, max: number) {
    const header = { alg: 'dir', enc: 'A256GCM', iss: issuer };
    this.#header = Buffer.from(JSON.stringify(header)).toString('base64url');
    this.#clock = clock;
    this.#randomness = randomness;
    this.#issued = new BoundedMap(max);
  }

  issue(token: OpaqueToken, lifeS: number): string {
    const parts = PARTS.map((bytes) => this.#randomness.base64url(bytes));
    const sealed = [this.#header, '', ...parts].join('.');
    this.#issued.set(sealed, { ...token, expiresAt: this.#clock.seconds() + lifeS });
    return sealed;
  }

  read(sealed: string): OpaqueToken | undefined {
    const found = this.#issued.get(sealed);
    return found !== undefined && this.#clock.seconds() < found.expiresAt ? found : undefined;
  }
}
