/** What an enrollment shows of itself: never a secret. Times are ISO 8601, UTC. */
import type { CodeAction, CodePhase, Factor } from './factors.ts';

/** What the enrollment waits for (`awaiting-*`), does, or ended in. */
export type Phase =
  | 'awaiting-login'
  | 'associating'
  /** `awaiting-sms-code`, `awaiting-otp`. */
  | CodePhase
  | 'awaiting-resend'
  | 'awaiting-phone-number'
  | 'confirming'
  | 'cleaning-up'
  /** Parked: somebody who runs the service has to mend what `reason` says. It is tried again by itself. */
  | 'awaiting-operator'
  | Outcome;

export type Outcome = 'enrolled' | 'expired' | 'cancelled' | 'failed';

/** Why a run failed: the `type` of the workflow's failure. */
export type FailureReason =
  | 'invalid-input'
  | 'too-many-messages'
  /** The SMS step cannot be finished any more. */
  | 'no-sends-left'
  | 'no-number-changes-left';

/** What an operator has to mend before an enrollment can go on. It ends none. */
export type FaultReason = 'configuration-fault' | 'unexpected-response';

/**
 * Why an enrollment ended as it did, in constants: of one that failed its {@link FailureReason}, of one
 * that expired what it was waiting for, of one that was cancelled by which way.
 */
export type EndReason =
  | 'every-factor-active'
  | Exclude<Phase, Outcome>
  | 'cancel-requested'
  | 'cancelled-through-temporal'
  | FailureReason;

/** Why a message was not acted on, or why what it asked for did not come about. Constants. */
export type Refusal =
  // about the message itself
  | 'malformed'
  | 'unknown-message'
  | 'ended'
  | 'too-many-requests'
  // about a login proof
  | 'needs-mfa-api-token'
  | 'token-proof-by-update-only'
  | 'device-key-missing'
  | 'device-key-mismatch'
  | 'proof-seen-before'
  | 'too-many-logins'
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
  | 'association-unresolved'
  | 'nothing-to-resend'
  | 'no-sms-step'
  | 'already-confirmed'
  | 'no-number-changes-left'
  | 'same-phone-number'
  | 'phone-number-refused'
  | 'sms-quota-spent'
  // about the deadline
  | 'deadline-not-later'
  | 'deadline-too-late'
  // about a try at once
  | 'nothing-to-retry'
  // about Auth0
  | 'rate-limited'
  | 'unavailable'
  // about those who run the service
  | 'awaiting-operator';

/** Machine-readable: what has to happen next, by when, and what is left. Times are ISO 8601, UTC. */
export type NextAction =
  | {
      readonly type: 'log-in';
      readonly factor: Factor;
      readonly until: string;
      /** Present where too many codes were wrong, or there were too many logins: an earlier one is refused. */
      readonly notBefore?: string;
    }
  | {
      /** `enter-sms-code`. */
      readonly type: CodeAction<1>;
      readonly challenge: number;
      readonly until: string;
      readonly attemptsLeft: number;
      readonly resendAt: string;
      readonly sendsLeft: number;
      readonly maskedPhoneNumber: string;
    }
  | {
      /** `scan-and-enter-otp`. */
      readonly type: CodeAction<0>;
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
  | {
      readonly type: 'change-phone-number';
      readonly until: string;
      readonly changesLeft: number;
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

/** What the list of authenticators said about a call to Auth0 whose answer was lost. */
export type Settlement =
  /** The authenticator was made, but nobody can confirm it: it is removed and made again. */
  | 'made'
  /** Nothing was made: it is asked for once more. */
  | 'not-made'
  /** The code was right. */
  | 'confirmed'
  /** The code had no effect: the same one is judged once more. */
  | 'not-confirmed'
  /** The list leaves a doubt, or could not be read: nothing is done until the person asks. */
  | 'cannot-tell';

export interface LastSettlement {
  readonly verdict: Settlement;
  /** The challenge that the call was for. */
  readonly challenge: number;
  readonly at: string;
}

export interface TimelineEntry {
  readonly at: string;
  readonly what: string;
}

export type RecoveryCodeStatus = 'none' | 'shown' | 'saved' | 'lost';

/** What is awaited and what became of the plan: written whenever that changes, not for the calls in between. */
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
  /** Present once an answer of Auth0 was lost. */
  readonly lastSettlement?: LastSettlement;
  readonly outcome?: Outcome;
  /** Why it has ended; before that, what an operator has to mend. */
  readonly reason?: EndReason | FaultReason;
}

/** What the query `progress` answers: as of now, calls under way included. */
export interface DetailedProgress extends Progress {
  /** Newest last, at most {@link TIMELINE_ENTRIES_MAX}. */
  readonly timeline: readonly TimelineEntry[];
}

export const TIMELINE_ENTRIES_MAX = 100;

/** What the user's authenticator app needs. */
export interface TotpSetUp {
  /** Base32 (RFC 4648), as it is typed where nothing can be scanned. */
  readonly secret: string;
  /** `otpauth://totp/…`: what the QR code holds. */
  readonly barcodeUri: string;
}

/** Auth0 hands it out once, with the user's first factor. */
export interface RecoveryCodeSetUp {
  readonly recoveryCode: string;
}

/** Sealed to a device: opens to a {@link TotpSetUp}. */
export interface SealedTotpSetUp {
  readonly challenge: number;
  readonly kid: string;
  readonly jwe: string;
}

/** Sealed to a device: opens to a {@link RecoveryCodeSetUp}. */
export interface SealedRecoveryCode {
  readonly kid: string;
  readonly jwe: string;
}

/** As the memo has it, and the query `setUp`; given a thumbprint, only what is sealed to that key. */
export interface SetUp {
  /** Absent after the end: nobody can confirm it any more. */
  readonly totp?: SealedTotpSetUp;
  readonly recoveryCode?: SealedRecoveryCode;
  /** How the enrollment ended, once it has. */
  readonly outcome?: Outcome;
}

/** What of it that key opens. */
export function sealedTo({ totp, recoveryCode, ...rest }: SetUp, kid: string): SetUp {
  return {
    ...rest,
    ...(totp?.kid === kid && { totp }),
    ...(recoveryCode?.kid === kid && { recoveryCode }),
  };
}
