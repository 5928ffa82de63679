/** What a user proves a second factor with, and how the MFA API shows it. */
import type { TenantSettings } from './settings.ts';

export type AuthenticatorKind = 'sms' | 'voice' | 'email' | 'push' | 'totp' | 'recovery-code';

export interface Authenticator {
  /** `sms|dev_` and sixteen characters, as recorded from real tenants. */
  readonly id: string;
  readonly kind: AuthenticatorKind;
  active: boolean;
  readonly phoneNumber?: string;
  readonly email?: string;
  /** Base32. */
  readonly secret?: string;
  /** Epoch ms, these three. */
  readonly createdAt: number;
  enrolledAt?: number;
  lastAuthAt?: number;
  /** Of the device that scanned the barcode of a push enrollment. */
  deviceName?: string;
}

export const E164 = /^\+[1-9][0-9]{6,14}$/;
const AUTHENTICATORS_MAX = 51;

/** Of a phone number, and of an e-mail's domain, that are not masked; of its name, that are. */
const SHOWN = 4;

/**
 * The part after the `|`. One device may have two entries that share it: SMS and voice of one number,
 * push and OTP of one app (auth0-docs "Manage Authentication Factors with the MFA API").
 */
export function deviceOf({ id }: Pick<Authenticator, 'id'>): string {
  return id.slice(id.indexOf('|') + 1);
}

/** Whether a user has as many as a user may have. */
export function isFull({
  authenticators,
}: {
  readonly authenticators: readonly unknown[];
}): boolean {
  return authenticators.length >= AUTHENTICATORS_MAX;
}

export function isTwin(a: Authenticator, b: Authenticator): boolean {
  return deviceOf(a) === deviceOf(b);
}

/** As an entry of `GET /mfa/authenticators` (recorded by go-auth0, TestMFAListAuthenticators). */
export function listed(
  entry: Authenticator,
  settings: Pick<TenantSettings, 'authenticatorTypes' | 'phoneNames' | 'activeListed'>,
): Record<string, unknown> {
  const { id } = entry;
  const active = settings.activeListed ? { active: entry.active } : {};
  // Auth0.swift #1267: the newer `type` is not there while an entry is unconfirmed.
  const type = settings.authenticatorTypes && entry.active ? { type: newerType(entry.kind) } : {};
  const oob = { ...type, id, authenticator_type: 'oob', ...active };
  switch (entry.kind) {
    case 'sms':
    case 'voice': {
      const mask = settings.phoneNames === 'last-digits' ? maskedPhone : maskedPhoneOfGuides;
      return { ...oob, oob_channel: entry.kind, name: mask(entry.phoneNumber ?? '') };
    }
    case 'email':
      return { ...oob, oob_channel: 'email', name: maskedEmail(entry.email ?? '') };
    case 'push': {
      const { deviceName: name } = entry;
      return { ...oob, oob_channel: 'auth0', ...(name !== undefined && { name }) };
    }
    case 'totp':
      return { ...type, id, authenticator_type: 'otp', ...active };
    case 'recovery-code':
      return { ...type, id, authenticator_type: 'recovery-code', ...active };
  }
}

/** What `mfa_requirements` and the newer lists call it. */
export function newerType(kind: AuthenticatorKind): string {
  switch (kind) {
    case 'sms':
    case 'voice':
      return 'phone';
    case 'push':
      return 'push-notification';
    case 'totp':
      return 'otp';
    case 'email':
    case 'recovery-code':
      return kind;
  }
}

export function maskedPhone(digits: string): string {
  return 'X'.repeat(Math.max(0, digits.length - SHOWN)) + digits.slice(-SHOWN);
}

/** `+1123XXXXX`: country and area of a number of North America. */
function maskedPhoneOfGuides(number: string): string {
  return number.slice(0, SHOWN + 1).padEnd(number.length, 'X');
}

/** The end of the name and of the domain, as recorded: `chuc****@exam*******`. */
export function maskedEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const [local, domain] = [email.slice(0, at), email.slice(at + 1)];
  const hidden = '*'.repeat(Math.max(0, domain.length - SHOWN));
  return `${local.slice(0, -SHOWN)}${'*'.repeat(SHOWN)}@${domain.slice(0, SHOWN)}${hidden}`;
}
