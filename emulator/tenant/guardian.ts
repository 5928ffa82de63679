/**
 * The factors of a tenant: which are on, how texts go out and when MFA is asked for (names and order as
 * recorded by go-auth0; the phone factor is `sms` here).
 */

/** In the order of `GET /api/v2/guardian/factors`. */
export const FACTORS = [
  'sms',
  'push-notification',
  'otp',
  'email',
  'duo',
  'webauthn-roaming',
  'webauthn-platform',
  'recovery-code',
] as const;
export const MESSAGE_TYPES = ['sms', 'voice'] as const;
export const PHONE_PROVIDERS = ['auth0', 'twilio', 'phone-message-hook'] as const;
export const MFA_POLICIES = ['all-applications', 'confidence-score'] as const;

export type FactorName = (typeof FACTORS)[number];
type MessageType = (typeof MESSAGE_TYPES)[number];
type PhoneProvider = (typeof PHONE_PROVIDERS)[number];
export type MfaPolicy = (typeof MFA_POLICIES)[number];

/** The part of a tenant's settings that the Management API calls Guardian. */
export interface GuardianSettings {
  /** Factors that an administrator has switched on; recovery codes are `recoveryCodes`. */
  readonly factors: readonly Exclude<FactorName, 'recovery-code'>[];
  /** Recovery codes are a factor of their own and off by default in Auth0. */
  readonly recoveryCodes: boolean;
  /** How a phone is reached; with both, one enrollment has two entries. */
  readonly messageTypes: readonly MessageType[];
  readonly phoneProvider: PhoneProvider;
  /**
   * Who is asked for a second factor, as the Management API says it: nobody (none), everybody
   * (`all-applications`), or whom the rule names (`confidence-score`).
   */
  readonly mfaPolicies: readonly MfaPolicy[];
}

export function factorOn(settings: GuardianSettings, name: FactorName): boolean {
  return name === 'recovery-code' ? settings.recoveryCodes : settings.factors.includes(name);
}

/** What changes where one factor is switched. */
export function withFactor(
  { factors }: GuardianSettings,
  name: FactorName,
  enabled: boolean,
): Partial<GuardianSettings> {
  if (name === 'recovery-code') return { recoveryCodes: enabled };
  const others = factors.filter((factor) => factor !== name);
  return { factors: enabled ? [...others, name] : others };
}

/** Whether an authenticator of this kind, as its id begins, may be enrolled in the tenant. */
export function kindOn(settings: GuardianSettings, kind: string): boolean {
  switch (kind) {
    case 'sms':
    case 'voice':
      return factorOn(settings, 'sms') && settings.messageTypes.includes(kind);
    case 'totp':
      return factorOn(settings, 'otp');
    case 'push':
      return factorOn(settings, 'push-notification');
    case 'email':
      return factorOn(settings, 'email');
    default:
      return false;
  }
}
