/**
 * A limit on requests and the three headers that tell it (auth0-docs "Rate Limit Use Cases"). The quotas of a
 * user, texts and wrong codes, do not show in them.
 */
import type { MiddlewareHandler } from 'hono';
import { Bucket } from './bucket.ts';
import type { Env, Exchange } from './exchange.ts';
import { OAuthError, TOO_MANY_REQUESTS } from './oauth-error.ts';

const SECOND_MS = 1_000;

export interface Limit {
  readonly burst: number;
  /** Until one more request is there. */
  readonly refillMs: number;
  /** Limits per second are filled again by the millisecond, those per minute by the second. */
  readonly tickMs: number;
}

export class RateLimit {
  readonly #limitNow: () => Limit | undefined;
  readonly #now: () => number;
  #limit: Limit | undefined;
  #bucket: Bucket | undefined;

  /** @param limitNow - `undefined` where there is none; it may change while requests come */
  constructor(limitNow: () => Limit | undefined, now: () => number) {
    this.#limitNow = limitNow;
    this.#now = now;
  }

  /** Takes one request, and says in the headers what is left. */
  take(exchange: Exchange): boolean {
    const limit = this.#limitNow();
    if (limit === undefined) return true;
    const same = this.#limit?.burst === limit.burst && this.#limit.refillMs === limit.refillMs;
    const bucket =
      same && this.#bucket !== undefined ? this.#bucket : new Bucket(limit.burst, limit.refillMs);
    this.#limit = limit;
    this.#bucket = bucket;
    const at = this.#now();
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

/** One bucket for all routes that this one middleware is put on. */
export function rateLimit(limit: RateLimit): MiddlewareHandler<Env> {
  return (exchange, next) => {
    if (!limit.take(exchange)) throw new OAuthError(429, 'too_many_requests', TOO_MANY_REQUESTS);
    return next();
  };
}
