/** Around every endpoint: the journal, and the fault that a request meets. */
import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import type { Env, Noted } from './exchange.ts';
import { type Faults, suffer } from './faults.ts';
import type { Journal } from './journal.ts';

interface Writing {
  readonly journal: Journal;
  readonly faults: Faults;
  /** Epoch ms. */
  readonly now: () => number;
  /** A path without the ids in it: what the journal counts and a fault names. */
  readonly routeOf: (path: string) => string;
}

/** Writes each request into the journal, and lets it meet its fault. */
export function written({ journal, faults, now, routeOf }: Writing): MiddlewareHandler<Env> {
  return async (exchange, next) => {
    const noted: Noted = { effect: 'none', request: {} };
    exchange.set('noted', noted);
    const { method, path } = exchange.req;
    const at = now();
    const endpoint = `${method} ${routeOf(path)}`;
    const fault = path.startsWith('/_emulator') ? undefined : faults.meet(endpoint);
    const before = fault?.when === 'before' ? await suffer(fault) : 'goes-on';
    if (before === 'goes-on') await next();
    const verdict = fault?.when === 'after' ? await suffer(fault) : before;
    if (typeof verdict === 'object') {
      // Emptied first: hono would copy the headers of the reply that this one replaces.
      exchange.res = undefined;
      exchange.res = verdict;
    }
    const dropped = verdict === 'dropped';
    // Times in replies are the tenant's: `x-ratelimit-reset` is read against this.
    if (!exchange.res.headers.has('date')) {
      exchange.header('date', new Date(now()).toUTCString());
    }
    if (!path.startsWith('/_emulator')) {
      journal.write({
        ...{ at, method, path: path.split('?')[0] ?? path, endpoint },
        ...(dropped ? {} : { status: exchange.res.status }),
        ...(noted.userId !== undefined && { userId: noted.userId }),
        ...(noted.grantType !== undefined && { grantType: noted.grantType }),
        effect: noted.effect,
        request: noted.request,
      });
    }
    if (dropped) (exchange.env as HttpBindings).incoming.socket.destroy();
  };
}
