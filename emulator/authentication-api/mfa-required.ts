/**
 * The refusal that says a second factor is needed (auth0-docs "Authenticate Using ROPG Flow with MFA"), and
 * what else it brings where a tenant has that: `mfa_requirements` are an Early Access feature.
 */
import { OAuthError } from '../http/oauth-error.ts';
import type { Requirements } from '../login/mfa-policy.ts';
import type { TenantSettings } from '../tenant/settings.ts';

export function mfaRequired(
  settings: TenantSettings,
  mfaToken: string,
  requirements: Requirements,
): OAuthError {
  const { mfaRequiredStatus, mfaTokenOmitted } = settings;
  return new OAuthError(mfaRequiredStatus, 'mfa_required', 'Multifactor authentication required', {
    ...(!mfaTokenOmitted && { mfa_token: mfaToken }),
    ...told(settings, requirements),
  });
}

function told({ mfaRequirements }: TenantSettings, requirements: Requirements): object {
  if (mfaRequirements === false) return {};
  if (mfaRequirements === true) return { mfa_requirements: requirements };
  // auth0-docs "Auth API Passwordless for database connections" has this other shape.
  const types = (requirements.challenge ?? requirements.enroll ?? []).map(({ type }) =>
    type === 'otp' || type === 'recovery-code' ? type : 'oob',
  );
  return { mfa_requirements: { challenge_types: [...new Set(types)] } };
}
