/**
 * What can go wrong between a caller and an enrollment. The library throws nothing else: each error has
 * a stable `code` to branch on and its facts as fields; its message says the rule and the way out, and
 * holds neither a secret nor personal data. `cause` is what the SDK threw.
 */
import { EnrollmentError } from '../temporal/enrollment-error.ts';
import type { Outcome } from '../workflows/contract/enroll-mfa.ts';

export {
  EnrollmentError,
  type EnrollmentErrorCode,
  TemporalRefused,
} from '../temporal/enrollment-error.ts';

/** No enrollment of this user was ever started, or its history is past the namespace's retention. */
export class EnrollmentNotFound extends EnrollmentError {
  override readonly name = 'EnrollmentNotFound';
  readonly code = 'enrollment-not-found';
  readonly workflowId: string;

  constructor(workflowId: string, options?: ErrorOptions) {
    super(
      `There is no enrollment ${workflowId}. Start one, or check tenant, user id and namespace.`,
      options,
    );
    this.workflowId = workflowId;
  }
}

/** It has ended, so nothing can be said to it any more. `result()` tells how it ended. */
export class EnrollmentEnded extends EnrollmentError {
  override readonly name = 'EnrollmentEnded';
  readonly code = 'enrollment-ended';
  readonly workflowId: string;
  /** Absent while it is still closing. */
  readonly outcome: Outcome | undefined;

  constructor(workflowId: string, outcome: Outcome | undefined, options?: ErrorOptions) {
    super(
      `The enrollment ${workflowId} has ended${outcome === undefined ? '' : ` (${outcome})`}. ` +
        'Read how with result(), or start a new one.',
      options,
    );
    this.workflowId = workflowId;
    this.outcome = outcome;
  }
}

/** Nothing was sent: the input breaks these rules. */
export class InvalidInput extends EnrollmentError {
  override readonly name = 'InvalidInput';
  readonly code = 'invalid-input';
  /** Each as `field: rule and way out`; none repeats a value. */
  readonly problems: readonly string[];

  constructor(what: string, problems: readonly string[], options?: ErrorOptions) {
    super(`${what} is invalid: ${problems.join('; ')}.`, options);
    this.problems = problems;
  }
}

/** The name of a call that may come before there is a run. */
export const START = 'start';

/** What was asked for, as errors of a call tell it. */
export interface Asked {
  readonly workflowId: string;
  /** A message's or a query's name, or {@link START}. */
  readonly what: string;
  /** Of an update alone: the caller's, or the one that was drawn for it. */
  readonly idempotencyKey?: string;
}

function askAgain({ idempotencyKey }: Asked): string {
  return idempotencyKey === undefined
    ? 'ask again'
    : `ask again with idempotencyKey ${idempotencyKey}`;
}

/** Something was asked of an enrollment, and it has no answer. */
abstract class Unanswered extends EnrollmentError {
  readonly workflowId: string;
  /** What was asked for: a message's or a query's name. */
  readonly asked: string;
  /** Of an update, for the same request again; queries and results have none. */
  readonly idempotencyKey: string | undefined;

  constructor(asked: Asked, message: string, options?: ErrorOptions) {
    super(message, options);
    this.workflowId = asked.workflowId;
    this.asked = asked.what;
    this.idempotencyKey = asked.idempotencyKey;
  }
}

/**
 * No worker has answered. An update may still take effect: asked again with `idempotencyKey`, it
 * happens once.
 */
export class NoAnswerYet extends Unanswered {
  override readonly name = 'NoAnswerYet';
  readonly code = 'no-answer-yet';
  /** How long the answer was waited for. */
  readonly waitedMs: number;

  constructor(asked: Asked & { readonly waitedMs: number }, options?: ErrorOptions) {
    super(
      asked,
      `${asked.workflowId} has not answered ${asked.what} after ${duration(asked.waitedMs)}. ` +
        `${afterSilence(asked)}, and check that a worker is up and what it logs.`,
      options,
    );
    this.waitedMs = asked.waitedMs;
  }
}

function afterSilence(asked: Asked): string {
  if (asked.what === START) return 'It may have been started: start it again, with the same login';
  if (asked.idempotencyKey === undefined) return 'Ask again';
  return `It may still take effect: ${askAgain(asked)}`;
}

