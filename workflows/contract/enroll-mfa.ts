/**
 * What the outside may say to an enrollment and what it answers. Types, names and bounds only: the
 * client, the gateway and the workflow all read this file, so it imports nothing.
 *
 * The contract only grows. Message names stay until every run that knows them has ended.
 */

export const ENROLL_MFA_WORKFLOW = 'enrollMfa';

export const FACTORS = ['sms', 'totp'] as const;
export type Factor = (typeof FACTORS)[number];

/** Bounds that a caller can meet; each is checked at the edge and again in the workflow. */
export const LIMITS = {
  userIdCharacters: 1024,
  tenantCharacters: 253,
  requestedByCharacters: 256,
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
  /** Auth0's bucket of ten wrong codes per user is shared with the challenge at login. */
  wrongCodesPerChallenge: 4,
  wrongCodesPerHour: 8,
  /** Auth0 lets ten SMS through per user, then one an hour; logins draw on the same bucket. */
  sendsPerEnrollment: 5,
  /** Before the second send; doubles with each further one. */
  resendCooldownMs: 30 * 1000,
  phoneNumberChanges: 2,
  /** A login that is given together with the start may be this old. */
  loginAgeAtStartMs: 10 * 60 * 1000,
} as const;

export interface EnrollMfaInput {
  /** The Auth0 domain, `example.eu.auth0.com` (or `host:port` of an emulator). */
  readonly tenant: string;
  /** Auth0 user id, `auth0|…`. */
  readonly userId: string;
  /** E.164; required when the plan has `sms`. */
  readonly phoneNumber?: string;
  /** The plan, in order. Default `['sms', 'totp']`. */
  readonly factors?: readonly Factor[];
  /** Life of the enrollment from its start, in ms. Default 24 h, at most 7 days. */
  readonly deadlineMs?: number;
  /** The system or person that asks for it; shown to administrators. No personal data. */
  readonly requestedBy: string;
  readonly reason?: string;
  /** A first login, at most ten minutes old. */
  readonly login?: LoginProof;
}

/** A public P-256 key as JWK (RFC 7517); what it may read is sealed to it. */
export interface PublicSealingKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

/** An authorization code (with PKCE) of a login with `prompt=login` and `max_age=0`. */
export interface CodeProof {
  readonly code: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
  readonly nonce: string;
  readonly sealTo?: PublicSealingKey;
}

/** Tokens of such a login; by update or at the start only, for a signal cannot be refused. */
export interface TokenProof {
  readonly accessToken: string;
  readonly idToken: string;
  readonly sealTo?: PublicSealingKey;
}

export type LoginProof = CodeProof | TokenProof;

/** Signals take the bare string too: `temporal workflow signal --name smsCode --input '"123456"'`. */
export interface CodeMessage {
  /** Six digits; spaces are allowed. */
  readonly code: string;
  /** The challenge that it answers. Updates must name it. */
  readonly challenge?: number;
}

export interface ResendMessage {
  /** The challenge that the new one replaces. Updates must name it. */
  readonly challenge?: number;
}

/** Signals take the bare string too. */
export interface ChangePhoneNumberMessage {
  /** E.164. */
  readonly phoneNumber: string;
}

export interface CancelMessage {
  readonly by: string;
  readonly reason: string;
}

export interface ExtendDeadlineMessage {
  /** The new life of the enrollment, from its start, in ms; later than the present one. */
  readonly deadlineMs: number;
  readonly by: string;
  readonly reason: string;
}

export const SIGNALS = {
  loginCompleted: 'loginCompleted',
  smsCode: 'smsCode',
  otpCode: 'otpCode',
  resendCode: 'resendCode',
  changePhoneNumber: 'changePhoneNumber',
  recoveryCodeSaved: 'recoveryCodeSaved',
  cancel: 'cancel',
  extendDeadline: 'extendDeadline',
} as const;

export const UPDATES = {
  completeLogin: 'completeLogin',
  submitCode: 'submitCode',
  resendCode: 'resendCode',
  changePhoneNumber: 'changePhoneNumber',
} as const;

export const QUERIES = { progress: 'progress', setUp: 'setUp' } as const;

/** What the enrollment waits for (`awaiting-*`), does, or ended in. */
export type Phase =
  | 'awaiting-login'
  | 'associating'
  | 'awaiting-sms-code'
  | 'awaiting-otp'
  | 'awaiting-resend'
  | 'confirming'
  | 'cleaning-up'
  | Outcome;

export type Outcome = 'enrolled' | 'expired' | 'cancelled' | 'failed';

