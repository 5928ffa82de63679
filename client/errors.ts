/**
 * What can go wrong between a caller and an enrollment. Each error has a stable `code` to branch on
 * and its facts as fields; its message says the rule and the way out, and holds no secret.
 */
import type { Outcome } from '../workflows/contract/enroll-mfa.ts';

export type EnrollmentErrorCode =
  | 'enrollment-not-found'
  | 'enrollment-ended'
  | 'invalid-input'
  | 'no-answer-yet'
  | 'temporal-unavailable'
  | 'temporal-refused'
  | 'owner-file'
  | 'sealed-unreadable'
  | 'login-callback';

export abstract class EnrollmentError extends Error {
  abstract readonly code: EnrollmentErrorCode;
}

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

/**
 * No worker answered within the deadline. What was asked for may still come about: ask again with
 * `updateId` as the idempotency key, and it happens once.
 */
export class NoAnswerYet extends EnrollmentError {
  override readonly name = 'NoAnswerYet';
  readonly code = 'no-answer-yet';
  readonly workflowId: string;
  /** What was asked for: a message's or a query's name. */
  readonly asked: string;
  readonly deadlineMs: number;
  /** Of an update; queries and results have none and are simply asked again. */
  readonly updateId: string | undefined;

  constructor(
    asked: {
      readonly workflowId: string;
      readonly what: string;
      readonly deadlineMs: number;
      readonly updateId?: string;
    },
    options?: ErrorOptions,
  ) {
    const again =
      asked.updateId === undefined
        ? 'Ask again'
        : `It may still take effect: ask again with idempotencyKey ${asked.updateId}`;
    super(
      `${asked.workflowId} has not answered ${asked.what} within ${asked.deadlineMs / 1000} s. ` +
        `${again}, and check that a worker is up.`,
      options,
    );
    this.workflowId = asked.workflowId;
    this.asked = asked.what;
    this.deadlineMs = asked.deadlineMs;
    this.updateId = asked.updateId;
  }
}

/** Temporal itself does not answer, or asks for patience. Whether the call took effect is unknown. */
export class TemporalUnavailable extends EnrollmentError {
  override readonly name = 'TemporalUnavailable';
  readonly code = 'temporal-unavailable';
  /** gRPC's name of the status, `UNAVAILABLE`. */
  readonly status: string;

  constructor(what: string, status: string, options?: ErrorOptions) {
    super(`Temporal could not take ${what} (${status}). Try again; every call can be.`, options);
    this.status = status;
  }
}

/** Temporal answers that it will not: rights, a missing namespace or search attribute. */
export class TemporalRefused extends EnrollmentError {
  override readonly name = 'TemporalRefused';
  readonly code = 'temporal-refused';
  /** gRPC's name of the status, `PERMISSION_DENIED`. */
  readonly status: string;

  constructor(what: string, status: string, details: string, options?: ErrorOptions) {
    super(
      `Temporal refused ${what} (${status}: ${details}). Check namespace, credentials and that the ` +
        'search attributes are registered; trying again does not help.',
      options,
    );
    this.status = status;
  }
}
