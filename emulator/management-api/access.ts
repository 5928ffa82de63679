/** Who may: a program whose token from `client_credentials` has one of the scopes. */
import type { MiddlewareHandler } from 'hono';
import { errors } from 'jose';
import { bearer, type Env, type Exchange } from '../http/exchange.ts';
import { PROGRAM } from '../tokens/grant-types.ts';
import type { Tokens } from '../tokens/tokens.ts';
import { ManagementError } from './management-error.ts';

/** Lets a request through whose token has one of the scopes. */
export type Allowed = (...scopes: readonly string[]) => MiddlewareHandler<Env>;

export function accessOf(tokens: Tokens): Allowed {
  return (...scopes) =>
    async (exchange, next) => {
      const granted = await grantedScopes(tokens, exchange);
      if (!scopes.some((scope) => granted.includes(scope))) {
        const message = `Insufficient scope, expected any of: ${scopes.join(',')}`;
        throw new ManagementError(403, message, 'insufficient_scope');
      }
      exchange.set('scopes', granted);
      await next();
    };
}

async function grantedScopes(tokens: Tokens, exchange: Exchange): Promise<readonly string[]> {
  if (exchange.req.header('authorization') === undefined) {
    throw new ManagementError(401, 'Missing authentication');
  }
  const token = bearer(exchange);
  if (token.split('.').length !== 3) {
    throw new ManagementError(400, 'Bad HTTP authentication header format', 'Bearer');
  }
  try {
    const claims = await tokens.verify(token, `${tokens.issuer}api/v2/`);
    exchange.set('clientId', String(claims['azp']));
    // What a person may do here, `read:current_user` and the like, is not emulated.
    if (claims['gty'] !== PROGRAM || typeof claims['scope'] !== 'string') return [];
    return claims['scope'].split(' ');
  } catch (error) {
    throw invalidToken(error, token);
  }
}

function invalidToken(error: unknown, token: string): ManagementError {
  if (error instanceof errors.JWTExpired) {
    return new ManagementError(401, 'Expired token received for JSON Web Token validation');
  }
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') {
    return new ManagementError(401, 'Bad audience');
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new ManagementError(401, 'Invalid signature received for JSON Web Token validation');
  }
  if (token === '' || error instanceof errors.JOSEError) {
    return new ManagementError(401, 'Invalid token');
  }
  throw error;
}
