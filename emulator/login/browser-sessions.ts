/** Who is logged in in which browser: the cookie that a second `/authorize` knows the person by. */
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Exchange } from '../http/exchange.ts';
import { BoundedMap } from '../tenant/bounded-map.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { User } from '../tenant/user.ts';

export interface BrowserSession {
  /** In ID tokens; the cookie's value is another one. */
  readonly sid: string;
  readonly user: User;
  /** Epoch seconds: when the password was typed. */
  readonly authTime: number;
  readonly startedAt: number;
  seenAt: number;
  /** Whether a second factor was proven since the session began. */
  mfa: boolean;
}

interface LoggedIn {
  readonly user: User;
  readonly authTime: number;
  readonly mfa: boolean;
}

const COOKIE = 'auth0';
/** The oldest are forgotten. */
const SESSIONS_MAX = 10_000;
const ID_BYTES = 24;
const SID_BYTES = 24;

export class BrowserSessions {
  readonly #tenant: Tenant;
  readonly #secure: boolean;
  readonly #sessions = new BoundedMap<BrowserSession>(SESSIONS_MAX);

  constructor(tenant: Tenant, issuer: string) {
    this.#tenant = tenant;
    this.#secure = issuer.startsWith('https:');
  }

  find(exchange: Exchange): BrowserSession | undefined {
    const session = this.#sessions.get(getCookie(exchange, COOKIE) ?? '');
    if (session === undefined) return undefined;
    const now = this.#tenant.clock.now();
    const { sessionLifeMs, sessionIdleMs } = this.#tenant.settings;
    const alive = now < session.startedAt + sessionLifeMs && now < session.seenAt + sessionIdleMs;
    if (!alive || !this.#tenant.users.has(session.user.userId)) return undefined;
    session.seenAt = now;
    return session;
  }

  /**
   * After each login under a new name, so that a cookie from before it is worth nothing; the same person
   * goes on with the same `sid`.
   */
  begin(exchange: Exchange, { user, authTime, mfa }: LoggedIn): BrowserSession {
    const before = this.find(exchange);
    const known = before?.user === user ? before : undefined;
    this.#forget(exchange);
    const now = this.#tenant.clock.now();
    const session: BrowserSession = {
      sid: known?.sid ?? this.#tenant.randomness.base64url(SID_BYTES),
      startedAt: known?.authTime === authTime ? known.startedAt : now,
      seenAt: now,
      mfa: mfa || known?.mfa === true,
      ...{ user, authTime },
    };
    const id = this.#tenant.randomness.base64url(ID_BYTES);
    this.#sessions.set(id, session);
    // Silent logins run in a frame of another site; only a secure cookie may go there.
    const sameSite = this.#secure ? 'None' : 'Lax';
    setCookie(exchange, COOKIE, id, { httpOnly: true, path: '/', secure: this.#secure, sameSite });
    return session;
  }

  end(exchange: Exchange): void {
    this.#forget(exchange);
    deleteCookie(exchange, COOKIE, { path: '/', secure: this.#secure });
  }

  #forget(exchange: Exchange): void {
    this.#sessions.delete(getCookie(exchange, COOKIE) ?? '');
  }
}
