/**
 * What the flow does about each way in which a call to Auth0 can fail, and what the person is told.
 * A new failure does not compile until somebody has decided both.
 */
import type { FaultReason, Refusal } from '../contract/enroll-mfa.ts';
import type { FailureDetail, FailureType } from '../../activities/failure-types.ts';

export type FailureResponse =
  | {
      readonly action:
        | 'ask-again'
        | 'new-code'
        | 'new-login'
        | 'new-number'
        | 'wait'
        | 'try-later'
        | 'ask-the-person';
      readonly refusal: Refusal;
    }
  /** It is tried again, and an operator is asked to mend it: it ends nothing. */
  | {
      readonly action: 'park';
      readonly refusal: 'awaiting-operator';
      readonly reason: FaultReason;
    };

const park = (reason: FaultReason): FailureResponse => ({
  action: 'park',
  refusal: 'awaiting-operator',
  reason,
});
const newLogin = (refusal: Refusal): FailureResponse => ({ action: 'new-login', refusal });

export const RESPONSES: Record<FailureType, FailureResponse> = {
  'wrong-code': { action: 'ask-again', refusal: 'wrong-code' },
  'code-expired': { action: 'new-code', refusal: 'code-expired' },
  'login-code-refused': newLogin('login-code-refused'),
  'login-unfinished': newLogin('login-unfinished'),
  'invalid-id-token': newLogin('invalid-id-token'),
  'invalid-access-token': newLogin('invalid-access-token'),
  'wrong-user': newLogin('wrong-user'),
  'wrong-audience': newLogin('wrong-audience'),
  'missing-scope': newLogin('missing-scope'),
  'stale-login': newLogin('stale-login'),
  'mfa-not-challenged': newLogin('mfa-not-challenged'),
  'token-expired': newLogin('token-expired'),
  'device-key-missing': newLogin('device-key-missing'),
  'device-key-mismatch': newLogin('device-key-mismatch'),
  'needs-mfa-api-token': newLogin('needs-mfa-api-token'),
  'phone-number-refused': { action: 'new-number', refusal: 'phone-number-refused' },
  'rate-limited': { action: 'try-later', refusal: 'rate-limited' },
  'sms-quota-spent': { action: 'wait', refusal: 'sms-quota-spent' },
  'too-many-wrong-codes': { action: 'wait', refusal: 'too-many-wrong-codes' },
  unavailable: { action: 'try-later', refusal: 'unavailable' },
  ambiguous: { action: 'ask-the-person', refusal: 'association-unresolved' },
  'configuration-fault': park('configuration-fault'),
  'unexpected-response': park('unexpected-response'),
};

export interface CallFailure {
  readonly type: FailureType;
  readonly detail?: FailureDetail;
  /** No activity has run. */
  readonly unsent?: true;
}

/** What nobody knows the effect of. */
export const LOST: CallFailure = { type: 'ambiguous' };

/** What an operator is told of a fault: constants and settings, for it stands in clear. */
export function faultMessage({ type, detail }: CallFailure): string {
  if (detail?.remedy !== undefined) return detail.remedy;
  if (detail === undefined)
    return `An activity failed in a way that this release does not know (${type}). Report it.`;
  const status = detail.status === undefined ? 'no reply' : `HTTP ${detail.status}`;
  return `${detail.endpoint}: ${type} (${status}), which this release does not know. Report it.`;
}
