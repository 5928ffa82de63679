/**
 * Switches of a tenant. Each is a choice of an administrator, or a point on which sources are silent
 * or contradict each other; README.md gives both readings and the default.
 */
export interface TenantSettings {
  /** Recovery codes are a factor of their own and off by default in Auth0. */
  readonly recoveryCodes: boolean;
  /** Whether associating the same number again reuses the unconfirmed entry. */
  readonly reuseSameNumber: boolean;
  /** `mfa_requirements` in the `mfa_required` error: an Early Access feature of Auth0. */
  readonly mfaRequirements: boolean;
  /** Life of an authorization code. */
  readonly authorizationCodeLifeMs: number;
  /** Life of an `mfa_token`: 10 minutes by the guides, 5 by the SDKs' assumption. */
  readonly mfaTokenLifeMs: number;
  readonly oobCodeLifeMs: number;
  /** Status of the two "Too many …" replies; sources disagree. */
  readonly quotaStatus: 403 | 429;
  /** Of the whole API, with its `x-ratelimit-*` headers; `'off'` sends none. */
  readonly requestsPerSecond: number | 'off';
}

export const SETTINGS_DEFAULT: TenantSettings = {
  recoveryCodes: false,
  reuseSameNumber: false,
  mfaRequirements: false,
  authorizationCodeLifeMs: 10 * 60_000,
  mfaTokenLifeMs: 10 * 60_000,
  oobCodeLifeMs: 5 * 60_000,
  quotaStatus: 429,
  requestsPerSecond: 25,
};
