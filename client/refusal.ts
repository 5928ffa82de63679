/** Refusals of an update's validator come as failures; here they become the answer `refused`. */
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Refusal } from '../workflows/contract/enroll-mfa.ts';

/** A refusal that the contract adds does not compile until it stands here. */
export const REFUSALS: Readonly<Record<Refusal, true>> = {
  malformed: true,
  'unknown-message': true,
  ended: true,
  'too-many-requests': true,
  'needs-mfa-api-token': true,
  'token-proof-by-update-only': true,
  'device-key-missing': true,
  'device-key-mismatch': true,
  'proof-seen-before': true,
  'too-many-logins': true,
  'login-code-refused': true,
  'login-unfinished': true,
  'invalid-id-token': true,
  'invalid-access-token': true,
  'wrong-user': true,
  'wrong-audience': true,
  'missing-scope': true,
  'stale-login': true,
  'mfa-not-challenged': true,
  'token-expired': true,
  'no-code-expected': true,
  superseded: true,
  'wrong-code': true,
  'code-expired': true,
  'code-unresolved': true,
  'no-attempts-left': true,
  'too-many-wrong-codes': true,
  'cooling-down': true,
  'no-sends-left': true,
  'association-unresolved': true,
  'nothing-to-resend': true,
  'no-sms-step': true,
  'already-confirmed': true,
  'no-number-changes-left': true,
  'same-phone-number': true,
  'phone-number-refused': true,
  'sms-quota-spent': true,
  'deadline-not-later': true,
  'deadline-too-late': true,
  'rate-limited': true,
  unavailable: true,
  'nothing-to-retry': true,
  'awaiting-operator': true,
};

/** What the server makes of an update whose run closed before it was answered. */
const CLOSED_BEFORE_ANSWER = 'AcceptedUpdateCompletedWorkflow';

export interface Rejection {
  readonly refusal: Refusal;
  readonly hint: string;
}

/** `undefined`: the error is no validator's refusal. */
export function rejectionOf(error: unknown): Rejection | undefined {
  if (!(error instanceof WorkflowUpdateFailedError)) return undefined;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) return undefined;
  const { type, message } = cause;
  if (type === CLOSED_BEFORE_ANSWER) return { refusal: 'ended', hint: message };
  return isRefusal(type) ? { refusal: type, hint: message } : undefined;
}

function isRefusal(type: string | null | undefined): type is Refusal {
  return typeof type === 'string' && Object.hasOwn(REFUSALS, type);
}
