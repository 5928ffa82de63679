// @ts-check
/**
 * The failure converter of clients, workers and the workflow bundle: message and stack of a failure
 * travel as a payload, so that the codec encrypts them too. Its `type` stays readable: types are the
 * contract's constants and carry no data.
 *
 * CommonJS, because the SDK loads converters by path with `require`.
 */
const { DefaultFailureConverter } = require('@temporalio/common');

const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });

module.exports = { failureConverter };
