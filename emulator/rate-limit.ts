/**
 * The limit of the whole Authentication API and its headers (auth0-docs "Rate Limit Configurations":
 * 25 a second for Essentials and Professional; "Rate Limit Use Cases": the three headers). The quotas
 * of a user, texts and wrong codes, do not show in them.
 */
import type { MiddlewareHandler } from 'hono';
import { Bucket } from './bucket.ts';
import type { Env } from './exchange.ts';
import { OAuthError, TOO_MANY_REQUESTS } from './oauth-error.ts';
import type { Tenant } from './tenant.ts';

const SECOND_MS = 1_000;

export function rateLimit(tenant: Tenant): MiddlewareHandler<Env> {
  let size = 0;
  let bucket: Bucket | undefined;
  return async (exchange, next) => {
    const limit = tenant.settings.requestsPerSecond;
    if (limit === 'off') return next();
    if (bucket === undefined || size !== limit) {
      size = limit;
      bucket = new Bucket(limit, SECOND_MS / limit);
    }
    const now = tenant.clock.now();
    const allowed = bucket.take(now);
    const left = bucket.left(now);
    const fullAt = now + ((limit - left) * SECOND_MS) / limit;
    exchange.header('x-ratelimit-limit', String(limit));
    exchange.header('x-ratelimit-remaining', String(left));
    exchange.header('x-ratelimit-reset', String(Math.ceil(fullAt / SECOND_MS)));
    if (!allowed) throw new OAuthError(429, 'too_many_requests', TOO_MANY_REQUESTS);
    return next();
  };
}
