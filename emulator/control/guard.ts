/**
 * Who may use `/_emulator/…`: a program or a person on this machine, or whoever has the token. A web
 * page that a browser on this machine shows is neither: its requests come from loopback, too, but name
 * another host (DNS rebinding) or another origin.
 */
import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { bearer, type Env, type Exchange } from '../http/exchange.ts';
import { OAuthError } from '../http/oauth-error.ts';
import { same } from '../tenant/one-time-codes.ts';

const CONTROL_COOKIE = 'emulator_control';

const LOOPBACK_HOST = /^(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]{1,5})?$/i;
const LOOPBACK_ADDRESS = /^(127\.|::1$|::ffff:127\.)/;
/** A proxy that adds one of these speaks for somebody else, who may be anywhere. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];
const READING = ['GET', 'HEAD'];

export function controlGuard(token: string | undefined): MiddlewareHandler<Env> {
  return async (exchange, next) => {
    refuseOtherOrigins(exchange);
    if (token === undefined) {
      if (isLocal(exchange)) return next();
      throw new OAuthError(
        403,
        'access_denied',
        'Without a token the control API answers loopback only: set one with --control-token.',
      );
    }
    const inAddress = exchange.req.query('token');
    if (exchange.req.method === 'GET' && inAddress !== undefined && same(token, inAddress)) {
      setCookie(exchange, CONTROL_COOKIE, token, {
        ...{ httpOnly: true, sameSite: 'Strict', path: '/_emulator' },
        secure: new URL(exchange.req.url).protocol === 'https:',
      });
      // Out of the address, where it would stay in the browser's history.
      return exchange.redirect('/_emulator/', 303);
    }
    const shown = bearer(exchange) || (getCookie(exchange, CONTROL_COOKIE) ?? '');
    if (same(token, shown)) return next();
    throw new OAuthError(
      401,
      'invalid_token',
      'The control token is missing or wrong: send it as a bearer token, or open /_emulator/?token=…',
    );
  };
}

function isLocal(exchange: Exchange): boolean {
  const { incoming } = exchange.env as HttpBindings;
  return (
    LOOPBACK_ADDRESS.test(incoming.socket.remoteAddress ?? '') &&
    LOOPBACK_HOST.test(exchange.req.header('host') ?? '') &&
    FORWARDED.every((name) => exchange.req.header(name) === undefined)
  );
}

/** Browsers say where a request that changes something comes from; programs need not. */
function refuseOtherOrigins(exchange: Exchange): void {
  if (READING.includes(exchange.req.method)) return;
  const origin = exchange.req.header('origin');
  const site = exchange.req.header('sec-fetch-site') ?? 'none';
  const own = origin === undefined || hostOf(origin) === exchange.req.header('host');
  if (own && ['none', 'same-origin'].includes(site)) return;
  throw new OAuthError(403, 'access_denied', 'The request comes from a page of another origin.');
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
