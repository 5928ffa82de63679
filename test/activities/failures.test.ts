import { describe, expect, it } from '@jest/globals';
import {
  applicationFailure,
  CLASSES,
  type Endpoint,
  failureOfReply,
  failureOfSilence,
  type FailureType,
  OUTCOMES,
  repeatable,
} from '../../activities/failures.ts';

const NOW = Date.UTC(2026, 0, 1);
const ASSOCIATE = 'POST /mfa/associate';
const CONFIRM_SMS = 'POST /oauth/token (mfa-oob)';
const CONFIRM_OTP = 'POST /oauth/token (mfa-otp)';
const EXCHANGE = 'POST /oauth/token (authorization_code)';

function classified(
  endpoint: Endpoint,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return failureOfReply(endpoint, { kind: 'reply', status, headers, text }, NOW);
}

type Case = readonly [FailureType, Endpoint, number, string, string];

/** Auth0's own words: endpoint, status, `error`, `error_description`. */
const CASES: readonly Case[] = [
  ['wrong-code', CONFIRM_SMS, 403, 'invalid_grant', 'Invalid binding_code.'],
  ['wrong-code', CONFIRM_OTP, 403, 'invalid_grant', 'Invalid otp_code.'],
  ['wrong-code', CONFIRM_OTP, 401, 'invalid_grant', 'Invalid otp_code'],
  ['code-expired', CONFIRM_SMS, 401, 'expired_token', 'oob_code is expired'],
  ['code-expired', CONFIRM_SMS, 403, 'invalid_grant', 'Malformed oob_code'],
  [
    'too-many-wrong-codes',
    CONFIRM_SMS,
    429,
    'invalid_request',
    'Too many failed codes. Wait for some minutes before retrying.',
  ],
  ['too-many-wrong-codes', CONFIRM_OTP, 403, 'too_many_attempts', ''],
  [
    'sms-quota-spent',
    ASSOCIATE,
    403,
    'invalid_request',
    'Too many SMS sent by the user. Wait for some minutes before retrying.',
  ],
  ['sms-quota-spent', ASSOCIATE, 429, 'too_many_sms', ''],
  ['phone-number-refused', ASSOCIATE, 400, 'invalid_request', 'The phone number is invalid.'],
  ['phone-number-refused', ASSOCIATE, 400, 'invalid_phone_number', ''],
  ['token-expired', CONFIRM_SMS, 401, 'expired_token', 'mfa_token is expired'],
  ['token-expired', CONFIRM_SMS, 403, 'invalid_grant', 'Malformed mfa_token'],
  [
    'token-expired',
    ASSOCIATE,
    401,
    'invalid_grant',
    'The mfa_token provided is invalid. Try getting a new token.',
  ],
  ['token-expired', CONFIRM_OTP, 401, 'expired_token', 'some other words'],
  ['needs-mfa-api-token', ASSOCIATE, 403, 'access_denied', 'User is already enrolled.'],
  ['missing-scope', ASSOCIATE, 403, 'insufficient_scope', 'Insufficient scope'],
  ['login-unfinished', EXCHANGE, 403, 'mfa_required', 'Multifactor authentication required'],
  ['login-code-refused', EXCHANGE, 403, 'invalid_grant', 'Invalid authorization code'],
  ['login-code-refused', EXCHANGE, 401, 'invalid_grant', 'Failed to verify code verifier'],
  ['login-code-refused', EXCHANGE, 400, 'invalid_request', 'Missing required parameter: code'],
  ['login-code-refused', EXCHANGE, 403, 'access_denied', 'Unauthorized'],
  [
    'code-expired',
    CONFIRM_OTP,
    401,
    'unsupported_challenge_type',
    'User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.',
  ],
  ['configuration-fault', EXCHANGE, 401, 'invalid_client', 'Client authentication failed'],
  [
    'configuration-fault',
    CONFIRM_SMS,
    403,
    'unauthorized_client',
    "Grant type '…' not allowed for the client.",
  ],
  ['configuration-fault', ASSOCIATE, 400, 'unsupported_challenge_type', 'x'],
  ['configuration-fault', CONFIRM_SMS, 403, 'unsupported_grant_type', 'x'],
  ['rate-limited', ASSOCIATE, 429, 'too_many_requests', 'Too many requests.'],
];

