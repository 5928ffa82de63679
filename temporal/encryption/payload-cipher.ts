/**
 * One payload, encrypted: AES-256-GCM (NIST SP 800-38D) with a fresh random nonce of 96 bits, over
 * the whole payload, its own metadata included. What it belongs to stands beside it in clear and is
 * authenticated with it.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { PayloadKey } from './keyring.ts';
import { KID } from './keyring-file.ts';

// A CommonJS package whose names Node does not see.
const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

export const ENCRYPTED = 'binary/encrypted';
const VERSION = '1';
const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Temporal's ids have 1,000 bytes at most. */
const ID_BYTES_MAX = 1_000;

/** In the metadata of an encrypted payload, each as UTF-8. */
export const KEY_ID_FIELD = 'encryption-key-id';
const FIELD = {
  version: 'encryption-version',
  namespace: 'encryption-namespace',
  workflowId: 'encryption-workflow-id',
} as const;

/** What a ciphertext is tied to. */
export interface Binding {
  readonly namespace: string;
  /** Absent where whoever encrypted did not know it: the codec server, for the CLI. */
  readonly workflowId?: string;
}

/** What an encrypted payload says about itself; true once it has been decrypted. */
export interface Sealed extends Binding {
  readonly kid: string;
  readonly data: Uint8Array;
}

export function encodingOf(payload: Payload): string {
  return textOf(payload.metadata?.['encoding']) ?? '';
}

export function encrypt(payload: Payload, { kid, key }: PayloadKey, binding: Binding): Payload {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData(kid, binding));
  const plain = PayloadMessage.encode(payload).finish();
  const data = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  const { namespace, workflowId } = binding;
  return {
    metadata: {
      encoding: Buffer.from(ENCRYPTED),
      [KEY_ID_FIELD]: Buffer.from(kid),
      [FIELD.version]: Buffer.from(VERSION),
      [FIELD.namespace]: Buffer.from(namespace),
      ...(workflowId === undefined ? {} : { [FIELD.workflowId]: Buffer.from(workflowId) }),
    },
    data,
  };
}

/** @returns `undefined` for what no version of this service has written */
export function sealedOf({ metadata, data }: Payload): Sealed | undefined {
  const kid = textOf(metadata?.[KEY_ID_FIELD]);
  const namespace = textOf(metadata?.[FIELD.namespace]);
  const workflowId = textOf(metadata?.[FIELD.workflowId]);
  if (textOf(metadata?.[FIELD.version]) !== VERSION || namespace === undefined) return undefined;
  if (kid === undefined || !KID.test(kid)) return undefined;
  if (data === undefined || data === null || data.length < NONCE_BYTES + TAG_BYTES)
    return undefined;
  return { kid, namespace, data, ...(workflowId === undefined ? {} : { workflowId }) };
}

/** @returns `undefined` where it was not encrypted with this key for what it says */
export function decrypt(sealed: Sealed, { key }: PayloadKey): Payload | undefined {
  const { kid, data } = sealed;
  const nonce = data.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(additionalData(kid, sealed));
  decipher.setAuthTag(data.subarray(data.length - TAG_BYTES));
  try {
    const body = data.subarray(NONCE_BYTES, data.length - TAG_BYTES);
    const plain = Buffer.concat([decipher.update(body), decipher.final()]);
    const { metadata, data: content } = PayloadMessage.decode(plain);
    return { metadata, data: content };
  } catch {
    return undefined;
  }
}

/** JSON, for then no two bindings give the same bytes. */
function additionalData(kid: string, { namespace, workflowId }: Binding): Buffer {
  return Buffer.from(JSON.stringify([ENCRYPTED, VERSION, kid, namespace, workflowId ?? null]));
}

function textOf(bytes: Uint8Array | null | undefined): string | undefined {
  if (bytes === undefined || bytes === null || bytes.length > ID_BYTES_MAX) return undefined;
  // Copied: off the wire, no bytes at all are an array without a buffer.
  return Buffer.from(bytes).toString('utf8');
}
