/** What a user's tokens and `/userinfo` say, scope by scope (OpenID Connect Core 1.0, section 5.4). */
import { createHash } from 'node:crypto';
import type { User } from '../tenant/user.ts';

export function claimsOf(user: User, scope: string): Record<string, unknown> {
  const scopes = scope.split(' ');
  return {
    ...(scopes.includes('profile') && {
      nickname: user.email.slice(0, user.email.indexOf('@')),
      name: user.name,
      picture: `https://s.gravatar.com/avatar/${createHash('md5').update(user.email).digest('hex')}`,
    }),
    ...(scopes.includes('email') && { email: user.email, email_verified: user.emailVerified }),
  };
}
