// @ts-check
/**
 * The failure converter of clients, workers and the workflow bundle: message and stack of a failure
 * travel as a payload, so that the codec encrypts them too. Its `type` stays readable: types are the
 * contract's constants and carry no data. So do the messages of the failures with which an enrollment
 * ends or is parked: they name fields, rules and settings, never a value, and an administrator without the keys reads
 * them in the Web UI and the CLI.
 *
 * CommonJS, because the SDK loads converters by path with `require`.
 */
const { ApplicationFailure, DefaultFailureConverter } = require('@temporalio/common');

/** `FailureReason` and `FaultReason` of the contract; a test holds the two together. */
const READABLE_TYPES = [
  'invalid-input',
  'configuration-fault',
  'unexpected-response',
  'too-many-messages',
  'no-sends-left',
  'no-number-changes-left',
];

/** Types of failed workflow tasks that an operator has to recognise; their messages are constants. */
const READABLE_TASK_FAILURES = ['QueriedBeforeTask'];
const READABLE = [...READABLE_TYPES, ...READABLE_TASK_FAILURES];

const readable = new DefaultFailureConverter({ encodeCommonAttributes: false });

class FailureConverter extends DefaultFailureConverter {
  constructor() {
    super({ encodeCommonAttributes: true });
  }

  /**
   * @override
   * @param {unknown} error
   * @param {import('@temporalio/common').PayloadConverter} payloadConverter
   * @param {import('@temporalio/common').SerializationContext} [context]
   */
  errorToFailure(error, payloadConverter, context) {
    // What caused it has a message of its own, which may say anything.
    const alone = error instanceof ApplicationFailure && error.cause === undefined;
    if (alone && READABLE.includes(error.type ?? '')) {
      // A stack names places of the code, which say nothing here.
      return { ...readable.errorToFailure(error, payloadConverter, context), stackTrace: '' };
    }
    return super.errorToFailure(error, payloadConverter, context);
  }
}

module.exports = { failureConverter: new FailureConverter(), READABLE_TYPES };
