/** Refusals of the MFA API and its grants. */
import { invalidRequest, OAuthError } from '../http/oauth-error.ts';
import type { AuthenticatorKind } from '../tenant/authenticator.ts';
import type { TenantSettings } from '../tenant/settings.ts';

export const TOO_MANY_CODES = 'Too many failed codes. Wait for some minutes before retrying.';
const TOO_MANY_TEXTS = 'Too many SMS sent by the user. Wait for some minutes before retrying.';
export const INVALID_TOKEN = 'The mfa_token provided is invalid. Try getting a new token.';

const TOO_MANY_SENT: Partial<Record<AuthenticatorKind, string>> = {
  sms: TOO_MANY_TEXTS,
  voice: TOO_MANY_TEXTS,
  // No text of a real tenant is known for these two.
  email: 'Too many emails sent by the user. Wait for some minutes before retrying.',
  push: 'Too many push notifications sent by the user. Wait for some minutes before retrying.',
};

/** The user's quota of what would have to be sent is empty. */
export function quotaSpent(
  { quotaStatus, quotaError }: TenantSettings,
  kind: AuthenticatorKind,
): OAuthError {
  return new OAuthError(quotaStatus, quotaError, TOO_MANY_SENT[kind] ?? TOO_MANY_TEXTS);
}

export function unsupportedType(
  error: TenantSettings['factorOffError'] = 'unsupported_challenge_type',
): OAuthError {
  return new OAuthError(400, error, 'The requested authenticator type is not supported.');
}

/** The text is that of a draft by somebody at Auth0 (fiddur/docs, OauthMfaErrors.md). */
export function notIssuedTo(): OAuthError {
  return invalidRequest('mfa_token not issued to this client');
}
