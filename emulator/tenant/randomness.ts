/**
 * Everything that a tenant makes up: codes, ids, secrets, opaque strings. With a seed the same requests
 * get the same answers again; without one it is the machine's own randomness.
 */
import { type Cipher, createCipheriv, createHash, randomBytes } from 'node:crypto';

/** Above it a byte is thrown away, so that each character is as likely as the others. */
const BYTE_VALUES = 256;
/** AES-256 in counter mode over zeros: a stream that looks random and depends on the key alone. */
const STREAM = 'aes-256-ctr';
const COUNTER_BYTES = 16;
const DIGITS = '0123456789';
const ALPHANUMERIC = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz${DIGITS}`;

export class Randomness {
  readonly #stream: Cipher | undefined;
  #drawn = 0;

  /** @param drawn - bytes that were drawn before, by a process that has ended */
  constructor(seed?: string, drawn = 0) {
    if (seed === undefined) return;
    const key = createHash('sha256').update(seed).digest();
    const counter = Buffer.alloc(COUNTER_BYTES);
    counter.writeBigUInt64BE(BigInt(Math.floor(drawn / COUNTER_BYTES)), COUNTER_BYTES - 8);
    this.#stream = createCipheriv(STREAM, key, counter);
    this.#drawn = drawn - (drawn % COUNTER_BYTES);
    this.bytes(drawn % COUNTER_BYTES);
  }

  get seeded(): boolean {
    return this.#stream !== undefined;
  }

  /** Bytes so far. */
  get drawn(): number {
    return this.#drawn;
  }

  bytes(length: number): Buffer {
    this.#drawn += length;
    return this.#stream?.update(Buffer.alloc(length)) ?? randomBytes(length);
  }

  hex(bytes: number): string {
    return this.bytes(bytes).toString('hex');
  }

  base64url(bytes: number): string {
    return this.bytes(bytes).toString('base64url');
  }

  /** @param alphabet - at most 256 characters */
  text(alphabet: string, length: number): string {
    const fair = BYTE_VALUES - (BYTE_VALUES % alphabet.length);
    let text = '';
    while (text.length < length) {
      for (const byte of this.bytes(length - text.length)) {
        if (byte < fair) text += alphabet.charAt(byte % alphabet.length);
      }
    }
    return text;
  }

  digits(length: number): string {
    return this.text(DIGITS, length);
  }

  alphanumeric(length: number): string {
    return this.text(ALPHANUMERIC, length);
  }
}
