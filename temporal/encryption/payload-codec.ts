import type { Payload, PayloadCodec } from '@temporalio/common';
import type { SerializationContext } from '@temporalio/common/lib/converter/serialization-context.js';
import { EnrollmentError } from '../enrollment-error.ts';
import type { PayloadKeys } from './keyring.ts';
import {
  type Binding,
  decrypt,
  ENCRYPTED,
  encodingOf,
  encrypt,
  type Sealed,
  sealedOf,
} from './payload-cipher.ts';

/** Why a payload is not read. */
export type PayloadRefusal = 'plaintext' | 'malformed' | 'moved' | 'not-authentic';

/** A payload that may not be read. Holds nothing of it. */
export class PayloadRefused extends EnrollmentError {
  override readonly name = 'PayloadRefused';
  readonly code = 'payload-refused';
  readonly refusal: PayloadRefusal;

  constructor(refusal: PayloadRefusal) {
    super(
      `A payload was refused: ${refusal}. See what docs/encryption.md says of what is refused.`,
    );
    this.refusal = refusal;
  }
}

/** An operator's fault: the keyring lacks a key. Nothing is decided before it is there. */
export class PayloadKeyMissing extends EnrollmentError {
  override readonly name = 'PayloadKeyMissing';
  readonly code = 'payload-key-missing';
  readonly kid: string;

  constructor(kid: string) {
    super(
      `A payload was encrypted with the key ${kid}, which is not in this process's keyring. ` +
        'Add it to the file that MFA_PAYLOAD_KEYS_FILE names.',
    );
    this.kid = kid;
  }
}

/** No converter knows the encoding. */
const UNDECODABLE: Payload = mark('binary/refused', '');
/** `workflows/sandbox/payload-converter.cjs` knows it. Whoever sends it is refused, or they could stop a run. */
const KEY_MISSING = 'binary/key-missing';

function mark(encoding: string, text: string): Payload {
  return { metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(text) };
}

function unmarked(payload: Payload): Payload {
  return encodingOf(payload) === KEY_MISSING ? UNDECODABLE : payload;
}

/** Of workers without a keyring: nothing is encrypted, and our own marks are taken from nobody. */
export const PLAIN_CODEC: PayloadCodec = {
  encode: (payloads) => Promise.resolve(payloads),
  decode: (payloads) => Promise.resolve(payloads.map(unmarked)),
};

export interface EncryptingCodecOptions {
  readonly keys: PayloadKeys;
  readonly namespace: string;
  /** What is not encrypted is refused. Default `false`: a UI or a bot without a codec may write. */
  readonly refusePlaintext?: boolean;
  /**
   * What becomes of a payload in a message to a workflow that is refused, or whose key is missing.
   * `throw` (default) fails the call. `mark` hands on what the workflow's converter knows: a refused
   * one it takes for malformed, where a throw would repeat the workflow task for ever; one whose key is
   * missing by `workflows/sandbox/missing-key.ts`, which knows what sort of message it is.
   */
  readonly refusedMessages?: 'throw' | 'mark';
}

/** Encrypts every payload; reads what it or its like has written, and plaintext unless told not to. */
export class EncryptingCodec implements PayloadCodec {
  readonly #options: EncryptingCodecOptions;

  constructor(options: EncryptingCodecOptions) {
    this.#options = options;
  }

  /** Without a context the namespace alone is bound. */
  async encode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    const key = await this.#options.keys.primary();
    const binding = this.#bindingOf(context);
    return payloads.map((payload) => encrypt(payload, key, binding));
  }

  /**
   * @throws PayloadKeyMissing
   * @throws PayloadRefused unless it is a message and those are to be marked
   */
  async decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    const decoded: Payload[] = [];
    for (const payload of payloads) decoded.push(await this.#decodeOne(payload, context));
    return decoded;
  }

  async #decodeOne(payload: Payload, context: SerializationContext | undefined): Promise<Payload> {
    try {
      return unmarked(await this.#open(payload, context));
    } catch (error) {
      const marks = this.#options.refusedMessages === 'mark' && context?.type === 'workflow';
      if (marks && error instanceof PayloadRefused) return UNDECODABLE;
      if (marks && error instanceof PayloadKeyMissing) return mark(KEY_MISSING, error.kid);
      throw error;
    }
  }

  async #open(payload: Payload, context: SerializationContext | undefined): Promise<Payload> {
    if (encodingOf(payload) !== ENCRYPTED) {
      if (this.#options.refusePlaintext === true) throw new PayloadRefused('plaintext');
      return payload;
    }
    const sealed = sealedOf(payload);
    if (sealed === undefined) throw new PayloadRefused('malformed');
    if (!this.#belongs(sealed, context)) throw new PayloadRefused('moved');
    const key = await this.#options.keys.reading(sealed.kid);
    if (key === undefined) throw new PayloadKeyMissing(sealed.kid);
    const opened = decrypt(sealed, key);
    if (opened === undefined) throw new PayloadRefused('not-authentic');
    return opened;
  }

  #bindingOf(context: SerializationContext | undefined): Binding {
    const { namespace } = this.#options;
    const workflowId = context?.workflowId;
    return workflowId === undefined ? { namespace } : { namespace, workflowId };
  }

  /**
   * The codec server cannot know for which workflow the CLI encrypts, so messages bound to the
   * namespace alone are read too; what workers write for themselves never lacks the workflow.
   */
  #belongs(sealed: Sealed, context: SerializationContext | undefined): boolean {
    if (sealed.namespace !== this.#options.namespace) return false;
    if (context?.workflowId === undefined) return true;
    if (sealed.workflowId === undefined) return context.type === 'workflow';
    return sealed.workflowId === context.workflowId;
  }
}
