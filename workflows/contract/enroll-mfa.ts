/**
 * What the outside may start and what it gets back. Types, names and bounds only: the client, the
 * gateway and the workflow all read this folder, so it imports nothing of theirs.
 *
 * The contract only grows. Message names stay until every run that knows them has ended.
 */
import type { Factor } from './factors.ts';
import type { FactorProgress, FailureReason, RecoveryCodeStatus } from './progress.ts';

export * from './messages.ts';
export * from './progress.ts';

export const ENROLL_MFA_WORKFLOW = 'enrollMfa';

export { DEFAULT_PLAN, FACTORS, type Factor } from './factors.ts';

/** Bounds that a caller can meet; each is checked at the edge and again in the workflow. */
export const LIMITS = {
  userIdCharacters: 1024,
  tenantCharacters: 253,
  /** A Keyword search attribute holds 255 bytes. */
  requestedByCharacters: 128,
  reasonCharacters: 1024,
  /** An authorization code or a PKCE verifier (RFC 7636 allows 128 for the latter). */
  proofFieldCharacters: 2048,
  /** An access token or an ID token. */
  tokenCharacters: 16_384,
  /** Default life of an enrollment. */
  deadlineMsDefault: 24 * 3600 * 1000,
  deadlineMsMin: 60 * 1000,
  /** Seven days: recorded histories, pinned versions and codec keys are drained in that time. */
  deadlineMsMax: 7 * 24 * 3600 * 1000,
  /** For the clean-up at the deadline, which lasts at most as long as a login session (10 min). */
  afterDeadlineMs: 15 * 60 * 1000,
  /** Auth0's bucket of ten wrong codes per user is shared with the challenge at login. */
  wrongCodesPerChallenge: 4,
  wrongCodesPerHour: 8,
  /** That reach Auth0. A factor takes one; what logs in so often is a program gone wrong, and the tenant's rate is for all. */
  loginsPerHour: 20,
  /** Auth0 lets ten SMS through per user, then one an hour; logins draw on the same bucket. */
  sendsPerEnrollment: 5,
  /** Before the second send; doubles with each further one. */
  resendCooldownMs: 30 * 1000,
  phoneNumberChanges: 2,
} as const;

/** A field that is `null` is absent, here and in every message. */
export interface EnrollMfaInput {
  /** The Auth0 domain, `example.eu.auth0.com` (or `host:port` of an emulator). */
  readonly tenant: string;
  /** Auth0 user id, `auth0|…`. */
  readonly userId: string;
  /** E.164, as a person types it (`typed.ts`); required when the plan has `sms`. */
  readonly phoneNumber?: string;
  /** The plan, in order. Default {@link DEFAULT_PLAN}. */
  readonly factors?: readonly Factor[];
  /** Life of the enrollment from its start, in ms. Default 24 h, at most 7 days. */
  readonly deadlineMs?: number;
  /** The system or person that asks for it; shown to administrators. No personal data. */
  readonly requestedBy: string;
  readonly reason?: string;
}

/** An unconfirmed authenticator of ours that may still stand in the user's list at Auth0. */
export interface Orphan {
  /** Absent where no list could be read any more, or none named it. */
  readonly authenticatorId?: string;
  readonly factor: Factor;
  readonly why: 'no-live-token' | 'deletion-refused' | 'cannot-tell-ours';
}

/** Of a run that Completed. A run that Failed has a {@link FailureReason} as its failure's type. */
export interface EnrollMfaResult {
  readonly outcome: 'enrolled' | 'expired' | 'cancelled';
  readonly factors: readonly FactorProgress[];
  readonly recoveryCode: RecoveryCodeStatus;
  /** Unconfirmed authenticators of ours that could not be deleted. */
  readonly orphans: readonly Orphan[];
  /** Who cancelled, and why. */
  readonly cancelledBy?: string;
  readonly reason?: string;
}

/** First detail of the failure of a run that Failed. */
export interface EnrollMfaFailureDetail {
  readonly reason: FailureReason;
  readonly factors: readonly FactorProgress[];
  readonly orphans: readonly Orphan[];
}
