/**
 * The limits of a tenant's APIs by its plan: a bucket and how fast it fills again (auth0-docs "Rate Limit
 * Configurations").
 */
import { type Limit, RateLimit } from '../http/rate-limit.ts';
import type { Plan, TenantSettings } from './settings.ts';
import type { Tenant } from './tenant.ts';

/**
 * `token` and `keys`: what `/oauth/token`, discovery documents and keys are limited to besides. The last
 * two are the Management API, which does not count against the Authentication API.
 */
type LimitedApi = 'authentication' | 'token' | 'keys' | 'read-users' | 'management';

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

/** As the tenant's settings say, whenever a request comes. */
export function limitOf(tenant: Tenant, api: LimitedApi): RateLimit {
  return new RateLimit(
    () => limitBy(tenant.settings, api),
    () => tenant.clock.now(),
  );
}

function limitBy(settings: TenantSettings, api: LimitedApi): Limit | undefined {
  const { requestsPerSecond: own, plan } = settings;
  if (own === 'off') return undefined;
  if (typeof own === 'number') {
    if (api === 'authentication') return per(SECOND_MS, own);
    if (api === 'token' || api === 'keys') return undefined;
  }
  return LIMITS[plan][api];
}
