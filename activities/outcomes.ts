/**
 * The outcome table (I9): what each reply that is not a success means, said once. Literals are Auth0's own
 * (auth0-docs "MFA API"; auth0.net, Auth0.Android, Auth0.swift and react-native-auth0 tests; public bug
 * reports).
 */
import type { Endpoint, FailureType } from './failures.ts';

/** All that a row has must fit, and the first row that fits counts. */
interface Match {
  readonly error?: RegExp;
  readonly text?: RegExp;
  readonly endpoint?: RegExp;
}

type Row = Match &
  (
    | { readonly type: Exclude<FailureType, 'configuration-fault'>; readonly remedy?: never }
    /** Told to operators alone, so it has to say what they do about it. */
    | { readonly type: 'configuration-fault'; readonly remedy: string }
  );

const EXCHANGE = /authorization_code/;
const CONFIRM = /mfa-o(ob|tp)/;
const TOKEN = /oauth\/token/;
const ASSOCIATE = /associate/;
/** All but the exchange: the token in hand has been checked, and no message is part of the request. */
const MFA = /mfa/;
/** Those where it is the bearer. */
const BEARER = /\/mfa\//;

const CLIENT =
  'Check AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET, and set the application to authenticate with Client ' +
  'Secret (Post), or with None where no secret is set (Applications, Credentials).';
const grant = (name: string): string =>
  `Enable the ${name} grant of the application (Advanced Settings, Grant Types).`;
const CODE_GRANT = grant('Authorization Code (authorization_code)');
const MFA_GRANTS = grant('MFA');
const FACTOR = 'Turn the factor on in the tenant (Security, Multi-factor Auth).';
const SMS_LIMIT =
  "The tenant's texts are used up: set up a phone provider of your own, or raise its limit " +
  '(Security, Multi-factor Auth, Phone Message).';

