/**
 * A device's own key for Node programs (a bot, the CLI): the TOTP set-up and the recovery code are
 * sealed to its public half, and its private half never leaves the file. Browsers keep theirs
 * non-extractable instead.
 *
 * JWE by RFC 7516, pinned to ECDH-ES on P-256 with A256GCM; thumbprints by RFC 7638.
 */
import {
  calculateJwkThumbprint,
  compactDecrypt,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose';
import { z } from 'zod';
import type {
  PublicDeviceKey,
  RecoveryCodeSetUp,
  TotpSetUp,
} from '../workflows/contract/enroll-mfa.ts';
import { EnrollmentError } from './errors.ts';
import { OwnerFileError, readOwnerFile, writeOwnerFile } from '../temporal/owner-file.ts';

const KEY_FILE_BYTES_MAX = 4096;
const JWE_PARTS = 5;
/** A set-up is a few hundred bytes. */
const JWE_CHARACTERS_MAX = 16_384;

const base64url32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const keyFileSchema = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: base64url32,
  y: base64url32,
  d: base64url32,
});
const totpSchema = z.object({ secret: z.string(), barcodeUri: z.string() });
const recoveryCodeSchema = z.object({ recoveryCode: z.string() });

/** A private P-256 key as JWK: whoever has it reads what is sealed to it. */
export type PrivateDeviceKey = z.infer<typeof keyFileSchema>;

/** What is sealed to a device, as the query `setUp` gives it. */
export interface Sealed {
  readonly kid: string;
  readonly jwe: string;
}

/** It was sealed to another key, or it was cut or altered on the way. */
export class SealedUnreadable extends EnrollmentError {
  override readonly name = 'SealedUnreadable';
  readonly code = 'sealed-unreadable';
  readonly why: 'another-key' | 'truncated' | 'altered';
  /** Thumbprint of the key that it is sealed to, and of ours. */
  readonly kids: { readonly sealedTo: string; readonly ours: string };

  constructor(why: SealedUnreadable['why'], text: string, kids: SealedUnreadable['kids']) {
    super(text);
    this.why = why;
    this.kids = kids;
  }
}

export class DeviceKey {
  /** RFC 7638 thumbprint (SHA-256, base64url): the `kid` of what is sealed to it. */
  readonly thumbprint: string;
  /** For a login proof's `sealTo`. */
  readonly publicKey: PublicDeviceKey;
  readonly #jwk: PrivateDeviceKey;

  private constructor(jwk: PrivateDeviceKey, thumbprint: string) {
    const { kty, crv, x, y } = jwk;
    this.#jwk = jwk;
    this.thumbprint = thumbprint;
    this.publicKey = { kty, crv, x, y };
  }

  static async generate(): Promise<DeviceKey> {
    const { privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
    return DeviceKey.#of(keyFileSchema.parse(await exportJWK(privateKey)));
  }

  /** @throws OwnerFileError also for a file that holds no key. */
  static async load(path: string): Promise<DeviceKey> {
    const jwk = keyFileSchema.safeParse(
      parseJson(
        await readOwnerFile(path, KEY_FILE_BYTES_MAX, 'make one with the command device-key new'),
      ),
    );
    if (jwk.success) return DeviceKey.#of(jwk.data);
    const rule =
      'must hold a private P-256 key as JWK; make a new one with the command device-key new';
    throw new OwnerFileError('content', path, rule);
  }

  static async #of(jwk: PrivateDeviceKey): Promise<DeviceKey> {
    const { kty, crv, x, y } = jwk;
    return new DeviceKey(jwk, await calculateJwkThumbprint({ kty, crv, x, y } satisfies JWK));
  }

  /** @throws OwnerFileError when a file stands there: whatever is sealed to its key would be lost. */
  async save(path: string): Promise<void> {
    const text = JSON.stringify({ ...this.#jwk, kid: this.thumbprint });
    await writeOwnerFile(path, `${text}\n`, { replace: false });
  }

  /** @throws SealedUnreadable */
  async openTotp(sealed: Sealed): Promise<TotpSetUp> {
    return this.#parsed(sealed, totpSchema);
  }

  /** @throws SealedUnreadable */
  async openRecoveryCode(sealed: Sealed): Promise<RecoveryCodeSetUp> {
    return this.#parsed(sealed, recoveryCodeSchema);
  }

  async #parsed<T>(sealed: Sealed, schema: z.ZodType<T>): Promise<T> {
    const kids = { sealedTo: sealed.kid, ours: this.thumbprint };
    const parsed = schema.safeParse(parseJson(await this.#open(sealed)));
    if (parsed.success) return parsed.data;
    throw new SealedUnreadable('altered', 'What was sealed is of another kind.', kids);
  }

  async #open({ kid, jwe }: Sealed): Promise<string> {
    const kids = { sealedTo: kid, ours: this.thumbprint };
    if (kid !== this.thumbprint) {
      throw new SealedUnreadable(
        'another-key',
        `It is sealed to the key ${kid}, and this is the key ${this.thumbprint}. Open it where that ` +
          'login was made, or log in again with this key as sealTo.',
        kids,
      );
    }
    const whole = jwe.split('.').length === JWE_PARTS && jwe.length <= JWE_CHARACTERS_MAX;
    if (!whole) {
      const text = 'It is not a whole JWE (five parts with dots). Copy it again in full.';
      throw new SealedUnreadable('truncated', text, kids);
    }
    try {
      const key = await importJWK(this.#jwk, 'ECDH-ES');
      const { plaintext } = await compactDecrypt(jwe, key, {
        keyManagementAlgorithms: ['ECDH-ES'],
        contentEncryptionAlgorithms: ['A256GCM'],
        // Workers compress nothing; what claims to be may unfold into anything.
        maxDecompressedLength: 0,
      });
      return new TextDecoder().decode(plaintext);
    } catch {
      // Nothing of the cause: it may quote what it could not read.
      const text = 'It was cut or altered on the way. Read it again with the query setUp.';
      throw new SealedUnreadable('altered', text, kids);
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
