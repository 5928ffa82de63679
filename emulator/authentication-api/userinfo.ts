/** `/userinfo`: the profile that an access token may read (OpenID Connect Core 1.0, section 5.3). */
import type { Hono } from 'hono';
import { bearer, type Env, type Exchange } from '../http/exchange.ts';
import { OAuthError } from '../http/oauth-error.ts';
import type { Tokens } from '../tokens/tokens.ts';
import { claimsOf } from '../tokens/user-claims.ts';

export function registerUserinfo(app: Hono<Env>, tokens: Tokens): void {
  const answer = async (exchange: Exchange): Promise<Response> => {
    const reader = await tokens.profileReader(bearer(exchange));
    if (reader === undefined) {
      // RFC 6750, section 3: here, unlike at /oauth/token, the header belongs to the answer.
      exchange.header('www-authenticate', 'Bearer error="invalid_token"');
      throw new OAuthError(401, 'invalid_token', 'The access token is invalid or has expired');
    }
    const { user, scope } = reader;
    exchange.get('noted').userId = user.userId;
    const body = JSON.stringify({ sub: user.userId, ...claimsOf(user, scope) });
    // As recorded by go-auth0 (TestUserInfo).
    return exchange.body(body, 200, { 'Content-Type': 'application/json; charset=utf-8' });
  };
  app.get('/userinfo', answer);
  app.post('/userinfo', answer);
}
