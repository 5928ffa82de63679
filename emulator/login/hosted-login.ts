/** The login page: e-mail and password. */
import type { Hono } from 'hono';
import { type Env, type Exchange, fields, optional } from '../http/exchange.ts';
import { gone, type LoginFlow } from './login-flow.ts';
import { loginPage } from './pages.ts';

export class HostedLogin {
  readonly #flow: LoginFlow;

  constructor(flow: LoginFlow) {
    this.#flow = flow;
  }

  register(app: Hono<Env>): void {
    app.get('/u/login', (exchange) => this.#show(exchange));
    app.post('/u/login', (exchange) => this.#logIn(exchange));
  }

  async #show(exchange: Exchange): Promise<Response> {
    const { state = '', login_hint: hint = '' } = exchange.req.query();
    if (this.#flow.find(state) === undefined) return gone(exchange);
    return exchange.html(loginPage(state, hint));
  }

  async #logIn(exchange: Exchange): Promise<Response> {
    const form = await fields(exchange);
    const login = this.#flow.find(optional(form, 'state'));
    if (login === undefined) return gone(exchange);
    const email = optional(form, 'username') ?? '';
    const user = this.#flow.tenant.userByPassword(email, optional(form, 'password') ?? '');
    if (user === undefined) {
      return exchange.html(loginPage(login.id, email, 'Wrong email or password'), 400);
    }
    // A session is somebody's: what another person has proven in this browser does not count.
    const session = this.#flow.sessions.find(exchange);
    const mfaInSession = session?.user === user && session.mfa;
    const authTime = this.#flow.tenant.clock.seconds();
    // Whatever was proven in this login before was perhaps somebody else's.
    const { id, request, expiresAt } = login;
    const anew = { id, request, expiresAt };
    return this.#flow.proceed(exchange, anew, { user, authTime, mfaInSession });
  }
}
