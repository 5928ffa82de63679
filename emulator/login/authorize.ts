/**
 * `/authorize` (OpenID Connect Core 1.0, section 3.1.2): the code flow, with PKCE (RFC 7636, S256 only)
 * for every client that cannot authenticate itself. Applications are first-party: consent is never asked.
 */
import type { Hono } from 'hono';
import { type Env, type Exchange, fields } from '../http/exchange.ts';
import type { Tokens } from '../tokens/tokens.ts';
import { readAuthorizationRequest, type AuthorizationRequest } from './authorization-request.ts';
import { refuse } from './authorization-response.ts';
import type { BrowserSession } from './browser-sessions.ts';
import type { LoginFlow, Person } from './login-flow.ts';
import { errorPage } from './pages.ts';

export class Authorize {
  readonly #flow: LoginFlow;
  readonly #tokens: Tokens;

  constructor(flow: LoginFlow, tokens: Tokens) {
    this.#flow = flow;
    this.#tokens = tokens;
  }

  register(app: Hono<Env>): void {
    app.get('/authorize', (exchange) => this.#authorize(exchange, exchange.req.queries()));
    app.post('/authorize', async (exchange) => {
      const given = Object.fromEntries(
        [...(await fields(exchange))].map(([name, value]) => [name, [String(value)]]),
      );
      return this.#authorize(exchange, given);
    });
  }

  async #authorize(
    exchange: Exchange,
    parameters: Readonly<Record<string, readonly string[]>>,
  ): Promise<Response> {
    const read = readAuthorizationRequest(parameters, this.#flow.tenant, this.#tokens);
    if ('page' in read) return exchange.html(errorPage(read.page), 400);
    if ('refused' in read) return refuse(exchange, read.to, read.refused);
    const { request } = read;
    const session = this.#usable(this.#flow.sessions.find(exchange), request);
    if (request.silent) return this.#silent(exchange, request, session);
    const login = this.#flow.begin(request);
    if (session !== undefined) return this.#flow.proceed(exchange, login, personOf(session));
    const { loginHint: hint } = request;
    const hinted = hint === '' ? '' : `&login_hint=${encodeURIComponent(hint)}`;
    return exchange.redirect(`/u/login?state=${login.id}${hinted}`);
  }

  #usable(session: BrowserSession | undefined, { forced, maxAge }: AuthorizationRequest) {
    if (session === undefined || forced) return undefined;
    const age = this.#flow.tenant.clock.seconds() - session.authTime;
    return maxAge === undefined || age <= maxAge ? session : undefined;
  }

  /** auth0-docs "Configure Silent Authentication": an answer at once, and no page. */
  #silent(exchange: Exchange, request: AuthorizationRequest, session?: BrowserSession) {
    if (session === undefined)
      return refuse(exchange, request, ['login_required', 'Login required']);
    const person = personOf(session);
    if (this.#flow.demand(person, request) !== 'nothing') {
      const error = this.#flow.tenant.settings.silentMfaError;
      return refuse(exchange, request, [error, 'Multifactor authentication required']);
    }
    return this.#flow.proceed(exchange, this.#flow.begin(request), person);
  }
}

function personOf({ user, authTime, mfa }: BrowserSession): Person {
  return { user, authTime, mfaInSession: mfa };
}
