/**
 * The outcome table (I9): what each way in which a call to Auth0 can end means, said once. Literals
 * are Auth0's own (auth0-docs "MFA API"; auth0.net, Auth0.Android, Auth0.swift and react-native-auth0
 * tests). Auth0 is inconsistent about the final full stop, so it is ignored; statuses count only where
 * `error` and text say nothing.
 */
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { HttpOutcome, HttpReply } from './auth0/request.ts';
import { retryAt } from './auth0/rate-limit.ts';
import { oauthErrorSchema } from './auth0/schemas.ts';
import type { FailureDetail } from './enrollment-activities.ts';

/** What a call to Auth0 can end in besides success. */
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

/** Which call it was: the same text can mean different things to them. */
export type Endpoint =
  | 'POST /oauth/token (authorization_code)'
  | 'POST /oauth/token (mfa-oob)'
  | 'POST /oauth/token (mfa-otp)'
  | 'POST /mfa/associate'
  | 'GET /mfa/authenticators'
  | 'DELETE /mfa/authenticators/{id}';

interface Row {
  readonly error?: RegExp;
  readonly text?: RegExp;
  readonly endpoint?: RegExp;
  readonly type: FailureType;
  /** For an operator, where it is a configuration fault. */
  readonly remedy?: string;
}

const EXCHANGE = /authorization_code/;
const CONFIRM = /mfa-o(ob|tp)/;
const MFA_GRANTS = 'Enable the MFA grant of the application (Advanced Settings, Grant Types).';

/** The first row that fits counts. */
export const OUTCOMES: readonly Row[] = [
  { text: /^Invalid (otp_code|binding_code)$/, type: 'wrong-code' },
  { text: /^oob_code is expired$/, type: 'code-expired' },
  { text: /^Malformed oob_code$/, type: 'code-expired' },
  { text: /^Too many failed codes/, type: 'too-many-wrong-codes' },
  { error: /^too_many_attempts$/, type: 'too-many-wrong-codes' },
  { text: /^Too many SMS sent/, type: 'sms-quota-spent' },
  { error: /^too_many_sms/, type: 'sms-quota-spent' },
  { text: /^The phone number is invalid$/, type: 'phone-number-refused' },
  { error: /^invalid_phone_number$/, type: 'phone-number-refused' },
  { text: /^mfa_token is expired$/, type: 'token-expired' },
  { text: /^Malformed mfa_token$/, type: 'token-expired' },
  { text: /^The mfa_token provided is invalid/, type: 'token-expired' },
  { text: /^User is already enrolled$/, type: 'needs-mfa-api-token' },
  { error: /^expired_token$/, endpoint: CONFIRM, type: 'token-expired' },
  { error: /^insufficient_scope$/, type: 'missing-scope' },
  { text: /^User is not enrolled/, endpoint: CONFIRM, type: 'code-expired' },
  { error: /^mfa_required$/, type: 'login-unfinished' },
  {
    error: /^invalid_client$/,
    type: 'configuration-fault',
    remedy: 'Check AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET.',
  },
  { error: /^unauthorized_client$/, type: 'configuration-fault', remedy: MFA_GRANTS },
  {
    error: /^unsupported_challenge_type$/,
    type: 'configuration-fault',
    remedy: 'Turn the factor on in the tenant (Security, Multi-factor Auth).',
  },
  { error: /^unsupported_grant_type$/, type: 'configuration-fault', remedy: MFA_GRANTS },
  { error: /^too_many_requests$/, type: 'rate-limited' },
  // Whoever brings a proof can provoke these; they must not end the enrollment.
  {
    error: /^(invalid_grant|invalid_request|access_denied)$/,
    endpoint: EXCHANGE,
    type: 'login-code-refused',
  },
];

/** What to do about a kind of failure, and whether Temporal may repeat the activity by itself. */
interface Class {
  readonly retryable: boolean;
  /** Expected in every day's business: no warning in the log, no count in the failure metric. */
  readonly benign: boolean;
}

const EXPECTED: Class = { retryable: false, benign: true };
const ALARMING: Class = { retryable: false, benign: false };

