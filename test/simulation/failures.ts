/**
 * Where each failure can come from. A new one does not compile until somebody has decided which calls
 * it can end, and whether the tenant may have done what was asked all the same.
 */
import type { Effect } from './plan.ts';
import type { ActivityName } from './scheduled-activity.ts';
import type { FailureType } from '../../activities/failure-types.ts';

export interface Origin {
  /** Calls that a fate may end with it. None where only the tenant's own state brings it about. */
  readonly of: readonly ActivityName[];
  readonly effects: readonly Effect[];
}

const ALL: readonly ActivityName[] = [
  'openSession',
  'associate',
  'confirm',
  'listAuthenticators',
  'deleteAuthenticator',
];

const refused = (...of: readonly ActivityName[]): Origin => ({ of, effects: ['none'] });

export const ORIGINS: Record<FailureType, Origin> = {
  'wrong-code': refused(),
  'code-expired': refused('confirm'),
  'login-code-refused': refused('openSession'),
  // Another factor is asked for, or an Action denies the login, after the code has done its work.
  'login-unfinished': { of: ['openSession', 'confirm'], effects: ['none', 'before'] },
  'invalid-id-token': refused('openSession'),
  'invalid-access-token': refused('openSession'),
  'wrong-user': refused('openSession'),
  'wrong-audience': refused('openSession'),
  'missing-scope': refused('openSession', 'listAuthenticators', 'deleteAuthenticator'),
  'stale-login': refused('openSession'),
  'mfa-not-challenged': refused('openSession'),
  'token-expired': refused('associate', 'confirm', 'listAuthenticators', 'deleteAuthenticator'),
  'device-key-missing': refused('openSession'),
  // Only a proof whose key was exchanged; fates would have it of any.
  'device-key-mismatch': refused(),
  'needs-mfa-api-token': refused('openSession', 'associate'),
  'phone-number-refused': refused('associate'),
  'rate-limited': refused(...ALL),
  'sms-quota-spent': refused('associate'),
  'too-many-wrong-codes': refused('confirm'),
  // A deletion whose answer was lost is told as unavailable, too: it may be repeated.
  unavailable: refused(...ALL),
  ambiguous: { of: ['openSession', 'associate', 'confirm'], effects: ['none', 'before', 'late'] },
  'configuration-fault': refused('openSession', 'associate', 'confirm', 'listAuthenticators'),
  'unexpected-response': { of: ALL, effects: ['none', 'before'] },
};

export const FAILURE_TYPES = Object.keys(ORIGINS) as FailureType[];

/** Without a trace at the tenant: the request did not get there. */
export const NOT_SENT: readonly FailureType[] = ['unavailable'];
