/**
 * `/api/v2/…`, the part of the Management API that a preflight, a clean-up and a support person need.
 * Its tokens come from `client_credentials`, its refusals have a form of their own.
 */
import { Hono, type MiddlewareHandler } from 'hono';
import type { Env } from '../http/exchange.ts';
import { OAuthError } from '../http/oauth-error.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { Tokens } from '../tokens/tokens.ts';
import { accessOf } from './access.ts';
import { ManagementClients } from './clients.ts';
import { ManagementGuardian } from './guardian.ts';
import { ManagementLogs } from './logs.ts';
import { invalidBody, ManagementError } from './management-error.ts';
import { managementRateLimit } from './rate-limit.ts';
import { ManagementUsers } from './users.ts';

const CHARSET = 'application/json; charset=utf-8';

export class ManagementApi {
  readonly #tenant: Tenant;
  readonly #tokens: Tokens;

  constructor(tenant: Tenant, tokens: Tokens) {
    this.#tenant = tenant;
    this.#tokens = tokens;
  }

  register(app: Hono<Env>): void {
    const api = new Hono<Env>();
    const tenant = this.#tenant;
    api.onError((error, exchange) => {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      exchange.header('content-type', CHARSET);
      return exchange.body(JSON.stringify(refusal.body), refusal.status);
    });
    api.use(managementRateLimit(tenant), this.#logged());
    const allowed = accessOf(this.#tokens);
    new ManagementGuardian(tenant, allowed).register(api);
    new ManagementUsers(tenant, allowed).register(api);
    new ManagementClients(tenant, allowed).register(api);
    new ManagementLogs(tenant, this.#tokens, allowed).register(api);
    app.route('/api/v2', api);
  }

  /** A change that went through is an event of its own (auth0-docs: `sapi`, API operation). */
  #logged(): MiddlewareHandler<Env> {
    return async (exchange, next) => {
      await next();
      if (exchange.req.method === 'GET' || !exchange.res.ok) return;
      const { method, path } = exchange.req;
      const subject = { clientId: exchange.get('clientId') ?? '' };
      const request = { method: method.toLowerCase(), path };
      this.#tenant.log.write('sapi', subject, `${method} ${path}`, { request });
    };
  }
}

/** The path without the ids in it: what the journal counts and a fault names. */
export function managementRoute(path: string): string {
  return path
    .replace(/^(\/api\/v2\/(?:users|clients|logs|guardian\/enrollments))\/[^/]+/, '$1/{id}')
    .replace(/^(\/api\/v2\/users\/\{id\}\/authentication-methods)\/.+/, '$1/{id}');
}

function refusalOf(error: Error): ManagementError | undefined {
  if (error instanceof ManagementError) return error;
  if (!(error instanceof OAuthError)) return undefined;
  if (error.status === 400) return invalidBody(error.description);
  return new ManagementError(error.status, error.description);
}
