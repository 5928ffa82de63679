/** The file that holds the payload keys: its form, and the three things that operators do to it. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { EnrollmentError } from '../enrollment-error.ts';
import { readOwnerFile } from '../owner-file.ts';
import type { KeyEnvelope } from './key-envelope.ts';

const BYTES_MAX = 64 * 1024;
const KEYS_MAX = 32;
const KEY_BYTES = 32;
/** What is random in a key's id; the rest is the day on which it was made. */
const KID_RANDOM_BYTES = 4;

/** It stands in clear in every payload, and in errors: no room for anything but a name. */
export const KID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const fileSchema = z
  .strictObject({
    version: z.literal(1),
    envelope: z.string().min(1).max(64),
    /** The kid of the one key that encrypts; the others only decrypt. */
    primary: z.string(),
    /** The oldest first. */
    keys: z
      .array(
        z.strictObject({
          kid: z.string().regex(KID),
          createdAt: z.iso.datetime(),
          /** As the envelope wrapped it. */
          key: z.string().min(1).max(8_192),
        }),
      )
      .min(1)
      .max(KEYS_MAX),
  })
  .refine(({ keys }) => new Set(keys.map(({ kid }) => kid)).size === keys.length, {
    message: 'keys: two have the same kid',
  })
  .refine(({ keys, primary }) => keys.some(({ kid }) => kid === primary), {
    message: 'primary: must name a key of the file',
  });

export type KeyringFile = Readonly<z.infer<typeof fileSchema>>;

const WAY_OUT =
  'Put its backup back; or move it away and make a new one with npm run -s mfa -- keys new, which reads ' +
  'nothing that the old one wrote';

/** What is wrong with a keyring, and what to do. Holds no key. */
export class KeyringError extends EnrollmentError {
  override readonly name = 'KeyringError';
  readonly code = 'keyring';
}

/**
 * @param path - to say where it is
 * @throws KeyringError that names the place, never a key
 */
export function parseKeyringFile(text: string, path = 'given'): KeyringFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new KeyringError(`The keyring ${path} must be JSON. ${WAY_OUT}.`);
  }
  const parsed = fileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new KeyringError(
    `The keyring ${path} is not as it must be: ${problems.join('; ')}. ${WAY_OUT}.`,
  );
}

/** @throws OwnerFileError, KeyringError */
export async function readKeyringFile(path: string): Promise<KeyringFile> {
  const text = await readOwnerFile(path, BYTES_MAX, 'make it with: npm run -s mfa -- keys new');
  return parseKeyringFile(text, path);
}

export function printKeyringFile(file: KeyringFile): string {
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** A keyring with one key, its primary. */
export async function newKeyring(envelope: KeyEnvelope, now: Date): Promise<KeyringFile> {
  const key = await newKey(envelope, now);
  return { version: 1, envelope: envelope.name, primary: key.kid, keys: [key] };
}

/** A decrypt-only key: every process must have it before one encrypts with it. */
export async function withNewKey(
  file: KeyringFile,
  envelope: KeyEnvelope,
  now: Date,
): Promise<KeyringFile> {
  if (file.keys.length >= KEYS_MAX) {
    throw new KeyringError(`A keyring holds ${KEYS_MAX} keys at most; retire one first.`);
  }
  return { ...file, keys: [...file.keys, await newKey(envelope, now)] };
}

/** The newest key becomes primary; where it is already, one is made first. */
export async function rotated(
  file: KeyringFile,
  envelope: KeyEnvelope,
  now: Date,
): Promise<KeyringFile> {
  const newest = file.keys.at(-1);
  if (newest !== undefined && newest.kid !== file.primary) return { ...file, primary: newest.kid };
  const grown = await withNewKey(file, envelope, now);
  return { ...grown, primary: grown.keys.at(-1)?.kid ?? grown.primary };
}

/** @throws KeyringError for the primary key, and for one that is not there */
export function withoutKey(file: KeyringFile, kid: string): KeyringFile {
  if (!file.keys.some((key) => key.kid === kid)) {
    throw new KeyringError(`The keyring has no key ${JSON.stringify(kid.slice(0, 64))}.`);
  }
  if (file.primary === kid) {
    throw new KeyringError(
      `${kid} is the primary key. Rotate first: npm run -s mfa -- keys rotate`,
    );
  }
  return { ...file, keys: file.keys.filter((key) => key.kid !== kid) };
}

async function newKey(envelope: KeyEnvelope, now: Date): Promise<KeyringFile['keys'][number]> {
  const createdAt = now.toISOString();
  const kid = `${createdAt.slice(0, 10)}-${randomBytes(KID_RANDOM_BYTES).toString('hex')}`;
  return { kid, createdAt, key: await envelope.wrap(randomBytes(KEY_BYTES)) };
}