/** The number that was sent is at fault, in whatever words; not the number that the texts come from. */
const BAD_NUMBER =
  /^(?!.*(["']from["']|\bfrom (phone[ _]?)?number\b|\bsender\b|\bprovider\b))(?=.*phone[ _]?number)(?=.*\b(invalid|incorrect|malformed|unsupported|blocked|must|not)\b)/i;
const FACTOR_OFF =
  /\b(authenticator|factor|channel|method)\b.*\b(unsupported|disabled|not (supported|enabled|allowed|available))\b/i;

/**
 * Two questions for every row, and for every other failure of an activity:
 *
 * 1. Can the sender of a message provoke this reply? Then it is never a `configuration-fault`, which ends
 *    the enrollment: anybody who may deliver a login could end it. Senders choose the number, the code and
 *    all of a login proof, and Auth0 repeats a `redirectUri` in its text.
 * 2. Can only an operator mend it? Then it never asks the person for something (they would try for ever)
 *    and is never benign (nobody would hear of it).
 *
 * A reply that neither answers stays out of the table, and is told as unknown. Words are matched leniently:
 * one literal must not decide over an enrollment. Guardian's codes (auth0-docs "Guardian Error Code
 * Reference") are those of another API, through which these calls may go.
 */
export const OUTCOMES: readonly Row[] = [
  // the code that was typed
  {
    text: /(malformed|invalid) oob[ _]code|code\b.*\bexpired/i,
    endpoint: CONFIRM,
    type: 'code-expired',
  },
  { text: /^user is not enrolled/i, endpoint: CONFIRM, type: 'code-expired' },
  { error: /^(not_enrolled|invalid_enrollment)$/i, endpoint: CONFIRM, type: 'code-expired' },
  { error: /transaction_(expired|not_found)$/i, endpoint: CONFIRM, type: 'code-expired' },
  {
    text: /^(invalid|wrong|incorrect) (otp|([\w-]+[ _])?(pass)?code)\b|^mfa authorization rejected/i,
    endpoint: CONFIRM,
    type: 'wrong-code',
  },
  { error: /^invalid_otp/i, endpoint: CONFIRM, type: 'wrong-code' },
  // quotas
  { text: /^too many (failed|wrong|invalid) (codes|attempts)/i, type: 'too-many-wrong-codes' },
  { error: /^too_many_sms_per_tenant$/i, type: 'configuration-fault', remedy: SMS_LIMIT },
  { text: /^too many (sms|text).*\btenant\b/i, type: 'configuration-fault', remedy: SMS_LIMIT },
  { text: /^too many (sms|text)/i, type: 'sms-quota-spent' },
  { error: /^too_many_sms$/i, type: 'sms-quota-spent' },
  { error: /^too_many_attempts$/i, endpoint: CONFIRM, type: 'too-many-wrong-codes' },
  { error: /^too_many_attempts$/i, endpoint: ASSOCIATE, type: 'sms-quota-spent' },
  // the number; a text that failed to go out may be the number's fault or the provider's
  { text: BAD_NUMBER, endpoint: ASSOCIATE, type: 'phone-number-refused' },
  { error: /^invalid_phone_number$/i, endpoint: ASSOCIATE, type: 'phone-number-refused' },
  { error: /^error_sending_sms$/i, endpoint: ASSOCIATE, type: 'ambiguous' },
  // the session
  {
    text: /mfa[ _]token\b.*\b(expired|invalid|not issued)\b/i,
    endpoint: MFA,
    type: 'token-expired',
  },
  { text: /\b(malformed|invalid|expired) mfa[ _]token\b/i, endpoint: MFA, type: 'token-expired' },
  { error: /^expired_token$/i, endpoint: MFA, type: 'token-expired' },
  {
    error: /^invalid_(grant|token)$/i,
    text: /\btoken\b|^$/i,
    endpoint: BEARER,
    type: 'token-expired',
  },
  { error: /transaction_(expired|not_found)$/i, endpoint: BEARER, type: 'token-expired' },
  { text: /^user is already enrolled/i, endpoint: MFA, type: 'needs-mfa-api-token' },
  {
    error: /^(already_enrolled|enrollment_conflict)$/i,
    endpoint: ASSOCIATE,
    type: 'needs-mfa-api-token',
  },
  { error: /^insufficient_scope$/i, endpoint: BEARER, type: 'missing-scope' },
  { error: /^mfa_required$/i, type: 'login-unfinished' },
  // before anything at the exchange that is an operator's: the sender wrote the rest of this text
  {
    text: /redirect[ _]?ur[il]|callback ur[il]|\byou sent\b/i,
    endpoint: EXCHANGE,
    type: 'login-code-refused',
  },
  // the client: a wrong secret, and a way to authenticate that is not the application's
  { error: /^invalid_client$/i, type: 'configuration-fault', remedy: CLIENT },
  {
    error: /^access_denied$/i,
    text: /^unauthorized$/i,
    endpoint: TOKEN,
    type: 'configuration-fault',
    remedy: CLIENT,
  },
  {
    error: /^invalid_request$/i,
    text: /^(missing required parameter: )?client[ _](id|secret|assertion|authentication)/i,
    endpoint: TOKEN,
    type: 'configuration-fault',
    remedy: CLIENT,
  },
  {
    error: /^unauthorized_client$/i,
    text: /grant[ _]type|^$/i,
    endpoint: EXCHANGE,
    type: 'configuration-fault',
    remedy: CODE_GRANT,
  },
  {
    error: /^unsupported_grant_type$/i,
    endpoint: EXCHANGE,
    type: 'configuration-fault',
    remedy: CODE_GRANT,
  },
  {
    error: /^(unauthorized_client|unsupported_grant_type)$/i,
    endpoint: MFA,
    type: 'configuration-fault',
    remedy: MFA_GRANTS,
  },
  {
    error: /^(use|invalid)_dpop/i,
    type: 'configuration-fault',
    remedy:
      'Switch off sender-constrained tokens (DPoP) for the application: they are not supported.',
  },
  // the tenant
  {
    error: /^(unsupported_challenge_type|(enrollment|auth)_method_disabled|feature_disabled.*)$/i,
    endpoint: MFA,
    type: 'configuration-fault',
    remedy: FACTOR,
  },
  {
    error: /^(no_method_available|method_not_found)$/i,
    endpoint: MFA,
    type: 'configuration-fault',
    remedy: FACTOR,
  },
  { text: FACTOR_OFF, endpoint: ASSOCIATE, type: 'configuration-fault', remedy: FACTOR },
  {
    text: /too many (authenticators|enrollments)/i,
    endpoint: ASSOCIATE,
    type: 'configuration-fault',
    remedy: 'Auth0 keeps 51 authenticators of a user: delete those that were never confirmed.',
  },
  {
    error: /^tenant_not_found$/i,
    type: 'configuration-fault',
    remedy: 'Check AUTH0_DOMAIN and AUTH0_ISSUER.',
  },
  { error: /^too_many_requests$/i, type: 'rate-limited' },
  { error: /^too_many_attempts$/i, endpoint: EXCHANGE, type: 'rate-limited' },
  // what a login proof can bring (RFC 6749, section 5.2; RFC 8707, section 2)
  {
    error: /^(invalid_(grant|request|scope|target)|access_denied|expired_token)$/i,
    endpoint: EXCHANGE,
    type: 'login-code-refused',
  },
];

/** @param text - in words; Auth0 is inconsistent about the final full stop, so it is ignored */
export function outcomeOf(endpoint: Endpoint, error: string, text: string): Row | undefined {
  const words = text.trim().replace(/\.+$/, '');
  return OUTCOMES.find(
    (row) =>
      (row.error?.test(error) ?? true) &&
      (row.text?.test(words) ?? true) &&
      (row.endpoint?.test(endpoint) ?? true),
  );
}
