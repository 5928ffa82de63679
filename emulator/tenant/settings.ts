import type { GuardianSettings } from './guardian.ts';

/**
 * Switches of a tenant. Each is a choice of an administrator, or a point on which sources are silent
 * or contradict each other; SWITCHES.md gives both readings and the default.
 */
export interface TenantSettings extends GuardianSettings {
  /** In barcodes; the tenant's domain where it is empty. */
  readonly friendlyName: string;
  /** `type` in the list of authenticators: newer tenants have it, recorded ones do not. */
  readonly authenticatorTypes: boolean;
  /** How the list masks a number: recordings show its last four digits, the guides the first ones. */
  readonly phoneNames: 'last-digits' | 'first-digits';
  /** `active` in the list: recorded, while older editions of the guide print entries without it. */
  readonly activeListed: boolean;
  /** How many different factors a login needs, where an Action asks for several. */
  readonly factorsRequired: number;
  /** Whether an access token from before the first factor was active may enroll a second one. */
  readonly earlyTokenEnrolls: boolean;
  /** Whether an access token may stand in for the `mfa_token` that confirms an enrollment. */
  readonly accessTokenConfirms: boolean;
  /** Whether `/mfa/associate` asks for the client: the reference page says so, no guide does. */
  readonly associateClient: 'optional' | 'required';
  /** Whether `oob_channels` and `authenticator_types` may be bare strings, as in the older reference. */
  readonly bareStrings: boolean;
  /** Whether a successful login spends its `mfa_token`. */
  readonly mfaTokenOnce: boolean;
  /** Whether associating the same number again reuses the unconfirmed entry. */
  readonly reuseSameNumber: boolean;
  /** `mfa_requirements` in the `mfa_required` error: an Early Access feature of Auth0. */
  readonly mfaRequirements: boolean | 'challenge-types';
  /** Status of `mfa_required`: the guides have 403, the OpenAPI file has the same example under 401. */
  readonly mfaRequiredStatus: 401 | 403;
  /** `mfa_required` without an `mfa_token`, as where an Action asks for a factor of its own. */
  readonly mfaTokenOmitted: boolean;
  /** The MFA API's name, where it is not `{issuer}mfa/`, as behind a custom domain. */
  readonly mfaAudience: string;
  /** Life of a login on the hosted pages: sources say five or ten minutes. */
  readonly loginLifeMs: number;
  /** Life of an authorization code. */
  readonly authorizationCodeLifeMs: number;
  /** Life of an `mfa_token`: 10 minutes by the guides, 5 by the SDKs' assumption. */
  readonly mfaTokenLifeMs: number;
  readonly oobCodeLifeMs: number;
  /** The database that users are in, and that `password-realm` names. */
  readonly connection: string;
  /** Whether a refresh gives a new refresh token and spends the old one. */
  readonly refreshTokenRotation: boolean;
  /** How long the refresh token before the youngest is still good. */
  readonly refreshTokenOverlapMs: number;
  /** From the login on; rotation does not extend it. */
  readonly refreshTokenLifeMs: number;
  /** Since it was used last. */
  readonly refreshTokenIdleMs: number;
  /** Life of a browser's session, and how long it may be left alone. */
  readonly sessionLifeMs: number;
  readonly sessionIdleMs: number;
  /** Where a logout that names no client may lead. */
  readonly allowedLogoutUrls: readonly string[];
  /** Whether a logout that nothing vouches for asks the person. */
  readonly logoutPrompt: boolean;
  /** `auth_time` in every ID token, or where `max_age` or `prompt=login` was asked for. */
  readonly authTime: 'always' | 'asked';
  /** Whether a login without an API gets an access token that only `/userinfo` can read. */
  readonly opaqueUserinfoTokens: boolean;
  /** `amr` in ID tokens that the MFA API's grants give. */
  readonly mfaApiAmr: boolean;
  /** What `prompt=none` is told where a second factor would have to be asked for. */
  readonly silentMfaError: 'interaction_required' | 'mfa_required' | 'login_required';
  /** Status of the two "Too many …" replies; sources disagree. */
  readonly quotaStatus: 403 | 429;
  /** Whether the Management API lists authenticators that were never confirmed. */
  readonly managementListsUnconfirmed: boolean;
  /** `error` of the two "Too many …" replies; an app has one, SDKs another, the third is a guess. */
  readonly quotaError: 'invalid_request' | 'too_many_attempts' | 'too_many_requests';
  /** The limits' table has ten per hour, the page about SMS five in five minutes for e-mail and OTP. */
  readonly wrongCodes: 'ten-per-hour' | 'five-per-five-minutes';
  /** `error` of `The phone number is invalid.`: not captured. */
  readonly phoneNumberError: 'invalid_request' | 'invalid_phone_number';
  /** `error` where a factor is off or there is none of that name: not captured. */
  readonly factorOffError: 'unsupported_challenge_type' | 'invalid_request';
  /** `error` of a client that is not authenticated: apps see the one, the OpenAPI file lists the other. */
  readonly clientRefusedError: 'access_denied' | 'invalid_client';
  /** Status of `The redirect URI is wrong.`: not captured. */
  readonly redirectUriStatus: 401 | 403;
  /** Whether the keys say that they are for RS256, and so for nothing else. */
  readonly keyAlgorithm: boolean;
  /** `error` of `Wrong email or password.`: SDKs have the one, the OpenAPI file lists the other. */
  readonly wrongPasswordError: 'invalid_grant' | 'invalid_user_password';
  /** `oob_code is expired`: neither status nor `error` was captured. */
  readonly expiredOobCodeError: 'expired_token' | 'invalid_grant';
  readonly expiredOobCodeStatus: 401 | 403;
  /** Status of `association_required`: not captured. */
  readonly associationRequiredStatus: 400 | 403;
  /** Status of `insufficient_scope`: not captured. */
  readonly insufficientScopeStatus: 401 | 403;
  /** A push that was denied: 400 `access_denied` was recorded, `invalid_grant` is documented. */
  readonly pushDeniedError: 'access_denied' | 'invalid_grant';
  /** A poll sooner than this after the last one is told to slow down. */
  readonly pushPollIntervalMs: number;
  /** Status of `slow_down`: the device grant's, or that of RFC 8628, section 3.5. */
  readonly slowDownStatus: 400 | 429;
  /** Whether discovery documents and keys draw on the Authentication API's limit. */
  readonly keysCountAsApi: boolean;
  /** Decides the rate limits. */
  readonly plan: Plan;
  /**
   * Of the whole Authentication API; `'plan'` is the plan's figure. `'off'` has no limit and no headers,
   * those of the Management API included.
   */
  readonly requestsPerSecond: number | 'plan' | 'off';
}

