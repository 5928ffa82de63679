/**
 * What a call to Auth0 can end in besides success, and whether it may be repeated. What Auth0's words
 * mean stands in `outcomes.ts`; statuses count only where they say nothing.
 */
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { HttpOutcome, HttpReply } from './auth0/request.ts';
import { retryAt } from './auth0/rate-limit.ts';
import { oauthErrorSchema, parsedJson } from './auth0/schemas.ts';
import type { Endpoint, FailureDetail, FailureType } from './failure-types.ts';
import { outcomeOf } from './outcomes.ts';

/** What to do about a kind of failure, and whether Temporal may repeat the activity by itself. */
interface Class {
  readonly retryable: boolean;
  /**
   * Expected in every day's business: no warning in the log, no count in the failure metric. Never of what
   * only an operator can mend, for nobody would hear of it.
   */
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
  'device-key-missing': EXPECTED,
  'device-key-mismatch': EXPECTED,
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

const EXCHANGE: Endpoint = 'POST /oauth/token (authorization_code)';
const CONSTANT = /^[a-z][a-z_]{1,39}$/;

/** A longer wait is the workflow's: it tells the person until when. */
export const RETRY_DELAY_MS_MAX = 5_000;

/** The failure that a reply means which is not what its endpoint promises. */
export function failureOfReply(endpoint: Endpoint, reply: HttpReply, now: number): FailureDetail {
  // Auth0 refuses by 4xx and 5xx alone; the same words with another status are not its own.
  const words = reply.status < 400 ? undefined : parsedJson(reply.text);
  const parsed = oauthErrorSchema.safeParse(words);
  const row = parsed.success
    ? outcomeOf(endpoint, reply.status, parsed.data.error, parsed.data.text)
    : undefined;
  const type = row?.type ?? byStatus(endpoint, reply.status, parsed.success);
  // The headers speak of the tenant's rate; a user's own quotas are not in them.
  const at = type === 'rate-limited' ? retryAt(reply.headers, now) : undefined;
  return {
    type,
    endpoint,
    status: reply.status,
    // Only what looks like a constant of the protocol is repeated: a body may hold anything.
    ...(row !== undefined && parsed.success && CONSTANT.test(parsed.data.error)
      ? { error: parsed.data.error }
      : {}),
    ...(at !== undefined && { retryAt: at }),
    ...(row?.remedy !== undefined && { remedy: row.remedy }),
  };
}

/**
 * What a reply means that the table does not know. Auth0's own words are a JSON object with an `error`
 * (RFC 6749, section 5.2); a page, another JSON or nothing at all are those of a proxy, a CDN or a
 * firewall between it and us, which refuse by 4xx what they do not pass on. By 5xx and 408 they also
 * say that Auth0's answer did not come in time, or not whole; and what is no refusal, a redirect or a
 * page that says 200, leaves open what became of the request. None of these may be repeated blindly.
 *
 * @param auth0s - whether it is in Auth0's own words
 */
function byStatus(endpoint: Endpoint, status: number, auth0s: boolean): FailureType {
  if (status === 429) return 'rate-limited';
  if (status < 400 || status === 408 || status >= 500) return 'ambiguous';
  if (!auth0s) return 'unavailable';
  // A 401 in unknown words is not taken for "log in again": it may be a setting that no login mends. Any
  // other refusal of an exchange may be what a sender wrote, so it ends nothing; an operator hears of it.
  return endpoint === EXCHANGE && status !== 401 ? 'ambiguous' : 'unexpected-response';
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
