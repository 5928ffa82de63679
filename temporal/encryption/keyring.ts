import { createSecretKey, type KeyObject } from 'node:crypto';
import { statSync } from 'node:fs';
import { errorCode, OwnerFileError } from '../owner-file.ts';
import { FILE_ENVELOPE, type KeyEnvelope } from './key-envelope.ts';
import { KeyringError, type KeyringFile, readKeyringFile } from './keyring-file.ts';

export interface PayloadKey {
  readonly kid: string;
  /** 256 bits, for AES. */
  readonly key: KeyObject;
}

/** Where the codec gets its keys from. */
export interface PayloadKeys {
  /** The one that encrypts now. */
  primary(): Promise<PayloadKey>;
  /** `undefined` where there is none of this id. */
  reading(kid: string): Promise<PayloadKey | undefined>;
}

export interface FileKeyringOptions {
  /** Default: keys in clear in the file. */
  readonly envelope?: KeyEnvelope;
  /** Told once per change of the file that cannot be used; the keys from before stay in use. */
  readonly onProblem?: (message: string) => void;
}

interface Ring {
  readonly primary: PayloadKey;
  readonly all: ReadonlyMap<string, PayloadKey>;
}

/**
 * The keys in a file that its owner alone can read. It is looked at before each use (a `stat`, some
 * microseconds) and read again when it changed, so rotating and retiring need no restart. A change
 * that cannot be used leaves the keys from before in use: a typo must not stop every enrollment.
 */
export class FileKeyring implements PayloadKeys {
  readonly #path: string;
  readonly #envelope: KeyEnvelope;
  readonly #onProblem: (message: string) => void;
  #ring: Ring;
  #signature: string;
  #reload: Promise<void> | undefined;

  private constructor(path: string, ring: Ring, signature: string, options: FileKeyringOptions) {
    this.#path = path;
    this.#ring = ring;
    this.#signature = signature;
    this.#envelope = options.envelope ?? FILE_ENVELOPE;
    this.#onProblem = options.onProblem ?? (() => undefined);
  }

  /** @throws KeyringError */
  static async open(path: string, options: FileKeyringOptions = {}): Promise<FileKeyring> {
    // Before the content: what is written in between is found at the next look.
    const signature = signatureOf(path);
    const ring = await readRing(path, options.envelope ?? FILE_ENVELOPE);
    return new FileKeyring(path, ring, signature, options);
  }

  async primary(): Promise<PayloadKey> {
    await this.#refresh();
    return this.#ring.primary;
  }

  async reading(kid: string): Promise<PayloadKey | undefined> {
    await this.#refresh();
    return this.#ring.all.get(kid);
  }

  async #refresh(): Promise<void> {
    const signature = signatureOf(this.#path);
    if (signature !== this.#signature && this.#reload === undefined) {
      this.#signature = signature;
      this.#reload = this.#read().finally(() => {
        this.#reload = undefined;
      });
    }
    await this.#reload;
  }

  async #read(): Promise<void> {
    try {
      this.#ring = await readRing(this.#path, this.#envelope);
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error;
      this.#onProblem(`${error.message} The keys from before stay in use.`);
    }
  }
}

/** Changes when the file does: replaced, rewritten, or its mode changed. */
function signatureOf(path: string): string {
  try {
    const stat = statSync(path);
    return [stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs].join();
  } catch (error) {
    return errorCode(error);
  }
}

async function readRing(path: string, envelope: KeyEnvelope): Promise<Ring> {
  const file = await readFile(path);
  if (file.envelope !== envelope.name) {
    throw new KeyringError(
      `The keyring ${path} is kept by ${JSON.stringify(file.envelope)}, not by ${envelope.name}.`,
    );
  }
  const all = new Map<string, PayloadKey>();
  for (const { kid, key } of file.keys) all.set(kid, await unwrapped(envelope, kid, key));
  const primary = all.get(file.primary);
  if (primary === undefined) throw new KeyringError('primary: must name a key of the file');
  return { primary, all };
}

async function readFile(path: string): Promise<KeyringFile> {
  try {
    return await readKeyringFile(path);
  } catch (error) {
    if (error instanceof OwnerFileError) throw new KeyringError(error.message, { cause: error });
    throw error;
  }
}

async function unwrapped(envelope: KeyEnvelope, kid: string, key: string): Promise<PayloadKey> {
  try {
    return { kid, key: createSecretKey(await envelope.unwrap(key)) };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown';
    throw new KeyringError(`The key ${kid} cannot be used: ${why}.`);
  }
}