/** Why a message was not acted on, or why what it asked for did not come about. Constants. */
export type Refusal =
  // about the message itself
  | 'malformed'
  | 'unknown-message'
  | 'ended'
  // about a login proof
  | 'needs-mfa-api-token'
  | 'token-proof-by-update-only'
  | 'sealing-key-missing'
  | 'proof-seen-before'
  | 'no-login-expected'
  | 'login-code-refused'
  | 'login-unfinished'
  | 'invalid-id-token'
  | 'invalid-access-token'
  | 'wrong-user'
  | 'wrong-audience'
  | 'missing-scope'
  | 'stale-login'
  | 'mfa-not-challenged'
  | 'token-expired'
  // about a code
  | 'no-code-expected'
  | 'superseded'
  | 'wrong-code'
  | 'code-expired'
  | 'code-unresolved'
  | 'no-attempts-left'
  | 'too-many-wrong-codes'
  // about a send or a number
  | 'cooling-down'
  | 'no-sends-left'
  | 'send-unresolved'
  | 'nothing-to-resend'
  | 'already-confirmed'
  | 'no-number-changes-left'
  | 'same-phone-number'
  | 'phone-number-refused'
  | 'sms-quota-spent'
  // about the deadline
  | 'deadline-not-later'
  | 'deadline-too-late'
  // about Auth0
  | 'rate-limited'
  | 'unavailable';

/** Why an enrollment ended `failed`: the `type` of the workflow's failure. */
export type FailureReason =
  'invalid-input' | 'configuration-fault' | 'unexpected-response' | 'too-many-messages';

/** Machine-readable: what has to happen next, by when, and what is left. Times are ISO 8601, UTC. */
export type NextAction =
  | { readonly type: 'log-in'; readonly factor: Factor; readonly until: string }
  | {
      readonly type: 'enter-sms-code';
      readonly challenge: number;
      readonly until: string;
      readonly attemptsLeft: number;
      readonly resendAt: string;
      readonly sendsLeft: number;
      readonly maskedPhoneNumber: string;
    }
  | {
      readonly type: 'scan-and-enter-otp';
      readonly challenge: number;
      readonly until: string;
      readonly attemptsLeft: number;
      /** Thumbprint of the key that the set-up is sealed to. */
      readonly kid: string;
    }
  | {
      readonly type: 'request-resend';
      readonly challenge: number;
      readonly until: string;
      readonly resendAt: string;
      readonly sendsLeft: number;
      readonly maskedPhoneNumber: string;
    }
  | { readonly type: 'wait'; readonly until: string }
  | { readonly type: 'nothing' };

export type FactorStatus = 'pending' | 'in-progress' | 'enrolled' | 'already-enrolled';

export interface FactorProgress {
  readonly factor: Factor;
  readonly status: FactorStatus;
  /** Of an `already-enrolled` SMS factor, as Auth0 masks it. */
  readonly maskedName?: string;
}

export interface LastRefusal {
  readonly refusal: Refusal;
  /** What was refused: the message's name. */
  readonly message: string;
  readonly at: string;
  /** The rule and the way out, in a sentence for a person. */
  readonly hint: string;
}

export interface TimelineEntry {
  readonly at: string;
  readonly what: string;
}

export interface Orphan {
  readonly authenticatorId: string;
  readonly factor: Factor;
  readonly why: string;
}

export type RecoveryCodeStatus = 'none' | 'shown' | 'saved' | 'lost';

export interface Progress {
  readonly phase: Phase;
  /** The factor of the current step; absent after the end. */
  readonly factor?: Factor;
  readonly plan: readonly FactorProgress[];
  /** Number of the current challenge, or of the last one. */
  readonly challenge?: number;
  readonly next: NextAction;
  /** The end of the enrollment. */
  readonly deadline: string;
  readonly recoveryCode: RecoveryCodeStatus;
  readonly lastRefusal?: LastRefusal;
  readonly outcome?: Outcome;
  /** Newest last, at most {@link TIMELINE_ENTRIES_MAX}. */
  readonly timeline: readonly TimelineEntry[];
}

export const TIMELINE_ENTRIES_MAX = 100;

/** Sealed to a device: opens to `{ secret, barcodeUri }`. */
export interface SealedTotpSetUp {
  readonly challenge: number;
  readonly kid: string;
  readonly jwe: string;
}

/** Sealed to a device: opens to `{ recoveryCode }`. */
export interface SealedRecoveryCode {
  readonly kid: string;
  readonly jwe: string;
}

/** What the query `setUp` returns; given a thumbprint, only what is sealed to that key. */
export interface SetUp {
  readonly totp?: SealedTotpSetUp;
  readonly recoveryCode?: SealedRecoveryCode;
}

export interface Refused {
  readonly status: 'refused';
  readonly refusal: Refusal;
  readonly hint: string;
  readonly next: NextAction;
}

/** It lasts longer than an interactive call; the work goes on. Ask again not before `until`. */
export interface Pending {
  readonly status: 'pending';
  readonly until: string;
  readonly next: NextAction;
}

export type LoginAnswer =
  { readonly status: 'accepted'; readonly next: NextAction } | Refused | Pending;

export type CodeAnswer =
  | { readonly status: 'confirmed'; readonly factor: Factor; readonly next: NextAction }
  | { readonly status: 'wrong-code'; readonly attemptsLeft: number; readonly next: NextAction }
  | Refused
  | Pending;

/** `accepted`: sent, or it will be after the login that `next` asks for. */
export type ResendAnswer =
  { readonly status: 'accepted'; readonly next: NextAction } | Refused | Pending;

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
