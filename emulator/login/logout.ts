/**
 * `/v2/logout` and `/oidc/logout` (auth0-docs "Auth0 Logout", "OIDC Logout"): both end this browser's
 * session, and lead on only to a URL that the application, or the tenant, has registered.
 */
import type { Hono } from 'hono';
import { type Env, type Exchange, fields, optional, type Fields } from '../http/exchange.ts';
import { BoundedMap } from '../tenant/bounded-map.ts';
import type { ClientConfig } from '../tenant/client-config.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { Tokens } from '../tokens/tokens.ts';
import type { BrowserSessions } from './browser-sessions.ts';
import { errorPage, logoutPage } from './pages.ts';
import { isRegistered, isRegisteredPath } from './registered-url.ts';

interface Parameters {
  readonly idTokenHint?: string;
  readonly logoutHint?: string;
  readonly clientId?: string;
  readonly target?: string;
  readonly state?: string;
}

interface Hinted {
  readonly clientId?: string;
  /** `undefined`: nothing says whose session is meant. */
  readonly sid?: string;
}

const CONFIRM_PATH = '/u/logout-consent';
/** Logouts that wait for the person's word; the oldest are forgotten. */
const PENDING_MAX = 10_000;
const ID_BYTES = 24;

export class Logout {
  readonly #tenant: Tenant;
  readonly #tokens: Tokens;
  readonly #sessions: BrowserSessions;
  /** Where each leads to, `''` for nowhere. */
  readonly #pending = new BoundedMap<string>(PENDING_MAX);

  constructor(tenant: Tenant, tokens: Tokens, sessions: BrowserSessions) {
    this.#tenant = tenant;
    this.#tokens = tokens;
    this.#sessions = sessions;
  }

  register(app: Hono<Env>): void {
    app.get('/v2/logout', (exchange) => this.#auth0(exchange));
    app.get('/oidc/logout', (exchange) =>
      this.#oidc(exchange, new Map(Object.entries(exchange.req.query()))),
    );
    app.post('/oidc/logout', async (exchange) => this.#oidc(exchange, await fields(exchange)));
    app.post(CONFIRM_PATH, (exchange) => this.#confirmed(exchange));
  }

  #auth0(exchange: Exchange): Response | Promise<Response> {
    const { client_id: clientId, returnTo } = exchange.req.query();
    const client = clientId === undefined ? undefined : this.#tenant.clients.get(clientId);
    if (clientId !== undefined && client === undefined)
      return refused(exchange, 'Unknown client_id.');
    const allowed = this.#allowed(client);
    if (returnTo !== undefined && !isRegisteredPath(returnTo, allowed)) {
      const where = 'The returnTo querystring parameter is not defined as a valid URL in';
      return refused(exchange, `${where} "Allowed Logout URLs".`);
    }
    return this.#leave(exchange, returnTo ?? (client === undefined ? '' : (allowed[0] ?? '')));
  }

  async #oidc(exchange: Exchange, input: Fields): Promise<Response> {
    const parameters = readParameters(input);
    const hinted = await this.#hinted(parameters);
    if (typeof hinted === 'string') return refused(exchange, hinted);
    const client =
      hinted.clientId === undefined ? undefined : this.#tenant.clients.get(hinted.clientId);
    if (hinted.clientId !== undefined && client === undefined) {
      return refused(exchange, 'Unknown client_id.');
    }
    const allowed = this.#allowed(client);
    const { target, state } = parameters;
    if (target !== undefined && !(isRegistered(target, allowed) && URL.canParse(target))) {
      return refused(exchange, 'post_logout_redirect_uri is not in "Allowed Logout URLs".');
    }
    const leadsTo = withState(target ?? (client === undefined ? '' : (allowed[0] ?? '')), state);
    const session = this.#sessions.find(exchange);
    const vouchedFor = session === undefined || session.sid === hinted.sid;
    if (vouchedFor || !this.#tenant.settings.logoutPrompt) return this.#leave(exchange, leadsTo);
    const id = this.#tenant.randomness.base64url(ID_BYTES);
    this.#pending.set(id, leadsTo);
    return exchange.html(logoutPage(CONFIRM_PATH, id));
  }

  async #confirmed(exchange: Exchange): Promise<Response> {
    const id = optional(await fields(exchange), 'state') ?? '';
    const leadsTo = this.#pending.get(id);
    if (leadsTo === undefined) return refused(exchange, 'This logout is not known. Begin again.');
    this.#pending.delete(id);
    return this.#leave(exchange, leadsTo);
  }

  /** What the hints say, or what is wrong with them: they must agree with each other. */
  async #hinted({ idTokenHint, logoutHint, clientId }: Parameters): Promise<Hinted | string> {
    const sid = logoutHint === undefined ? {} : { sid: logoutHint };
    if (idTokenHint === undefined) {
      return { ...sid, ...(clientId !== undefined && { clientId }) };
    }
    const claims = await this.#tokens.idTokenClaims(idTokenHint);
    if (claims === undefined) return 'id_token_hint is not an ID token of this tenant.';
    if (clientId !== undefined && clientId !== claims.clientId) {
      return 'client_id does not match the aud claim of id_token_hint.';
    }
    if (logoutHint !== undefined && logoutHint !== claims.sid) {
      return 'logout_hint does not match the sid claim of id_token_hint.';
    }
    return claims;
  }

  #allowed(client: ClientConfig | undefined): readonly string[] {
    return client === undefined
      ? this.#tenant.settings.allowedLogoutUrls
      : (client.allowedLogoutUrls ?? []);
  }

  #leave(exchange: Exchange, leadsTo: string): Response {
    const session = this.#sessions.find(exchange);
    const noted = exchange.get('noted');
    if (session !== undefined) noted.userId = session.user.userId;
    this.#sessions.end(exchange);
    // Written anew: parsing has dropped line breaks, which no header may carry.
    return URL.canParse(leadsTo) ? exchange.redirect(new URL(leadsTo).href) : exchange.text('OK');
  }
}

function readParameters(input: Fields): Parameters {
  const named = {
    idTokenHint: optional(input, 'id_token_hint'),
    logoutHint: optional(input, 'logout_hint'),
    clientId: optional(input, 'client_id'),
    target: optional(input, 'post_logout_redirect_uri'),
    state: optional(input, 'state'),
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

function withState(target: string, state: string | undefined): string {
  if (state === undefined || !URL.canParse(target)) return target;
  const url = new URL(target);
  url.searchParams.set('state', state);
  return url.href;
}

function refused(exchange: Exchange, problem: string): Response | Promise<Response> {
  return exchange.html(errorPage(problem), 400);
}