function duration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${Number((ms / 1_000).toFixed(1))} s`;
}

/** Temporal or the worker said that the message was not taken: it has had no effect. */
export class NotTaken extends Unanswered {
  override readonly name = 'NotTaken';
  readonly code = 'not-taken';

  constructor(asked: Asked & { readonly why: string }, options?: ErrorOptions) {
    super(
      asked,
      `${asked.workflowId} has not taken ${asked.what}, which has had no effect (${asked.why.replace(/\.$/, '')}). ` +
        `See what the worker logs, then ${askAgain(asked)}.`,
      options,
    );
  }
}

/** An administrator has paused it in Temporal: it is open, keeps signals, and answers nothing. */
export class EnrollmentPaused extends Unanswered {
  override readonly name = 'EnrollmentPaused';
  readonly code = 'enrollment-paused';

  constructor(asked: Asked, options?: ErrorOptions) {
    super(
      asked,
      `The enrollment ${asked.workflowId} is paused, so ${asked.what} was not taken. An ` +
        `administrator lets it go on: temporal workflow unpause --workflow-id '${asked.workflowId}'; ` +
        `then ${askAgain(asked)}.`,
      options,
    );
  }
}

/** Its caller ended the wait (`signal`); `cause` is the signal's reason. What was sent may take effect all the same. */
export class CallAborted extends Unanswered {
  override readonly name = 'CallAborted';
  readonly code = 'aborted';

  constructor(asked: Asked, options?: ErrorOptions) {
    const text = `The wait for the answer of ${asked.workflowId} to ${asked.what} was aborted by its caller.`;
    super(asked, `${text} It may have taken effect: to learn it, ${askAgain(asked)}.`, options);
  }
}

/** A worker answered what this release does not know: another release, or a defect. */
export class UnexpectedAnswer extends EnrollmentError {
  override readonly name = 'UnexpectedAnswer';
  readonly code = 'unexpected-answer';
  readonly workflowId: string;
  readonly asked: string;
  /** The failure's type, a constant of the worker's release. */
  readonly type: string | undefined;

  constructor({ workflowId, what }: Asked, type: string | undefined, options?: ErrorOptions) {
    super(
      `${workflowId} answered ${what} with what this release does not know` +
        `${type === undefined ? '' : ` (${type})`}. Bring client and workers to the same release; ` +
        'where they are, this is a defect: report it with its cause.',
      options,
    );
    this.workflowId = workflowId;
    this.asked = what;
    this.type = type;
  }
}

/** The answer is there and cannot be read. Of what it holds nothing is kept, the SDK's error neither. */
export class UnreadableAnswer extends EnrollmentError {
  override readonly name = 'UnreadableAnswer';
  readonly code = 'unreadable-answer';

  constructor(what: string, why: string) {
    super(
      `The answer to ${what} cannot be read (${why}). What was asked for may have taken effect. ` +
        'Give this client the codec and converter of what writes there.',
    );
  }
}

/** Temporal itself does not answer, or asks for patience. Whether the call took effect is unknown. */
export class TemporalUnavailable extends EnrollmentError {
  override readonly name = 'TemporalUnavailable';
  readonly code = 'temporal-unavailable';
  /** gRPC's name of the status, `UNAVAILABLE`. */
  readonly status: string;
  /** Of an update: asked again with it, it happens once. */
  readonly idempotencyKey: string | undefined;

  constructor(asked: Omit<Asked, 'workflowId'>, status: string, options?: ErrorOptions) {
    const again =
      asked.idempotencyKey === undefined ? '' : ` with idempotencyKey ${asked.idempotencyKey}`;
    super(
      `Temporal could not take ${asked.what} (${status}). Try again${again}; every call can be.`,
      options,
    );
    this.status = status;
    this.idempotencyKey = asked.idempotencyKey;
  }
}

/** The connection was closed in this process before the call, or while it ran. */
export class ConnectionClosed extends EnrollmentError {
  override readonly name = 'ConnectionClosed';
  readonly code = 'connection-closed';

  constructor(what: string, options?: ErrorOptions) {
    super(
      `The connection that ${what} needs is closed. Close it after the last call, or connect again.`,
      options,
    );
  }
}

/** An error that this library does not know. `cause` is it; its text is not repeated, for it may hold anything. */
export class Unexpected extends EnrollmentError {
  override readonly name = 'Unexpected';
  readonly code = 'unexpected';

  constructor(what: string, kind: string, options?: ErrorOptions) {
    super(
      `${what} ended in an error that this release does not know (${kind}). Whether it took effect is ` +
        'unknown: read progress(), and report it with its cause.',
      options,
    );
  }
}
