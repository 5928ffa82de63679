/** What a call to Auth0 can end in besides success; {@link OUTCOMES} is the only judge (I9). */
export type FailureType =
  // ask again
  | 'wrong-code'
  // new code
  | 'code-expired'
  // new login
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
  | 'sealing-key-missing'
  | 'needs-mfa-api-token'
  // ask the person for another number
  | 'phone-number-refused'
  // wait
  | 'rate-limited'
  | 'sms-quota-spent'
  | 'too-many-wrong-codes'
  // the request was certainly not processed
  | 'unavailable'
  // the request may or may not have been processed
  | 'ambiguous'
  // an operator's fault: nobody's waiting mends it
  | 'configuration-fault'
  // a reply that this release does not know
  | 'unexpected-response';

export type EndpointGroup = 'exchange' | 'associate' | 'confirm' | 'list' | 'delete';

/** A row matches when all that it names does. Statuses are left out where sources contradict. */
export interface OutcomeRow {
  /** Absent: every group. */
  readonly groups?: readonly EndpointGroup[];
  /** Auth0's `error`, one of these. */
  readonly error?: readonly string[];
  /** `error_description` without its final full stop begins with this. */
  readonly text?: string;
  /** One status, or `5` for all of 5xx. */
  readonly status?: number;
  readonly type: FailureType;
  /** For an operator. */
  readonly remedy?: string;
}

const GRANTS_REMEDY =
  'Turn on the grants Authorization Code and MFA for the application (Advanced Settings › Grant Types).';
const CREDENTIALS_REMEDY =
  'Check AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET, and that the application authenticates with ' +
  'client_secret_post (or none, without a secret).';
const FACTORS_REMEDY =
  'Turn on Phone Message (with SMS among its message types) and One-time Password under ' +
  'Security › Multi-factor Auth.';
const BEARER: readonly EndpointGroup[] = ['associate', 'list', 'delete'];

/**
 * First match wins. Sources: auth0-docs "Add an Authenticator", "Verify with OTP/OOB", "Manage
 * Authenticators", "Rate Limit Policy"; error literals hard-coded or recorded by auth0.net,
 * Auth0.swift, Auth0.Android, react-native-auth0 and go-auth0. The codes of the Guardian widget API
 * are not documented for these endpoints and are mapped in case they leak through.
 */
export const OUTCOMES: readonly OutcomeRow[] = [
  { text: 'Too many SMS sent by the user', type: 'sms-quota-spent' },
  { error: ['too_many_sms'], type: 'sms-quota-spent' },
  {
    error: ['too_many_sms_per_tenant'],
    type: 'configuration-fault',
    remedy: 'Configure an SMS provider of your own: the built-in one is for trials.',
  },
  { text: 'Too many failed codes', type: 'too-many-wrong-codes' },
  { error: ['too_many_attempts'], type: 'too-many-wrong-codes' },
  { error: ['too_many_requests', 'slow_down'], type: 'rate-limited' },
  { status: 429, type: 'rate-limited' },
  { error: ['unauthorized_client'], type: 'configuration-fault', remedy: GRANTS_REMEDY },
  { error: ['invalid_client'], type: 'configuration-fault', remedy: CREDENTIALS_REMEDY },
  { groups: ['exchange', 'confirm'], error: ['mfa_required'], type: 'login-unfinished' },
  // Whatever else is wrong with a code, verifier or redirect URI is the caller's own.
  {
    groups: ['exchange'],
    error: ['invalid_grant', 'invalid_request', 'access_denied'],
    type: 'login-code-refused',
  },
  { groups: ['exchange'], status: 401, type: 'login-code-refused' },
  { error: ['invalid_grant'], text: 'The mfa_token provided is invalid', type: 'token-expired' },
  { error: ['expired_token'], text: 'mfa_token is expired', type: 'token-expired' },
  { error: ['transaction_expired'], type: 'token-expired' },
  { error: ['invalid_grant'], text: 'Malformed mfa_token', type: 'invalid-access-token' },
  { error: ['insufficient_scope'], type: 'missing-scope' },
  { groups: ['confirm'], text: 'oob_code is expired', type: 'code-expired' },
  { groups: ['confirm'], error: ['invalid_grant'], text: 'Malformed oob_code', type: 'code-expired' },
  { groups: ['confirm'], error: ['invalid_grant'], text: 'Invalid otp_code', type: 'wrong-code' },
  { groups: ['confirm'], error: ['invalid_grant'], text: 'Invalid binding_code', type: 'wrong-code' },
  // The set-up that the code was for is gone.
  { groups: ['confirm'], text: 'User is not enrolled', type: 'code-expired' },
  // The token is of a login that did not challenge the factor that is active.
  {
    groups: ['associate'],
    error: ['access_denied'],
    text: 'User is already enrolled',
    type: 'mfa-not-challenged',
  },
  {
    groups: ['associate'],
    error: ['already_enrolled', 'enrollment_conflict'],
    type: 'mfa-not-challenged',
  },
  { groups: ['associate'], text: 'The phone number is invalid', type: 'phone-number-refused' },
  { groups: ['associate'], error: ['invalid_phone_number'], type: 'phone-number-refused' },
  { groups: ['associate'], error: ['error_sending_sms'], type: 'ambiguous' },
  {
    groups: ['associate', 'confirm'],
    error: ['unsupported_challenge_type', 'enrollment_method_disabled'],
    type: 'configuration-fault',
    remedy: FACTORS_REMEDY,
  },
  { groups: BEARER, status: 401, type: 'token-expired' },
  // Reads and deletions may be repeated; the others may have been processed.
  { groups: ['list', 'delete'], status: 5, type: 'unavailable' },
  { status: 5, type: 'ambiguous' },
];