export const PLANS = [
  'free',
  'essentials',
  'professional',
  'enterprise',
  'enterprise-non-production',
] as const;
export type Plan = (typeof PLANS)[number];

const DAY_MS = 24 * 3_600_000;

export const SETTINGS_DEFAULT: TenantSettings = {
  factors: ['sms', 'push-notification', 'otp', 'email'],
  messageTypes: ['sms'],
  friendlyName: '',
  authenticatorTypes: false,
  phoneNames: 'last-digits',
  activeListed: true,
  factorsRequired: 1,
  earlyTokenEnrolls: true,
  accessTokenConfirms: true,
  associateClient: 'optional',
  bareStrings: true,
  mfaTokenOnce: false,
  recoveryCodes: false,
  reuseSameNumber: false,
  mfaRequirements: false,
  mfaRequiredStatus: 403,
  mfaTokenOmitted: false,
  mfaAudience: '',
  loginLifeMs: 10 * 60_000,
  authorizationCodeLifeMs: 10 * 60_000,
  mfaTokenLifeMs: 10 * 60_000,
  oobCodeLifeMs: 5 * 60_000,
  connection: 'Username-Password-Authentication',
  refreshTokenRotation: true,
  refreshTokenOverlapMs: 0,
  refreshTokenLifeMs: 30 * DAY_MS,
  refreshTokenIdleMs: 15 * DAY_MS,
  sessionLifeMs: 7 * DAY_MS,
  sessionIdleMs: 3 * DAY_MS,
  allowedLogoutUrls: [],
  logoutPrompt: true,
  authTime: 'asked',
  opaqueUserinfoTokens: true,
  mfaApiAmr: false,
  silentMfaError: 'interaction_required',
  quotaStatus: 429,
  phoneProvider: 'auth0',
  mfaPolicies: [],
  managementListsUnconfirmed: false,
  quotaError: 'invalid_request',
  wrongCodes: 'ten-per-hour',
  phoneNumberError: 'invalid_request',
  factorOffError: 'unsupported_challenge_type',
  clientRefusedError: 'access_denied',
  redirectUriStatus: 403,
  keyAlgorithm: true,
  wrongPasswordError: 'invalid_grant',
  expiredOobCodeError: 'expired_token',
  expiredOobCodeStatus: 401,
  associationRequiredStatus: 403,
  insufficientScopeStatus: 403,
  pushDeniedError: 'access_denied',
  pushPollIntervalMs: 1_000,
  slowDownStatus: 429,
  keysCountAsApi: true,
  plan: 'essentials',
  requestsPerSecond: 'plan',
};
