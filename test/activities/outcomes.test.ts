import { describe, expect, it } from '@jest/globals';
import { CLASSES, failureOfReply } from '../../activities/failures.ts';
import { OUTCOMES } from '../../activities/outcomes.ts';
import type { Endpoint, FailureType } from '../../activities/failure-types.ts';

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

  // A client that could not be authenticated, in whatever words.
  ['configuration-fault', EXCHANGE, 401, 'access_denied', ''],
  ['configuration-fault', EXCHANGE, 401, 'access_denied', 'Client authentication failed'],
  ['configuration-fault', EXCHANGE, 401, 'invalid_request', 'Invalid client secret'],
  ['configuration-fault', EXCHANGE, 401, 'unauthorized_client', 'Unauthorized client.'],
  ['configuration-fault', EXCHANGE, 401, 'invalid_grant', 'Invalid client credentials'],
  ['configuration-fault', EXCHANGE, 400, 'invalid_grant', 'client_secret is wrong'],
  ['configuration-fault', EXCHANGE, 401, 'unauthorized', 'Unauthorized'],
  ['configuration-fault', EXCHANGE, 403, 'access_denied', 'Unknown client: abc'],
  ['configuration-fault', EXCHANGE, 401, 'something_new', 'The application is not known.'],
  ['configuration-fault', CONFIRM_OTP, 401, 'invalid_request', 'Invalid client_secret'],
  ['configuration-fault', CONFIRM_SMS, 403, 'unauthorized_client', ''],
  // … unless the code says that it is not this client's: its sender chose it.
  ['login-code-refused', EXCHANGE, 403, 'invalid_grant', 'Code issued to another client_id.'],
  ['login-code-refused', EXCHANGE, 401, 'invalid_grant', 'The code is not this client’s.'],

  // What else a sender can bring about at an exchange.
  ['login-code-refused', EXCHANGE, 401, 'unauthorized', 'user is blocked'],
  ['login-code-refused', EXCHANGE, 403, 'invalid_grant', ''],
  ['login-code-refused', EXCHANGE, 400, 'invalid_body', 'x'],
  ['login-code-refused', EXCHANGE, 403, 'interaction_required', 'x'],
  ['login-code-refused', EXCHANGE, 403, 'login_required', 'x'],
  ['login-code-refused', EXCHANGE, 403, 'consent_required', 'x'],

  // A wrong code, in words that nobody has captured.
  ['wrong-code', CONFIRM_OTP, 403, 'invalid_grant', 'The code you provided is incorrect.'],
  ['wrong-code', CONFIRM_OTP, 403, 'invalid_grant', 'The code is invalid'],
  ['wrong-code', CONFIRM_OTP, 403, 'invalid_grant', 'OTP code invalid'],
  ['wrong-code', CONFIRM_SMS, 403, 'invalid_grant', 'Code already used'],
  ['wrong-code', CONFIRM_SMS, 403, 'invalid_request', 'The verification code does not match.'],
  ['wrong-code', CONFIRM_OTP, 403, 'invalid_grant', 'Your one-time password is not valid'],
  ['code-expired', CONFIRM_SMS, 403, 'invalid_grant', 'The expired code cannot be used.'],
  ['code-expired', CONFIRM_SMS, 403, 'invalid_grant', 'The oob_code is invalid.'],
  ['code-expired', CONFIRM_SMS, 403, 'invalid_grant', 'Something else that nobody knows'],
  ['code-expired', CONFIRM_OTP, 401, 'invalid_grant', 'user is blocked'],
  [
    'too-many-wrong-codes',
    CONFIRM_SMS,
    403,
    'access_denied',
    "You've reached the maximum number of attempts. Please try to login again.",
  ],
  ['too-many-wrong-codes', CONFIRM_OTP, 429, 'x', 'Exceeded the maximum number of attempts'],
  ['too-many-wrong-codes', ASSOCIATE, 403, 'invalid_request', 'Too many failed codes.'],

  // A number that cannot be had a text, in words that nobody has captured.
  ['phone-number-refused', ASSOCIATE, 400, 'x', 'Please provide a valid phone number.'],
  ['phone-number-refused', ASSOCIATE, 400, 'x', 'Invalid phone'],
  ['phone-number-refused', ASSOCIATE, 400, 'x', 'Landline numbers cannot receive texts.'],
  ['phone-number-refused', ASSOCIATE, 400, 'x', 'The number is unreachable.'],
  ['phone-number-refused', ASSOCIATE, 400, 'x', 'Wrong number'],
  ['phone-number-refused', ASSOCIATE, 400, 'x', 'Unsupported country'],
  ['phone-number-refused', ASSOCIATE, 400, 'x', 'SMS is not supported in this region.'],
  ['phone-number-refused', ASSOCIATE, 400, 'x', 'Texts are not enabled for the country code 44.'],
  ['phone-number-refused', ASSOCIATE, 400, 'x', 'Phone number is unsupported by the SMS provider.'],
  ['phone-number-refused', ASSOCIATE, 400, 'invalid_phone', ''],
  ['phone-number-refused', ASSOCIATE, 400, 'phone_number_invalid', ''],
  ['phone-number-refused', ASSOCIATE, 400, 'unsupported_country', ''],
  // … and a tenant that cannot text anybody.
  [
    'configuration-fault',
    ASSOCIATE,
    403,
    'x',
    'Phone number verification is not enabled for this tenant.',
  ],
  ['configuration-fault', ASSOCIATE, 403, 'x', 'The phone factor is not enabled.'],
  ['configuration-fault', ASSOCIATE, 403, 'x', 'No phone number provider is set up.'],
  ['configuration-fault', ASSOCIATE, 400, 'x', 'The SMS provider is not configured'],

  // A token that has died, in the shape of Guardian and of the Management API.
  ['token-expired', ASSOCIATE, 401, 'Unauthorized', 'jwt expired'],
  ['token-expired', LIST, 401, 'Unauthorized', 'Expired token received for JSON validation'],
  ['token-expired', LIST, 401, 'invalid_token', 'Token expired'],
  ['token-expired', ASSOCIATE, 401, 'Unauthorized', 'Invalid token'],

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
          ([type, endpoint, status, error, text]) =>
            type === row.type &&
            (row.status?.test(String(status)) ?? true) &&
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