export const CLASSES: Record<FailureType, Class> = {
  'wrong-code': EXPECTED,
  'code-expired': EXPECTED,
  'login-code-refused': EXPECTED,
  'login-unfinished': EXPECTED,
  'invalid-id-token': EXPECTED,
  'invalid-access-token': EXPECTED,
  'wrong-user': EXPECTED,
  'wrong-audience': EXPECTED,
  'missing-scope': EXPECTED,
  'stale-login': EXPECTED,
  'mfa-not-challenged': EXPECTED,
  'token-expired': EXPECTED,
  'sealing-key-missing': EXPECTED,
  'needs-mfa-api-token': EXPECTED,
  'phone-number-refused': EXPECTED,
  'sms-quota-spent': EXPECTED,
  'too-many-wrong-codes': EXPECTED,
  'rate-limited': { retryable: true, benign: true },
  unavailable: { retryable: true, benign: false },
  ambiguous: ALARMING,
  'configuration-fault': ALARMING,
  'unexpected-response': ALARMING,
};

/** A longer wait is the workflow's: it tells the person until when. */
export const RETRY_DELAY_MS_MAX = 5_000;

/** The failure that a reply means; replies of 2xx are not for this. */
export function failureOfReply(endpoint: Endpoint, reply: HttpReply, now: number): FailureDetail {
  const parsed = oauthErrorSchema.safeParse(json(reply.text));
  const row = parsed.success
    ? rowFor(endpoint, parsed.data.error, parsed.data.error_description)
    : undefined;
  const type = row?.type ?? byStatus(endpoint, reply.status);
  // The headers speak of the tenant's rate; a user's own quotas are not in them.
  const at = type === 'rate-limited' ? retryAt(reply.headers, now) : undefined;
  return {
    type,
    endpoint,
    status: reply.status,
    // Only literals of the table are repeated: a body may hold anything.
    ...(row !== undefined && parsed.success && { error: parsed.data.error }),
    ...(at !== undefined && { retryAt: at }),
    ...(row?.remedy !== undefined && { remedy: row.remedy }),
  };
}

function rowFor(endpoint: Endpoint, error: string, description: string): Row | undefined {
  const text = description.replace(/\.$/, '');
  return OUTCOMES.find(
    (row) =>
      (row.error?.test(error) ?? true) &&
      (row.text?.test(text) ?? true) &&
      (row.endpoint?.test(endpoint) ?? true),
  );
}

function byStatus(endpoint: Endpoint, status: number): FailureType {
  if (status === 429) return 'rate-limited';
  // A wrong verifier was recorded as 401 with a body that says nothing.
  if (status === 401) return EXCHANGE.test(endpoint) ? 'login-code-refused' : 'token-expired';
  return status >= 500 || status === 408 ? 'ambiguous' : 'unexpected-response';
}

/** The failure that no reply means. */
export function failureOfSilence(
  endpoint: Endpoint,
  outcome: Exclude<HttpOutcome, HttpReply>,
): FailureDetail {
  return { type: outcome.kind === 'not-sent' ? 'unavailable' : 'ambiguous', endpoint };
}

/** Reads and deletions may be repeated, so what is ambiguous for them is merely unavailable. */
export function repeatable(detail: FailureDetail): FailureDetail {
  return detail.type === 'ambiguous' ? { ...detail, type: 'unavailable' } : detail;
}

export function applicationFailure(detail: FailureDetail, now: number): ApplicationFailure {
  const { retryable, benign } = CLASSES[detail.type];
  const delayMs = detail.retryAt === undefined ? 0 : detail.retryAt - now;
  const soon = delayMs <= RETRY_DELAY_MS_MAX;
  const status = detail.status === undefined ? 'no reply' : `HTTP ${detail.status}`;
  const failure = ApplicationFailure.create({
    type: detail.type,
    message: detail.remedy ?? `${detail.endpoint}: ${detail.type} (${status})`,
    nonRetryable: !retryable || !soon,
    details: [detail],
    ...(retryable && soon && delayMs > 0 && { nextRetryDelay: delayMs }),
    ...(benign && { category: ApplicationFailureCategory.BENIGN }),
  });
  // An outcome says where it came from; paths of this machine need not stand in histories.
  failure.stack = '';
  return failure;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