export interface RefusedReply {
  readonly status: number;
  readonly error?: string;
  readonly text?: string;
}

export interface Verdict {
  readonly type: FailureType;
  readonly remedy?: string;
  /** Auth0's `error`, where the row names it: then it is a word of Auth0's and not free text. */
  readonly error?: string;
}

export function classify(group: EndpointGroup, reply: RefusedReply): Verdict {
  const row = OUTCOMES.find((candidate) => matches(candidate, group, reply));
  if (row === undefined) return { type: 'unexpected-response' };
  const { type, remedy } = row;
  const error = OUTCOMES.flatMap((each) => each.error ?? []).find((word) => word === reply.error);
  return {
    type,
    ...(remedy !== undefined && { remedy }),
    ...(error !== undefined && { error }),
  };
}

function matches(row: OutcomeRow, group: EndpointGroup, reply: RefusedReply): boolean {
  const { groups, error, text, status } = row;
  if (groups !== undefined && !groups.includes(group)) return false;
  if (error !== undefined && !error.includes(reply.error ?? '')) return false;
  if (text !== undefined && !(reply.text ?? '').trim().startsWith(text)) return false;
  if (status === undefined) return true;
  return status < 10 ? Math.floor(reply.status / 100) === status : reply.status === status;
}

/** What has to happen before the flow can go on. */
export type FailureClass =
  | 'ask-again'
  | 'new-code'
  | 'new-login'
  | 'new-number'
  | 'wait'
  | 'configuration-fault'
  | 'ambiguous'
  | 'unavailable'
  | 'unexpected';

interface FailureTraits {
  readonly class: FailureClass;
  /** `false`: Temporal repeats the activity, for it certainly had no effect. */
  readonly nonRetryable: boolean;
  /** Belongs to an ordinary day: kept out of the failure metric and of warnings. */
  readonly expected: boolean;
}

const person = (failureClass: FailureClass): FailureTraits => ({
  class: failureClass,
  nonRetryable: true,
  expected: true,
});
const alarming = (failureClass: FailureClass): FailureTraits => ({
  class: failureClass,
  nonRetryable: true,
  expected: false,
});

export const FAILURES: Record<FailureType, FailureTraits> = {
  'wrong-code': person('ask-again'),
  'code-expired': person('new-code'),
  'login-code-refused': person('new-login'),
  'login-unfinished': person('new-login'),
  'invalid-id-token': person('new-login'),
  'invalid-access-token': person('new-login'),
  'wrong-user': person('new-login'),
  'wrong-audience': person('new-login'),
  'missing-scope': person('new-login'),
  'stale-login': person('new-login'),
  'mfa-not-challenged': person('new-login'),
  'token-expired': person('new-login'),
  'sealing-key-missing': person('new-login'),
  'needs-mfa-api-token': person('new-login'),
  'phone-number-refused': person('new-number'),
  'rate-limited': { class: 'wait', nonRetryable: false, expected: false },
  'sms-quota-spent': person('wait'),
  'too-many-wrong-codes': person('wait'),
  unavailable: { class: 'unavailable', nonRetryable: false, expected: false },
  ambiguous: alarming('ambiguous'),
  'configuration-fault': alarming('configuration-fault'),
  'unexpected-response': alarming('unexpected'),
};
