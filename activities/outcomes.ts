/**
 * The outcome table (I9): what each reply that is not a success means, said once. Literals are Auth0's own
 * (auth0-docs "MFA API"; auth0.net, Auth0.Android, Auth0.swift and react-native-auth0 tests; public bug
 * reports).
 */
import type { Endpoint, FailureType } from './failure-types.ts';

/** All that a row has must fit, and the first row that fits counts. */
interface Match {
  readonly error?: RegExp;
  readonly text?: RegExp;
  readonly endpoint?: RegExp;
  readonly status?: RegExp;
}

type Row = Match &
  (
    | { readonly type: Exclude<FailureType, 'configuration-fault'>; readonly remedy?: never }
    /** Told to operators alone, so it has to say what they do about it. */
    | { readonly type: 'configuration-fault'; readonly remedy: string }
  );

/**
 * For a row without a status of its own. By 408 and 5xx nobody knows what became of the request, whatever
 * the words are, and by 429 only the words of a quota say more than the status.
 */
const REFUSED = /^4(?!08|29)/;
const REFUSED_OR_LIMITED = /^4(?!08)/;
/** RFC 6749, section 5.2, keeps it for a client that could not be authenticated. */
const UNAUTHORIZED = /^401$/;
const NOT_UNAUTHORIZED = /^4(?!01|08|29)/;

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

/** Both parts in either order, for the words of a sentence change places. */
const both = (one: string, other: string): RegExp =>
  new RegExp(`^(?=.*${one})(?=.*${other})`, 'is');

const BAD_CODE = both(
  '\\b(otp|one-time password|(\\w+[ _])?(pass)?code)\\b',
  "\\b(invalid|wrong|incorrect|malformed|not (valid|correct)|(doesn't|not) match|mismatch|(already|been) used|reused)\\b",
);
const TOO_MANY_CODES = both(
  '\\b(too many|maximum|exceeded|limit)\\b',
  '\\b(attempts|tries|(failed|wrong|invalid|incorrect) \\w*codes)\\b',
);
const TOO_MANY_TEXTS = /^too many (sms|text)/i;
const DEAD_TOKEN = both('\\b(jwt|token)\\b', '\\b(expired|invalid|malformed|revoked)\\b');

/** A setting: nothing that another number would change. */
const FACTOR_OFF =
  /^(?!.*\b(number(?! verification)|country|region|landlines?)\b).*\b(authenticator|factor|channel|method|verification)s?\b.*\b(unsupported|disabled|not (supported|enabled|allowed|available|configured))\b/is;
const NO_PROVIDER =
  /\bno\b.*\bprovider\b|\bprovider\b.*\b(not (configured|enabled|set up)|missing)\b/is;
