/** The limits of the Management API: reading users has one of its own. */
import type { MiddlewareHandler } from 'hono';
import type { Env } from '../http/exchange.ts';
import { limitOf } from '../tenant/api-limits.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { ManagementError } from './management-error.ts';

export function managementRateLimit(tenant: Tenant): MiddlewareHandler<Env> {
  const readUsers = limitOf(tenant, 'read-users');
  const others = limitOf(tenant, 'management');
  return async (exchange, next) => {
    const { method, path } = exchange.req;
    const readsUsers = method === 'GET' && path.startsWith('/api/v2/users/');
    if (!(readsUsers ? readUsers : others).take(exchange)) {
      throw new ManagementError(429, 'Global limit has been reached', 'too_many_requests');
    }
    return next();
  };
}