describe('a reply of Auth0', () => {
  it.each(CASES)('is %s: %s %i %s "%s"', (type, endpoint, status, error, text) => {
    const detail = classified(endpoint, status, { error, error_description: text });
    expect(detail).toMatchObject({ type, endpoint, status });
  });

  it('meets every row of the table in these cases', () => {
    const unmet = OUTCOMES.filter(
      (row) =>
        !CASES.some(
          ([type, endpoint, , error, text]) =>
            type === row.type &&
            (row.error?.test(error) ?? true) &&
            (row.text?.test(text.replace(/\.$/, '')) ?? true) &&
            (row.endpoint?.test(endpoint) ?? true),
        ),
    );
    expect(unmet).toEqual([]);
  });

  it.each<[FailureType, number, unknown]>([
    ['rate-limited', 429, 'slow down'],
    ['ambiguous', 500, { error: 'server_error' }],
    ['ambiguous', 502, '<html>Bad gateway</html>'],
    ['ambiguous', 408, ''],
    ['unexpected-response', 400, { error: 'something_new', error_description: 'x' }],
    ['token-expired', 401, '<html></html>'],
    ['unexpected-response', 302, ''],
    ['unexpected-response', 403, 'null'],
  ])('is %s by its status where its words say nothing: %i %j', (type, status, body) => {
    expect(classified(ASSOCIATE, status, body).type).toBe(type);
  });

  it('to a code exchange by 401 refuses the login, whatever it says', () => {
    expect(classified(EXCHANGE, 401, 'x').type).toBe('login-code-refused');
  });

  it('says nothing of a user’s own quota in its rate headers', () => {
    const body = { error: 'too_many_sms', error_description: '' };
    const soon = { 'x-ratelimit-reset': String(NOW / 1000 + 1) };
    expect(classified(ASSOCIATE, 429, body, soon)).not.toHaveProperty('retryAt');
  });

  it('tells an operator what to mend', () => {
    const detail = classified(EXCHANGE, 401, { error: 'invalid_client', error_description: '' });
    expect(applicationFailure(detail, NOW).message).toContain('AUTH0_CLIENT_SECRET');
  });

  it('leaves none of its own words in the failure', () => {
    const body = { error: 'marker-error', error_description: 'marker-description' };
    const failure = applicationFailure(classified(ASSOCIATE, 400, body), NOW);
    expect(JSON.stringify([failure.message, failure.details])).not.toContain('marker');
    expect(failure.stack).toBe('');
  });
});

describe('no reply', () => {
  it('is unavailable where nothing was sent, and ambiguous where something may have been', () => {
    const silence = (kind: 'not-sent' | 'ambiguous') =>
      failureOfSilence(ASSOCIATE, { kind, code: 'X' }).type;
    expect(silence('not-sent')).toBe('unavailable');
    expect(silence('ambiguous')).toBe('ambiguous');
  });

  it('to a read or a deletion is merely unavailable: it may be repeated', () => {
    expect(repeatable({ type: 'ambiguous', endpoint: 'x' }).type).toBe('unavailable');
    expect(repeatable({ type: 'token-expired', endpoint: 'x' }).type).toBe('token-expired');
  });
});

describe('what Temporal may repeat by itself', () => {
  it('is only what certainly was not processed (I2)', () => {
    const retryable = Object.entries(CLASSES).filter(([, { retryable }]) => retryable);
    expect(retryable.map(([type]) => type).sort()).toEqual(['rate-limited', 'unavailable']);
    for (const type of Object.keys(CLASSES) as FailureType[]) {
      const failure = applicationFailure({ type, endpoint: 'x' }, NOW);
      expect(failure.nonRetryable).toBe(type !== 'rate-limited' && type !== 'unavailable');
    }
  });

  it('waits as long as Auth0 asks, and leaves a long wait to the workflow', () => {
    const after = (seconds: string) =>
      applicationFailure(classified(ASSOCIATE, 429, '', { 'retry-after': seconds }), NOW);
    expect(after('3')).toMatchObject({ nonRetryable: false, nextRetryDelay: 3_000 });
    expect(after('60')).toMatchObject({
      nonRetryable: true,
      details: [{ retryAt: NOW + 60_000 }],
    });
  });
});
