/** What may be said to a running enrollment, and the answers. */
import { CODE_SIGNALS, type Factor } from './factors.ts';
import type { NextAction, Outcome, Refusal } from './progress.ts';

/** A public P-256 key as JWK (RFC 7517); what it may read is sealed to it. */
export interface PublicDeviceKey {
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
  /** That of `/authorize`; where a key is given, it ends in `.` and the key's thumbprint (RFC 7638). */
  readonly nonce: string;
  readonly sealTo?: PublicDeviceKey;
}

/** Tokens of such a login; by update only, for a signal cannot be refused. */
export interface TokenProof {
  readonly accessToken: string;
  readonly idToken: string;
  readonly sealTo?: PublicDeviceKey;
}

export type LoginProof = CodeProof | TokenProof;

/** Signals take the bare string too: `temporal workflow signal --name smsCode --input '"123456"'`. */
export interface CodeMessage {
  /** Six digits, as a person types them (`typed.ts`); a JSON number of six digits is taken, too. */
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
  /** E.164, as a person types it (`typed.ts`). */
  readonly phoneNumber: string;
}

export interface CancelMessage {
  readonly by: string;
  readonly reason: string;
}

/** The new end of the enrollment, later than the present one. */
export type ExtendDeadlineMessage = {
  readonly by: string;
  readonly reason: string;
} & (
  | { /** From its start. */ readonly deadlineMs: number; readonly moreMs?: never }
  | { /** From when the message arrives. */ readonly moreMs: number; readonly deadlineMs?: never }
);

/** What an operator has mended is tried again now. */
export interface RetryMessage {
  readonly by: string;
  readonly reason: string;
}

export const SIGNALS = {
  loginCompleted: 'loginCompleted',
  ...CODE_SIGNALS,
  resendCode: 'resendCode',
  changePhoneNumber: 'changePhoneNumber',
  recoveryCodeSaved: 'recoveryCodeSaved',
  cancel: 'cancel',
  extendDeadline: 'extendDeadline',
  retry: 'retry',
} as const;

export const UPDATES = {
  completeLogin: 'completeLogin',
  submitCode: 'submitCode',
  resendCode: 'resendCode',
  changePhoneNumber: 'changePhoneNumber',
  cancel: 'cancel',
  extendDeadline: 'extendDeadline',
} as const;

/** For people at a terminal. Programs read the memo: a query needs a worker, and may cost it a failed task. */
export const QUERIES = { progress: 'progress', setUp: 'setUp' } as const;

/**
 * Fields of the run's memo, which `describe` gives without a worker: a `Progress`, once a worker has taken
 * the run, and a `SetUp` while there is any.
 */
export const MEMO = { progress: 'progress', setUp: 'setUp' } as const;

export interface Refused {
  readonly status: 'refused';
  readonly refusal: Refusal;
  readonly hint: string;
  readonly next: NextAction;
}

/** `next` may be to wait: for Auth0, or for an operator. */
export interface Accepted {
  readonly status: 'accepted';
  readonly next: NextAction;
}

export type LoginAnswer = Accepted | Refused;

export type CodeAnswer =
  | { readonly status: 'confirmed'; readonly factor: Factor; readonly next: NextAction }
  | { readonly status: 'wrong-code'; readonly attemptsLeft: number; readonly next: NextAction }
  | Refused;

/** `accepted`: sent, or it will be after the login that `next` asks for. */
export type ResendAnswer = Accepted | Refused;

/** Given when it has ended: by this or another cancel, or otherwise. */
export type CancelAnswer =
  { readonly status: 'ended'; readonly outcome: Outcome; readonly next: NextAction } | Refused;

export type ExtensionAnswer = (Accepted & { readonly deadline: string }) | Refused;
