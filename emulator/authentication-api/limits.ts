/** The limits of the Authentication API. */
import type { Hono, MiddlewareHandler } from 'hono';
import type { Env } from '../http/exchange.ts';
import { rateLimit } from '../http/rate-limit.ts';
import { limitOf } from '../tenant/api-limits.ts';
import type { Tenant } from '../tenant/tenant.ts';

/** What the limit of the whole Authentication API covers. */
const LIMITED = ['/authorize', '/oauth/*', '/mfa/*', '/userinfo', '/oidc/*', '/v2/*'];

export function registerAuthenticationLimits(app: Hono<Env>, tenant: Tenant): void {
  const limit = rateLimit(limitOf(tenant, 'authentication'));
  for (const path of LIMITED) app.use(path, limit);
  app.use('/oauth/token', rateLimit(limitOf(tenant, 'token')));
  app.use('/.well-known/*', keysLimit(tenant, limit));
}

/**
 * Of discovery documents and keys: their own limit, and before it the Authentication API's (auth0-docs "Rate
 * Limit Policy": the API's first, then the endpoint's) by the reading by which they count there.
 */
function keysLimit(tenant: Tenant, api: MiddlewareHandler<Env>): MiddlewareHandler<Env> {
  const own = rateLimit(limitOf(tenant, 'keys'));
  return (exchange, next) =>
    tenant.settings.keysCountAsApi
      ? api(exchange, async () => {
          await own(exchange, next);
        })
      : own(exchange, next);
}
