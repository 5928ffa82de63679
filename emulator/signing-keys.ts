/**
 * The tenant's signing keys: the current one signs, and what the previous one has signed is still good
 * (auth0-docs "Rotate Signing Keys").
 */
import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { errors, exportJWK, type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Randomness } from './randomness.ts';
import { drawRsaKey } from './rsa-key.ts';

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** With its private half: what a state file keeps. */
export type SavedKey = JsonWebKey & { readonly kid: string };

export interface Expected {
  readonly issuer: string;
  readonly now: Date;
  /** Any where it is left out. */
  readonly audience?: string;
}

export const ALGORITHM = 'RS256';
/** The current key and the one before it. */
const KEYS_MAX = 2;

export class SigningKeys {
  readonly #randomness: Randomness;
  /** Newest first. */
  #keys: readonly SigningKey[];

  private constructor(randomness: Randomness, keys: readonly SigningKey[]) {
    this.#randomness = randomness;
    this.#keys = keys;
  }

  static async create(randomness: Randomness, saved: readonly SavedKey[] = []) {
    const keys = new SigningKeys(
      randomness,
      saved.map((key) => withPublicHalf(key.kid, createPrivateKey({ key, format: 'jwk' }))),
    );
    if (saved.length === 0) await keys.rotate();
    return keys;
  }

  /** What `create` takes to go on with the same keys. */
  save(): readonly SavedKey[] {
    return this.#keys.map(({ kid, privateKey }) => ({
      ...privateKey.export({ format: 'jwk' }),
      kid,
    }));
  }

  /** The key before the previous one is no longer believed. */
  async rotate(): Promise<void> {
    const key = withPublicHalf(this.#randomness.base64url(16), await drawRsaKey(this.#randomness));
    this.#keys = [key, ...this.#keys].slice(0, KEYS_MAX);
  }

  async jwks(): Promise<{ keys: JWK[] }> {
    const keys = this.#keys.map(async ({ publicKey, kid }) => ({
      ...(await exportJWK(publicKey)),
      ...{ use: 'sig', alg: ALGORITHM, kid },
    }));
    return { keys: await Promise.all(keys) };
  }

  sign(claims: Record<string, unknown>): Promise<string> {
    const [current] = this.#keys;
    if (current === undefined) throw new Error('A tenant always has a signing key.');
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: current.kid })
      .sign(current.privateKey);
  }

  /**
   * Throws what jose throws where the token is not ours, not for this audience, or not alive. Only
   * RS256 is believed, so a token with `alg: none` never is.
   */
  async verify(token: string, { issuer, audience, now }: Expected): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, ({ kid }) => this.#byId(kid), {
      ...{ algorithms: [ALGORITHM], issuer, currentDate: now },
      ...(audience !== undefined && { audience }),
    });
    return payload;
  }

  #byId(kid: string | undefined): KeyObject {
    const key = this.#keys.find((entry) => entry.kid === kid);
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    return key.publicKey;
  }
}

function withPublicHalf(kid: string, privateKey: KeyObject): SigningKey {
  return { kid, privateKey, publicKey: createPublicKey(privateKey) };
}
