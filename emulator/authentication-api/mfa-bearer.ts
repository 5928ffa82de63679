/**
 * Who calls the MFA API. Two tokens are told apart: an `mfa_token` may enroll only a user who has no
 * active factor, an access token for `{issuer}mfa/` may do what its scopes say (auth0-docs "Manage
 * Authentication Factors with the MFA API").
 */
import { bearer, type Exchange } from '../http/exchange.ts';
import { OAuthError } from '../http/oauth-error.ts';
import type { ClientConfig } from '../tenant/client-config.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { User } from '../tenant/user.ts';
import type { Grant } from '../tokens/grant.ts';
import type { Tokens } from '../tokens/tokens.ts';
import { INVALID_TOKEN, notIssuedTo } from './mfa-error.ts';

type MfaScope = 'enroll' | 'read:authenticators' | 'remove:authenticators';

export interface MfaBearer {
  readonly user: User;
  readonly grant: Grant;
  readonly kind: 'mfa-token' | 'access-token';
}

export function invalidToken(): OAuthError {
  return new OAuthError(401, 'invalid_grant', INVALID_TOKEN);
}

export function malformedToken(): OAuthError {
  return new OAuthError(403, 'invalid_grant', 'Malformed mfa_token');
}

/**
 * What an `mfa_token`, or a token in its place, stands for.
 *
 * @param read - as `IronStrings.read` gives it
 * @throws OAuthError where it is not known, not alive, or another client's
 */
export function issuedTo({ clientId }: ClientConfig, read: Grant | 'expired' | undefined): Grant {
  if (read === 'expired') throw new OAuthError(401, 'expired_token', 'mfa_token is expired');
  if (read === undefined) throw malformedToken();
  if (read.clientId !== clientId) throw notIssuedTo();
  return read;
}

export async function mfaBearer(
  tenant: Tenant,
  tokens: Tokens,
  exchange: Exchange,
  scope: MfaScope,
): Promise<MfaBearer> {
  const token = bearer(exchange);
  const access = token.startsWith('ey') ? await tokens.accessToken(token) : undefined;
  const grant = access === undefined ? tokens.mfaTokens.read(token) : access.grant;
  if (grant === undefined || grant === 'expired') throw invalidToken();
  exchange.get('noted').userId = grant.user.userId;
  if (access === undefined) return { user: grant.user, grant, kind: 'mfa-token' };
  if (!access.scopes.includes(scope)) {
    const { insufficientScopeStatus } = tenant.settings;
    const why = `Insufficient scope, expected: ${scope}`;
    throw new OAuthError(insufficientScopeStatus, 'insufficient_scope', why);
  }
  return { user: access.user, grant, kind: 'access-token' };
}
