import { describe, expect, it } from '@jest/globals';
import {
  CLASSES,
  type Endpoint,
  failureOfReply,
  type FailureType,
} from '../../activities/failures.ts';
import { OUTCOMES } from '../../activities/outcomes.ts';

const ASSOCIATE = 'POST /mfa/associate';
const CONFIRM_SMS = 'POST /oauth/token (mfa-oob)';
const CONFIRM_OTP = 'POST /oauth/token (mfa-otp)';
const EXCHANGE = 'POST /oauth/token (authorization_code)';
const LIST = 'GET /mfa/authenticators';

const redirect = (sent: string) =>
  `The redirect URI is wrong. You sent ${sent}, and we expected https://app.example/callback`;
const notAllowed = (grant: string) => `Grant type '${grant}' not allowed for the client.`;

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
  ['login-code-refused', EXCHANGE, 403, 'access_denied', 'The account is suspended.'],
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

  // In other words than the ones that were captured.
  ['wrong-code', CONFIRM_SMS, 403, 'invalid_grant', 'Invalid binding code'],
  ['wrong-code', CONFIRM_OTP, 403, 'invalid_grant', 'invalid OTP code.'],
  ['wrong-code', CONFIRM_OTP, 403, 'invalid_grant', 'MFA Authorization rejected.'],
  ['code-expired', CONFIRM_SMS, 403, 'invalid_grant', 'The oob_code has expired.'],
  ['too-many-wrong-codes', CONFIRM_SMS, 429, 'too_many_attempts', 'Too many failed attempts.'],
  ['sms-quota-spent', ASSOCIATE, 429, 'too_many_attempts', 'Too many SMS sent by the user.'],
  ['sms-quota-spent', ASSOCIATE, 429, 'too_many_attempts', ''],
  ['phone-number-refused', ASSOCIATE, 400, 'invalid_request', 'Invalid phone number'],
  [
    'phone-number-refused',
    ASSOCIATE,
    400,
    'invalid_request',
    'The provided phone number is invalid',
  ],
  ['phone-number-refused', ASSOCIATE, 400, 'invalid_body', 'phone_number must be in E.164 format'],
  ['phone-number-refused', ASSOCIATE, 400, 'x', "The 'To' number is not a valid phone number."],
  ['phone-number-refused', ASSOCIATE, 400, 'INVALID_PHONE_NUMBER', ''],
  ['token-expired', CONFIRM_SMS, 400, 'invalid_request', 'mfa_token not issued to this client'],
  ['token-expired', ASSOCIATE, 401, 'invalid_token', 'The access token expired'],
  ['token-expired', LIST, 401, 'invalid_grant', ''],
  ['login-code-refused', EXCHANGE, 400, 'invalid_scope', 'x'],
  ['rate-limited', EXCHANGE, 403, 'too_many_attempts', 'x'],

  // The redirect URI stands in the text, and whoever brings a proof has written it.
  ['login-code-refused', EXCHANGE, 401, 'unauthorized_client', redirect('https://a.example/b')],
  ['login-code-refused', EXCHANGE, 403, 'unauthorized_client', redirect('https://a.example/b')],
  ['login-code-refused', EXCHANGE, 403, 'unauthorized_client', 'Callback URL mismatch.'],
  [
    'login-code-refused',
    EXCHANGE,
    403,
    'unauthorized_client',
    redirect("https://a/Grant type 'authorization_code' not allowed for the client."),
  ],
  ['login-code-refused', EXCHANGE, 400, 'invalid_request', redirect('client_secret')],

  // What only an operator can mend.
  ['configuration-fault', EXCHANGE, 403, 'unauthorized_client', notAllowed('authorization_code')],
  ['configuration-fault', EXCHANGE, 403, 'unauthorized_client', ''],
  ['configuration-fault', EXCHANGE, 400, 'unsupported_grant_type', 'x'],
  ['configuration-fault', EXCHANGE, 401, 'access_denied', 'Unauthorized'],
  ['configuration-fault', CONFIRM_SMS, 401, 'access_denied', 'Unauthorized'],
  ['configuration-fault', CONFIRM_OTP, 403, 'access_denied', 'unauthorized.'],
  ['configuration-fault', CONFIRM_OTP, 401, 'invalid_client', ''],
  [
    'configuration-fault',
    EXCHANGE,
    400,
    'invalid_request',
    'Missing required parameter: client_secret',
  ],
  ['configuration-fault', EXCHANGE, 400, 'invalid_dpop_proof', 'x'],
  ['configuration-fault', ASSOCIATE, 400, 'invalid_request', 'The factor is disabled.'],
  [
    'configuration-fault',
    ASSOCIATE,
    400,
    'invalid_request',
    'The user has too many authenticators.',
  ],
  ['configuration-fault', ASSOCIATE, 429, 'too_many_sms', 'Too many SMS sent by the tenant.'],

  // Guardian's own codes.
  ['wrong-code', CONFIRM_OTP, 403, 'invalid_otp', ''],
  ['wrong-code', CONFIRM_OTP, 400, 'invalid_otp_format', ''],
  ['code-expired', CONFIRM_SMS, 404, 'enrollment_transaction_not_found', ''],
  ['code-expired', CONFIRM_SMS, 401, 'transaction_expired', ''],
  ['code-expired', CONFIRM_OTP, 400, 'not_enrolled', ''],
  ['token-expired', ASSOCIATE, 401, 'transaction_expired', ''],
  ['needs-mfa-api-token', ASSOCIATE, 400, 'already_enrolled', ''],
  ['needs-mfa-api-token', ASSOCIATE, 409, 'enrollment_conflict', ''],
  ['ambiguous', ASSOCIATE, 400, 'error_sending_sms', 'SMS Delivery error'],
  ['configuration-fault', ASSOCIATE, 429, 'too_many_sms_per_tenant', ''],
  ['configuration-fault', ASSOCIATE, 403, 'enrollment_method_disabled', ''],
  ['configuration-fault', CONFIRM_SMS, 403, 'auth_method_disabled', ''],
  ['configuration-fault', ASSOCIATE, 403, 'feature_disabled_by_admin', ''],
  ['configuration-fault', ASSOCIATE, 403, 'no_method_available', ''],
  ['configuration-fault', LIST, 404, 'tenant_not_found', ''],
];

describe('the outcome table', () => {
  it.each(CASES)('is %s: %s %i %s "%s"', (type, endpoint, status, error, text) => {
    const body = JSON.stringify({ error, error_description: text });
    const reply = { kind: 'reply', status, headers: {}, text: body } as const;
    expect(failureOfReply(endpoint, reply, 0)).toMatchObject({ type, endpoint, status });
  });

  it('meets every row of the table in these cases', () => {
    const unmet = OUTCOMES.filter(
      (row) =>
        !CASES.some(
          ([type, endpoint, , error, text]) =>
            type === row.type &&
            (row.error?.test(error) ?? true) &&
            (row.text?.test(text.replace(/\.+$/, '')) ?? true) &&
            (row.endpoint?.test(endpoint) ?? true),
        ),
    );
    expect(unmet).toEqual([]);
  });

  it('is alarming wherever an operator has to mend it: somebody has to hear of it', () => {
    const told = OUTCOMES.filter(({ remedy }) => remedy !== undefined).map(({ type }) => type);
    expect(new Set(told)).toEqual(new Set(['configuration-fault']));
    expect(CLASSES['configuration-fault'].benign).toBe(false);
  });
});
