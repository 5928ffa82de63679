/**
 * The two seals (I6).
 *
 * Workers' seal: access tokens and `oob_code`s leave an activity as JWE (RFC 7516) under a key that
 * only the workers have: `dir`, A256GCM. Device's seal: what only the person may see leaves as JWE to
 * the public P-256 key that came with the login: ECDH-ES, A256GCM. Algorithms are pinned on opening.
 */
import {
  base64url,
  calculateJwkThumbprint,
  compactDecrypt,
  CompactEncrypt,
  decodeProtectedHeader,
  importJWK,
} from 'jose';
import { z } from 'zod';
import type { DeviceSealed, PublicDeviceKey, WorkerSealed } from './enrollment-activities.ts';

const WORKER_ALG = 'dir';
const DEVICE_ALG = 'ECDH-ES';
const ENC = 'A256GCM';
/** We compress nothing; what claims to be may unfold into anything. */
const NEVER_COMPRESSED = 0;
const KEYS_MAX = 32;

export interface WorkerKeyring {
  seal(text: string): Promise<WorkerSealed>;
  /** @throws Error where it was sealed with no key of this ring, or was tampered with */
  open(sealed: WorkerSealed): Promise<string>;
}

const keyringSchema = z.object({
  keys: z
    .array(
      z.object({
        kty: z.literal('oct'),
        kid: z.string().min(1).max(128),
        k: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be base64url of 32 bytes'),
        alg: z.literal('A256GCM').optional(),
        use: z.literal('enc').optional(),
      }),
    )
    .min(1)
    .max(KEYS_MAX),
});

/**
 * @param json - a JWKS (RFC 7517) of `oct` keys with `kid`: the first is the primary key and seals, all of them open
 * @throws Error that names what is wrong, never a key
 */
export function parseWorkerKeyring(json: unknown): WorkerKeyring {
  const parsed = keyringSchema.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
    throw new Error(`not a JWKS of oct keys with kid: ${problems.join('; ')}`);
  }
  const keys = new Map(parsed.data.keys.map(({ kid, k }) => [kid, base64url.decode(k)]));
  if (keys.size < parsed.data.keys.length) throw new Error('two keys have the same kid');
  const [first] = keys;
  if (first === undefined) throw new Error('keys: holds none');
  const [primaryKid, primaryKey] = first;
  return {
    seal: (text) =>
      new CompactEncrypt(new TextEncoder().encode(text))
        .setProtectedHeader({ alg: WORKER_ALG, enc: ENC, kid: primaryKid })
        .encrypt(primaryKey),
    open: async (sealed) => {
      const key = keys.get(decodeProtectedHeader(sealed).kid ?? '');
      if (key === undefined) throw new Error('sealed with a key that this worker does not have');
      const { plaintext } = await compactDecrypt(sealed, key, {
        keyManagementAlgorithms: [WORKER_ALG],
        contentEncryptionAlgorithms: [ENC],
        maxDecompressedLength: NEVER_COMPRESSED,
      });
      return new TextDecoder().decode(plaintext);
    },
  };
}

/** Seals to a device. @throws TypeError where the key is no point of the curve */
export async function sealToDevice(key: PublicDeviceKey, content: unknown): Promise<DeviceSealed> {
  const kid = await thumbprint(key);
  const jwe = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(content)))
    .setProtectedHeader({ alg: DEVICE_ALG, enc: ENC, kid })
    .encrypt(await importJWK({ kty: key.kty, crv: key.crv, x: key.x, y: key.y }, DEVICE_ALG));
  return { kid, jwe };
}

/** RFC 7638, SHA-256: the key's `kid`. */
export function thumbprint({ kty, crv, x, y }: PublicDeviceKey): Promise<string> {
  return calculateJwkThumbprint({ kty, crv, x, y });
}

/** Whether something can be sealed to this key: importing checks that the point is on the curve. */
export async function isDeviceKey(key: PublicDeviceKey): Promise<boolean> {
  try {
    await importJWK({ kty: key.kty, crv: key.crv, x: key.x, y: key.y }, DEVICE_ALG);
    return !('d' in key);
  } catch {
    return false;
  }
}
