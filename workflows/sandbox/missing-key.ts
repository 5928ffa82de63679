/**
 * What is done about a message under a key that the worker's keyring lacks. What leaves no history
 * without us is refused: a query, and an update that has not been accepted. What is in the history
 * already must have the same meaning in every replay, so its task is failed, and Temporal repeats it
 * until an operator has added the key: nothing is lost.
 */
import {
  ApplicationFailure,
  log,
  type WorkflowInterceptors,
  type WorkflowInterceptorsFactory,
} from '@temporalio/workflow';

/** The same as in `payload-converter.cjs`. */
const MISSING_KEY = Symbol.for('mfa.missing-key');

/** Not a Temporal failure: that would end the run, where this fails its task. */
class PayloadKeyMissing extends Error {
  override readonly name = 'PayloadKeyMissing';
}

export const interceptors: WorkflowInterceptorsFactory = (): WorkflowInterceptors => ({
  inbound: [
    {
      execute: (input, next) => {
        waitForKeys('its input', input.args);
        return next(input);
      },
      handleSignal: (input, next) => {
        waitForKeys(`the signal ${input.signalName}`, input.args);
        return next(input);
      },
      validateUpdate: (input, next) => {
        const refusal = refusalOf(input.args);
        if (refusal !== undefined) throw refusal;
        next(input);
      },
      handleUpdate: (input, next) => {
        waitForKeys(`the update ${input.name}`, input.args);
        return next(input);
      },
      handleQuery: (input, next) => {
        const refusal = refusalOf(input.args);
        // Not thrown: that would fail whatever else the task holds.
        return refusal === undefined ? next(input) : Promise.reject(refusal);
      },
    },
  ],
});

function waitForKeys(what: string, args: readonly unknown[]): void {
  const kid = missingKey(args);
  if (kid === undefined) return;
  log.error(`${what.slice(0, 64)} cannot be read yet`, { event: 'key-missing', kid });
  throw new PayloadKeyMissing(textOf(kid));
}

function refusalOf(args: readonly unknown[]): ApplicationFailure | undefined {
  const kid = missingKey(args);
  return kid === undefined
    ? undefined
    : ApplicationFailure.nonRetryable(textOf(kid), 'PayloadKeyMissing');
}

function missingKey(args: readonly unknown[]): string | undefined {
  for (const argument of args) {
    if (typeof argument !== 'object' || argument === null || !(MISSING_KEY in argument)) continue;
    return String(argument[MISSING_KEY]);
  }
  return undefined;
}

function textOf(kid: string): string {
  return (
    `It is encrypted with the key ${kid}, which this worker's keyring does not have. ` +
    'docs/encryption.md says what to do.'
  );
}
