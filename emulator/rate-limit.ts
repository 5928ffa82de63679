/**
 * The limits of a tenant's APIs and their headers (auth0-docs "Rate Limit Configurations": a bucket and
 * how fast it fills again, by plan; "Rate Limit Use Cases": the three headers). The quotas of a user,
 * texts and wrong codes, do not show in them.
 */
import type { MiddlewareHandler } from 'hono';
import { Bucket } from './bucket.ts';
import type { Env, Exchange } from './exchange.ts';
import { OAuthError, TOO_MANY_REQUESTS } from './oauth-error.ts';
import type { Plan, TenantSettings } from './settings.ts';
import type { Tenant } from './tenant.ts';

export interface Limit {
  readonly burst: number;
  /** Until one more request is there. */
  readonly refillMs: number;
  /** Limits per second are filled again by the millisecond, those per minute by the second. */
  readonly tickMs: number;
}

/**
 * `token` and `keys`: what `/oauth/token`, discovery documents and keys are limited to besides. The last
 * two are the Management API, which does not count against the Authentication API.
 */
export type LimitedApi = 'authentication' | 'token' | 'keys' | 'read-users' | 'management';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

function per(periodMs: number, sustained: number, burst = sustained): Limit {
  return { burst, refillMs: periodMs / sustained, tickMs: periodMs === SECOND_MS ? 1 : SECOND_MS };
}

const PAID = {
  authentication: per(SECOND_MS, 25),
  token: undefined,
  keys: undefined,
  'read-users': per(MINUTE_MS, 500, 40),
  management: per(MINUTE_MS, 150, 10),
};
const FREE_MANAGEMENT = per(SECOND_MS, 2);

function enterprise(management: Limit): Record<LimitedApi, Limit | undefined> {
  const authentication = per(SECOND_MS, 100);
  return {
    authentication,
    token: undefined,
    keys: undefined,
    'read-users': management,
    management,
  };
}

/** `undefined`: the plan has no limit of its own there. */
const LIMITS: Record<Plan, Record<LimitedApi, Limit | undefined>> = {
  free: {
    authentication: per(MINUTE_MS, 300),
    token: per(SECOND_MS, 30),
    keys: per(SECOND_MS, 20),
    'read-users': FREE_MANAGEMENT,
    management: FREE_MANAGEMENT,
  },
  essentials: PAID,
  professional: PAID,
  enterprise: enterprise(per(SECOND_MS, 16, 50)),
  'enterprise-non-production': enterprise(per(SECOND_MS, 2, 10)),
};

export class RateLimit {
  readonly #tenant: Tenant;
  readonly #api: LimitedApi;
  #limit: Limit | undefined;
  #bucket: Bucket | undefined;

  constructor(tenant: Tenant, api: LimitedApi) {
    this.#tenant = tenant;
    this.#api = api;
  }

  /** Takes one request, and says in the headers what is left. */
  take(exchange: Exchange): boolean {
    const limit = limitOf(this.#tenant.settings, this.#api);
    if (limit === undefined) return true;
    const same = this.#limit?.burst === limit.burst && this.#limit.refillMs === limit.refillMs;
    const bucket =
      same && this.#bucket !== undefined ? this.#bucket : new Bucket(limit.burst, limit.refillMs);
    this.#limit = limit;
    this.#bucket = bucket;
    const at = this.#tenant.clock.now();
    const now = at - (at % limit.tickMs);
    const allowed = bucket.take(now);
    const left = bucket.left(now);
    const fullAt = now + (limit.burst - left) * limit.refillMs;
    exchange.header('x-ratelimit-limit', String(limit.burst));
    exchange.header('x-ratelimit-remaining', String(left));
    exchange.header('x-ratelimit-reset', String(Math.ceil(fullAt / SECOND_MS)));
    return allowed;
  }
}

function limitOf(settings: TenantSettings, api: LimitedApi): Limit | undefined {
  const { requestsPerSecond: own, plan } = settings;
  if (own === 'off') return undefined;
  if (typeof own === 'number') {
    if (api === 'authentication') return per(SECOND_MS, own);
    if (api === 'token' || api === 'keys') return undefined;
  }
  return LIMITS[plan][api];
}

/** One bucket for all routes that this one middleware is put on. */
export function rateLimit(tenant: Tenant, api: LimitedApi): MiddlewareHandler<Env> {
  const limit = new RateLimit(tenant, api);
  return (exchange, next) => {
    if (!limit.take(exchange)) throw new OAuthError(429, 'too_many_requests', TOO_MANY_REQUESTS);
    return next();
  };
}

/**
 * Of discovery documents and keys: their own limit, and before it the Authentication API's (auth0-docs "Rate
 * Limit Policy": the API's first, then the endpoint's) by the reading by which they count there.
 */
export function keysLimit(tenant: Tenant, api: MiddlewareHandler<Env>): MiddlewareHandler<Env> {
  const own = rateLimit(tenant, 'keys');
  return (exchange, next) =>
    tenant.settings.keysCountAsApi
      ? api(exchange, async () => {
          await own(exchange, next);
        })
      : own(exchange, next);
}
