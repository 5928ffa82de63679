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

/** Key of the marker `{ 'mfa.undecodable': true }`. */
const UNDECODABLE_KEY = 'mfa.undecodable';

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
   * @returns {T}
   */
  fromPayload(payload) {
    try {
      return defaultPayloadConverter.fromPayload(payload);
    } catch {
      return /** @type {T} */ ({ [UNDECODABLE_KEY]: true });
    }
  }
}

const payloadConverter = new TolerantPayloadConverter();

module.exports = { payloadConverter, UNDECODABLE_KEY };
