/**
 * Which of the scopes that were asked for a login gets. What an API does not know is left out, without
 * an error (auth0-docs "Scopes"); APIs other than the tenant's own are taken to know every scope.
 */
import type { ClientConfig } from '../tenant/client-config.ts';
import { GRANTS } from './grant-types.ts';

const OPENID = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'];
const OFFLINE_ACCESS = 'offline_access';
/** auth0-docs "Manage Authentication Factors with the MFA API". */
const MFA = ['enroll', 'read:authenticators', 'remove:authenticators'];
/** The Management API lets a user see no one else (auth0-docs "Get Management API Tokens for SPAs"). */
const CURRENT_USER = /:current_user(_|$)/;

/** As recorded by go-auth0 (TestOAuthLoginWithPassword) where no scope was sent. */
export const SCOPE_DEFAULT = 'openid profile email address phone';

interface Wanted {
  readonly scope: string;
  readonly audience: string;
  readonly issuer: string;
  readonly client: ClientConfig;
}

export function grantedScope({ scope, audience, issuer, client }: Wanted): string {
  const path = audience.startsWith(issuer) ? audience.slice(issuer.length) : undefined;
  const known = (name: string) => {
    if (name === OFFLINE_ACCESS) return mayRefresh(client);
    if (OPENID.includes(name)) return true;
    if (path === undefined) return true;
    if (path === 'mfa/') return MFA.includes(name);
    return path === 'api/v2/' && CURRENT_USER.test(name);
  };
  return [...new Set(scope.split(' '))].filter((name) => name !== '' && known(name)).join(' ');
}

/** What is left of `granted` where a refresh asks for less; it cannot ask for more. */
export function narrowedScope(granted: string, wanted: string | undefined): string {
  if (wanted === undefined) return granted;
  const wants = wanted.split(' ');
  return granted
    .split(' ')
    .filter((name) => wants.includes(name))
    .join(' ');
}

export function wantsRefreshToken(scope: string): boolean {
  return scope.split(' ').includes(OFFLINE_ACCESS);
}

function mayRefresh({ grantTypes }: ClientConfig): boolean {
  return grantTypes?.includes(GRANTS.refreshToken) ?? true;
}
