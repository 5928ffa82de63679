/** What every error of ours is, and what Temporal itself refuses. Others stand beside what throws them. */
export type EnrollmentErrorCode =
  | 'enrollment-not-found'
  | 'enrollment-ended'
  | 'enrollment-paused'
  | 'invalid-input'
  | 'no-answer-yet'
  | 'aborted'
  | 'not-taken'
  | 'unexpected-answer'
  | 'unreadable-answer'
  | 'encryption-required'
  | 'encryption-unknown'
  | 'payload-key-missing'
  | 'payload-refused'
  | 'keyring'
  | 'temporal-config'
  | 'temporal-unreachable'
  | 'temporal-unavailable'
  | 'temporal-refused'
  | 'connection-closed'
  | 'owner-file'
  | 'sealed-unreadable'
  | 'login-callback'
  | 'erasure'
  | 'too-many-enrollments'
  | 'unexpected';

export abstract class EnrollmentError extends Error {
  abstract readonly code: EnrollmentErrorCode;
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
