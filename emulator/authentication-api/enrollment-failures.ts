import type { MiddlewareHandler } from 'hono';
import type { Env } from '../http/exchange.ts';
import { OAuthError } from '../http/oauth-error.ts';
import type { Tenant } from '../tenant/tenant.ts';

/** An enrollment that could not begin is an event of the tenant, whatever refused it. */
export function enrollmentFailures(tenant: Tenant): MiddlewareHandler<Env> {
  return async (exchange, next) => {
    await next();
    const { userId } = exchange.get('noted');
    if (userId === undefined || !(exchange.error instanceof OAuthError)) return;
    const subject = tenant.users.get(userId) ?? { userId };
    tenant.log.write('gd_start_enroll_failed', subject, exchange.error.description);
  };
}
