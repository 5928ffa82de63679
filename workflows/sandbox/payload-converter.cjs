// @ts-check
/**
 * The payload converter of workflows and workers: the default one, except that an argument which it
 * cannot decode becomes a marker. Whoever may signal can send broken JSON; thrown here, it would
 * fail the workflow task, which Temporal then repeats for ever. The marker fits no message's shape,
 * so the workflow refuses it as `malformed` and goes on.
 *
 * CommonJS, because the SDK loads converters by path with `require`.
 */
const { defaultPayloadConverter } = require('@temporalio/common');
const { decode } = require('@temporalio/common/lib/encoding');

/** Of what stands for such an argument: no JSON can have it. `contract/shape.ts` looks. */
const UNDECODABLE = Symbol.for('mfa.undecodable');

/** What the codec of this process puts in the place of a payload whose key it lacks; data: the key's id. */
const KEY_MISSING = 'binary/key-missing';

/** Of what stands for such a payload, beside the key's id: no JSON can have it. `missing-key.ts` looks. */
const MISSING_KEY = Symbol.for('mfa.missing-key');

/** @typedef {import('@temporalio/common').PayloadConverter} PayloadConverter */
/** @typedef {import('@temporalio/common').Payload} Payload */

/** @implements {PayloadConverter} */
class TolerantPayloadConverter {
  /**
   * @template T
   * @param {T} value
   * @returns {Payload}
   */
  toPayload(value) {
    return defaultPayloadConverter.toPayload(value);
  }

  /**
   * @template T
   * @param {Payload} payload
   * @param {import('@temporalio/common').SerializationContext} [context]
   * @returns {T}
   */
  fromPayload(payload, context) {
    // What activities are given and give is our own: unreadable, it lacks a keyring, not a refusal.
    if (context?.type === 'activity') return defaultPayloadConverter.fromPayload(payload, context);
    try {
      if (textOf(payload.metadata?.['encoding']) === KEY_MISSING) {
        return /** @type {T} */ ({ [MISSING_KEY]: textOf(payload.data) });
      }
      return defaultPayloadConverter.fromPayload(payload);
    } catch {
      return /** @type {T} */ ({ [UNDECODABLE]: true });
    }
  }
}

/** @param {Uint8Array | null | undefined} bytes */
function textOf(bytes) {
  return decode(bytes ?? new Uint8Array());
}

const payloadConverter = new TolerantPayloadConverter();

module.exports = { payloadConverter, UNDECODABLE, MISSING_KEY };
