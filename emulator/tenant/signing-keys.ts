/**
 * The tenant's signing keys: the current one signs, and what the previous one has signed is still good
 * (auth0-docs "Rotate Signing Keys").
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
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
/** Management API, `SigningAlgorithmEnum`; HS256 is with the client's secret. */
export const SIGNING_ALGORITHMS = ['RS256', 'RS512', 'PS256', 'HS256'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];
const MODULUS_BITS = 2048;
/** The current key and the one before it. */
const KEYS_MAX = 2;

export class SigningKeys {
  readonly #randomness: Randomness;
  /** Newest first. */
  #keys: readonly SigningKey[];
  /** The first key is made while the tenant starts to listen: it takes longer than all the rest. */
  #ready: Promise<void> = Promise.resolve();

  private constructor(randomness: Randomness, keys: readonly SigningKey[]) {
    this.#randomness = randomness;
    this.#keys = keys;
  }

  static create(randomness: Randomness, saved: readonly SavedKey[] = []): SigningKeys {
    const keys = new SigningKeys(
      randomness,
      saved.map((key) => withPublicHalf(key.kid, createPrivateKey({ key, format: 'jwk' }))),
    );
    if (saved.length === 0) {
      keys.#ready = keys.#add();
      // Whoever needs the key is told why there is none.
      keys.#ready.catch(() => undefined);
    }
    return keys;
  }

  /** What `create` takes to go on with the same keys. */
  async save(): Promise<readonly SavedKey[]> {
    await this.#ready;
    return this.#keys.map(({ kid, privateKey }) => ({
      ...privateKey.export({ format: 'jwk' }),
      kid,
    }));
  }

  /** The key before the previous one is no longer believed. */
  async rotate(): Promise<void> {
    await this.#ready;
    await this.#add();
  }

  async #add(): Promise<void> {
    const kid = this.#randomness.base64url(16);
    const key = withPublicHalf(kid, await this.#newKey());
    this.#keys = [key, ...this.#keys].slice(0, KEYS_MAX);
  }

  /** Where nobody asked for the same key again, OpenSSL is much quicker. */
  async #newKey(): Promise<KeyObject> {
    if (this.#randomness.seeded) return drawRsaKey(this.#randomness);
    return (await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS })).privateKey;
  }

  /** @param marked - whether they say what they are for */
  async jwks(marked = true): Promise<{ keys: JWK[] }> {
    await this.#ready;
    const keys = this.#keys.map(async ({ publicKey, kid }) => ({
      ...(await exportJWK(publicKey)),
      ...{ use: 'sig', kid },
      ...(marked && { alg: ALGORITHM }),
    }));
    return { keys: await Promise.all(keys) };
  }

  async sign(
    claims: Record<string, unknown>,
    alg: Exclude<SigningAlgorithm, 'HS256'> = ALGORITHM,
  ): Promise<string> {
    await this.#ready;
    const [current] = this.#keys;
    if (current === undefined) throw new Error('A tenant always has a signing key.');
    return new SignJWT(claims)
      .setProtectedHeader({ alg, typ: 'JWT', kid: current.kid })
      .sign(current.privateKey);
  }

  /**
   * Throws what jose throws where the token is not ours, not for this audience, or not alive. Only
   * RS256 is believed, so a token with `alg: none` never is.
   */
  async verify(token: string, { issuer, audience, now }: Expected): Promise<JWTPayload> {
    await this.#ready;
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
