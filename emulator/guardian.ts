/**
 * The factors of a tenant: which are on, how texts go out and when MFA is asked for (names and order as
 * recorded by go-auth0; the phone factor is `sms` here). They are part of the tenant's settings.
 */
import type { TenantSettings } from './settings.ts';

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
export type MessageType = (typeof MESSAGE_TYPES)[number];
export type PhoneProvider = (typeof PHONE_PROVIDERS)[number];
export type MfaPolicy = (typeof MFA_POLICIES)[number];

export function factorOn(settings: TenantSettings, name: FactorName): boolean {
  return name === 'recovery-code' ? settings.recoveryCodes : settings.factors.includes(name);
}

/** The settings with one factor switched. */
export function withFactor(
  settings: TenantSettings,
  name: FactorName,
  enabled: boolean,
): TenantSettings {
  if (name === 'recovery-code') return { ...settings, recoveryCodes: enabled };
  const others = settings.factors.filter((factor) => factor !== name);
  return { ...settings, factors: enabled ? [...others, name] : others };
}

/** Whether an authenticator of this kind, as its id begins, may be enrolled in the tenant. */
export function kindOn(settings: TenantSettings, kind: string): boolean {
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
