import { randomUUID } from 'node:crypto';
import { InvalidInput } from './errors.ts';

/** With the message's name before it, it is an update's id: at most 255 bytes on PostgreSQL. */
const IDEMPOTENCY_KEY_BYTES_MAX = 200;

/** Temporal tells updates apart by their ids alone, whatever their names. */
export function updateId(name: string, key: string): string {
  return `${name}:${key}`;
}

/** @throws InvalidInput */
export function idempotencyKey(key: string | null | undefined): string {
  if (key === undefined || key === null) return randomUUID();
  if (isKey(key)) return key;
  throw new InvalidInput('The request', [
    `idempotencyKey: must be a text of 1 to ${IDEMPOTENCY_KEY_BYTES_MAX} bytes; leave it out for a random one`,
  ]);
}

/** Programs without types send what they have; half a surrogate pair would become another key's. */
function isKey(key: unknown): boolean {
  if (typeof key !== 'string' || key === '') return false;
  const bytes = Buffer.from(key);
  return bytes.length <= IDEMPOTENCY_KEY_BYTES_MAX && bytes.toString() === key;
}