/** The number that was sent is at fault, in whatever words; not the one that texts come from, nor who sends them. */
const BAD_NUMBER =
  /^(?!.*(["']from["']|\bfrom (phone[ _]?)?number\b|\bsender\b))(?=.*(\b(phone(?![ _](messages?|factor|channel|provider|method)\b)|mobile|landlines?|country|region|number(?! of))\b|phone_number|["']to["']))(?=.*\b(invalid|valid|incorrect|wrong|bad|malformed|unsupported|unreachable|blocked|landlines?|must|not|cannot|unable)\b)/is;
const BAD_NUMBER_CODE =
  /^(?=.*(phone|country|landline))(?=.*(invalid|unsupported|unreachable|blocked|_not_|landline))/i;

/**
 * Two questions for every row, and for every other failure of an activity:
 *
 * 1. Can the sender of a message provoke this reply? Then it is never a `configuration-fault`, which parks
 *    the enrollment: anybody who may deliver a login could hold it up. Senders choose the number, the code and
 *    all of a login proof, and Auth0 repeats a `redirectUri` in its text.
 * 2. Can only an operator mend it? Then it never asks the person for something (they would try for ever)
 *    and is never benign (nobody would hear of it).
 *
 * A reply that neither answers stays out of the table, and is told as unknown. Words are matched leniently:
 * one literal must not decide over an enrollment. Guardian's codes (auth0-docs "Guardian Error Code
 * Reference") are those of another API, through which these calls may go.
 */
export const OUTCOMES: readonly Row[] = [
  // quotas
  {
    error: /^too_many_sms_per_tenant$/i,
    status: REFUSED_OR_LIMITED,
    type: 'configuration-fault',
    remedy: SMS_LIMIT,
  },
  {
    text: /^too many (sms|text).*\btenant\b/i,
    status: REFUSED_OR_LIMITED,
    type: 'configuration-fault',
    remedy: SMS_LIMIT,
  },
  { text: TOO_MANY_TEXTS, status: REFUSED_OR_LIMITED, type: 'sms-quota-spent' },
  { error: /^too_many_sms$/i, status: REFUSED_OR_LIMITED, type: 'sms-quota-spent' },
  {
    text: TOO_MANY_CODES,
    endpoint: CONFIRM,
    status: REFUSED_OR_LIMITED,
    type: 'too-many-wrong-codes',
  },
  { text: /^too many failed codes/i, status: REFUSED_OR_LIMITED, type: 'too-many-wrong-codes' },
  {
    error: /^too_many_attempts$/i,
    endpoint: CONFIRM,
    status: REFUSED_OR_LIMITED,
    type: 'too-many-wrong-codes',
  },
  {
    error: /^too_many_attempts$/i,
    endpoint: ASSOCIATE,
    status: REFUSED_OR_LIMITED,
    type: 'sms-quota-spent',
  },
  { error: /^too_many_(requests|attempts)$/i, status: REFUSED_OR_LIMITED, type: 'rate-limited' },
  // the session
  {
    text: /mfa[ _]token\b.*\b(expired|invalid|not issued)\b/i,
    endpoint: MFA,
    type: 'token-expired',
  },
  { text: /\b(malformed|invalid|expired) mfa[ _]token\b/i, endpoint: MFA, type: 'token-expired' },
  { text: DEAD_TOKEN, endpoint: BEARER, type: 'token-expired' },
  { error: /^invalid_(grant|token)$/i, text: /^$/, endpoint: BEARER, type: 'token-expired' },
  { error: /transaction_(expired|not_found)$/i, endpoint: BEARER, type: 'token-expired' },
  // the code that was typed
  { text: /\boob[ _]code\b/i, endpoint: CONFIRM, type: 'code-expired' },
  { text: both('code\\b', '\\bexpired\\b'), endpoint: CONFIRM, type: 'code-expired' },
  { text: /^user is not enrolled/i, endpoint: CONFIRM, type: 'code-expired' },
  { error: /^(not_enrolled|invalid_enrollment)$/i, endpoint: CONFIRM, type: 'code-expired' },
  { error: /transaction_(expired|not_found)$/i, endpoint: CONFIRM, type: 'code-expired' },
  { text: BAD_CODE, endpoint: CONFIRM, type: 'wrong-code' },
  { text: /^mfa authorization rejected/i, endpoint: CONFIRM, type: 'wrong-code' },
  { error: /^invalid_otp/i, endpoint: CONFIRM, type: 'wrong-code' },
  { error: /^expired_token$/i, endpoint: MFA, type: 'token-expired' },
  // the number; a text that failed to go out may be the number's fault or the provider's
  {
    text: NO_PROVIDER,
    endpoint: ASSOCIATE,
    type: 'configuration-fault',
    remedy: 'Set up a phone provider in the tenant (Security, Multi-factor Auth, Phone Message).',
  },
  { text: FACTOR_OFF, endpoint: ASSOCIATE, type: 'configuration-fault', remedy: FACTOR },
  { text: BAD_NUMBER, endpoint: ASSOCIATE, type: 'phone-number-refused' },
  { error: BAD_NUMBER_CODE, endpoint: ASSOCIATE, type: 'phone-number-refused' },
  { error: /^error_sending_sms$/i, endpoint: ASSOCIATE, type: 'ambiguous' },
  // the user
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
  { error: /^invalid_grant$/i, text: /\bcode\b/i, endpoint: EXCHANGE, type: 'login-code-refused' },
  {
    text: /\b(user|account)\b.*\b(blocked|disabled|suspended|deleted)\b/i,
    endpoint: EXCHANGE,
    type: 'login-code-refused',
  },
  // the application
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
    error: /^unauthorized_client$/i,
    text: /grant[ _]type|^$/i,
    endpoint: MFA,
    type: 'configuration-fault',
    remedy: MFA_GRANTS,
  },
  {
    error: /^unsupported_grant_type$/i,
    endpoint: MFA,
    type: 'configuration-fault',
    remedy: MFA_GRANTS,
  },
  // the client: a wrong secret, and a way to authenticate that is not the application's
  { error: /^invalid_client$/i, type: 'configuration-fault', remedy: CLIENT },
  {
    text: /\b(client|application)\b/i,
    endpoint: TOKEN,
    status: UNAUTHORIZED,
    type: 'configuration-fault',
    remedy: CLIENT,
  },
  {
    text: /\b(unknown|unauthorized|invalid) client\b|\bclient[ _](id|secret|credentials?|assertion|authentication)\b/i,
    endpoint: TOKEN,
    type: 'configuration-fault',
    remedy: CLIENT,
  },
  {
    error: /^access_denied$/i,
    text: /^unauthorized$/i,
    endpoint: TOKEN,
    type: 'configuration-fault',
    remedy: CLIENT,
  },
  {
    error: /^(access_denied|unauthorized)$/i,
    text: /^(unauthorized)?$/i,
    endpoint: TOKEN,
    status: UNAUTHORIZED,
    type: 'configuration-fault',
    remedy: CLIENT,
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
  // what a code can bring (RFC 6749, section 5.2): not a setting, whatever the words are
  { error: /^invalid_grant$/i, endpoint: CONFIRM, type: 'code-expired' },
  // what a login proof can bring (RFC 6749, section 5.2; RFC 8707, section 2; OpenID Connect Core, section 3.1.2.6)
  { error: /^invalid_grant$/i, endpoint: EXCHANGE, type: 'login-code-refused' },
  {
    error:
      /^(invalid_(request|scope|target|body)|access_denied|expired_token|(interaction|login|consent|account_selection)_required)$/i,
    endpoint: EXCHANGE,
    status: NOT_UNAUTHORIZED,
    type: 'login-code-refused',
  },
];

/** @param text - in words; Auth0 is inconsistent about the final full stop, so it is ignored */
export function outcomeOf(
  endpoint: Endpoint,
  status: number,
  error: string,
  text: string,
): Row | undefined {
  const words = text.trim().replace(/\.+$/, '');
  return OUTCOMES.find(
    (row) =>
      (row.status ?? REFUSED).test(String(status)) &&
      (row.error?.test(error) ?? true) &&
      (row.text?.test(words) ?? true) &&
      (row.endpoint?.test(endpoint) ?? true),
  );
}
