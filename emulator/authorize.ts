/**
 * `GET /authorize` and the pages behind it: OpenID Connect Core 1.0, section 3.1.2, for the code flow
 * with PKCE (RFC 7636, S256 only). Asking for the MFA API's audience forces a challenge where the user
 * has an active factor (auth0-docs "Manage Authentication Factors with the MFA API").
 */
import type { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { BoundedMap } from './bounded-map.ts';
import { type Env, type Exchange, fields, optional } from './exchange.ts';
import { challengePage, errorPage, loginPage } from './pages.ts';
import type { Authenticator, Tenant, TextedCode, User } from './tenant.ts';
import type { Grant, Tokens } from './tokens.ts';

export interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state?: string;
  readonly scope: string;
  readonly audience: string;
  readonly nonce?: string;
  readonly codeChallenge: string;
}

export interface IssuedCode {
  readonly request: AuthorizationRequest;
  readonly grant: Grant;
  readonly expiresAt: number;
}

interface Login {
  readonly request: AuthorizationRequest;
  readonly expiresAt: number;
  user?: User;
  challenge?: { readonly authenticator: Authenticator; readonly texted?: TextedCode };
}

interface BrowserSession {
  readonly user: User;
  readonly authTime: number;
}

/** The hosted pages' transaction: sources say five or ten minutes. */
const LOGIN_LIFE_MS = 10 * 60_000;
const SESSION_COOKIE = 'auth0';
/** The oldest are forgotten. */
const CODES_MAX = 10_000;
const LOGINS_MAX = 10_000;
const SESSIONS_MAX = 10_000;

export class Authorize {
  readonly codes = new BoundedMap<IssuedCode>(CODES_MAX);
  readonly #tenant: Tenant;
  readonly #tokens: Tokens;
  readonly #logins = new BoundedMap<Login>(LOGINS_MAX);
  readonly #sessions = new BoundedMap<BrowserSession>(SESSIONS_MAX);

  constructor(tenant: Tenant, tokens: Tokens) {
    this.#tenant = tenant;
    this.#tokens = tokens;
  }

  register(app: Hono<Env>): void {
    app.get('/authorize', (exchange) => this.#authorize(exchange));
    app.get('/u/login', (exchange) => this.#showLogin(exchange));
    app.post('/u/login', (exchange) => this.#logIn(exchange));
    for (const factor of ['sms', 'otp'] as const) {
      const path = `/u/mfa-${factor}-challenge`;
      app.get(path, (exchange) => this.#showChallenge(exchange, factor));
      app.post(path, (exchange) => this.#answerChallenge(exchange, factor));
    }
  }

  async #authorize(exchange: Exchange): Promise<Response> {
    const query = exchange.req.query();
    const client = this.#tenant.clients.get(query['client_id'] ?? '');
    if (client === undefined) return exchange.html(errorPage('Unknown client_id.'), 400);
    const redirectUri = query['redirect_uri'] ?? '';
    // Never send a browser where the client did not say it may be sent.
    if (!client.redirectUris.includes(redirectUri)) {
      return exchange.html(errorPage('The redirect_uri is not registered for this client.'), 400);
    }
    const problem = requestProblem(query);
    if (problem !== undefined) return back(exchange, redirectUri, query['state'], problem);
    const request: AuthorizationRequest = {
      clientId: client.clientId,
      redirectUri,
      scope: query['scope'] ?? 'openid',
      audience: query['audience'] ?? `${this.#tokens.issuer}userinfo`,
      codeChallenge: query['code_challenge'] ?? '',
      ...(query['state'] !== undefined && { state: query['state'] }),
      ...(query['nonce'] !== undefined && { nonce: query['nonce'] }),
    };
    const session = this.#session(exchange, query);
    if (session === undefined && query['prompt'] === 'none') {
      return back(exchange, redirectUri, query['state'], ['login_required', 'Login required']);
    }
    const id = this.#tenant.randomness.base64url(24);
    const login: Login = { request, expiresAt: this.#tenant.clock.now() + LOGIN_LIFE_MS };
    this.#logins.set(id, login);
    if (session === undefined) {
      const hint = query['login_hint'];
      const hinted = hint === undefined ? '' : `&login_hint=${encodeURIComponent(hint)}`;
      return exchange.redirect(`/u/login?state=${id}${hinted}`);
    }
    login.user = session.user;
    return this.#challengeOrFinish(exchange, id, login, session.authTime);
  }

  #session(exchange: Exchange, query: Record<string, string>): BrowserSession | undefined {
    const session = this.#sessions.get(getCookie(exchange, SESSION_COOKIE) ?? '');
    if (session === undefined || query['prompt'] === 'login') return undefined;
    const maxAge = query['max_age'];
    if (maxAge === undefined) return session;
    const age = this.#tenant.clock.seconds() - session.authTime;
    return age < Number(maxAge) ? session : undefined;
  }

  #login(id: string | undefined): Login | undefined {
    const login = this.#logins.get(id ?? '');
    return login !== undefined && this.#tenant.clock.now() < login.expiresAt ? login : undefined;
  }

  async #showLogin(exchange: Exchange): Promise<Response> {
    const { state = '', login_hint: hint = '' } = exchange.req.query();
    if (this.#login(state) === undefined) return gone(exchange);
    return exchange.html(loginPage(state, hint));
  }

  async #logIn(exchange: Exchange): Promise<Response> {
    const form = await fields(exchange);
    const id = optional(form, 'state') ?? '';
    const login = this.#login(id);
    if (login === undefined) return gone(exchange);
    const email = optional(form, 'username') ?? '';
    const user = this.#tenant.userByPassword(email, optional(form, 'password') ?? '');
    if (user === undefined) {
      return exchange.html(loginPage(id, email, 'Wrong email or password'), 400);
    }
    exchange.get('noted').userId = user.userId;
    login.user = user;
    return this.#challengeOrFinish(exchange, id, login, this.#tenant.clock.seconds());
  }

  async #challengeOrFinish(
    exchange: Exchange,
    id: string,
    login: Login,
    authTime: number,
  ): Promise<Response> {
    const { user, request } = login;
    if (user === undefined) return gone(exchange);
    const [authenticator] = this.#tenant.active(user);
    if (request.audience !== this.#tokens.mfaAudience || authenticator === undefined) {
      return this.#finish(exchange, id, login, authTime, []);
    }
    if (authenticator.kind !== 'sms') {
      login.challenge = { authenticator };
      return exchange.redirect(`/u/mfa-otp-challenge?state=${id}`);
    }
    const texted = this.#tenant.text(user, authenticator.phoneNumber ?? '');
    login.challenge = { authenticator, ...(texted !== undefined && { texted }) };
    if (texted !== undefined) exchange.get('noted').effect = 'sms-sent';
    return exchange.redirect(`/u/mfa-sms-challenge?state=${id}`);
  }

  async #showChallenge(exchange: Exchange, factor: 'sms' | 'otp'): Promise<Response> {
    const id = exchange.req.query('state') ?? '';
    const login = this.#login(id);
    if (login?.challenge === undefined) return gone(exchange);
    return exchange.html(challengePage(id, factor, challengeHint(login.challenge)));
  }

  async #answerChallenge(exchange: Exchange, factor: 'sms' | 'otp'): Promise<Response> {
    const form = await fields(exchange);
    const id = optional(form, 'state') ?? '';
    const login = this.#login(id);
    const { user, challenge } = login ?? {};
    if (login === undefined || user === undefined || challenge === undefined) return gone(exchange);
    const noted = exchange.get('noted');
    noted.userId = user.userId;
    const code = optional(form, 'code') ?? '';
    const verdict = this.#judge(user, challenge, code);
    if (verdict === 'right') {
      return this.#finish(exchange, id, login, this.#tenant.clock.seconds(), ['mfa']);
    }
    noted.effect = 'code-judged-wrong';
    const problem = verdict === 'wrong' ? 'The code is wrong' : 'Too many wrong codes';
    return exchange.html(challengePage(id, factor, challengeHint(challenge), problem), 400);
  }

  #judge(user: User, challenge: NonNullable<Login['challenge']>, code: string) {
    if (challenge.authenticator.kind === 'sms') {
      if (challenge.texted === undefined) return 'wrong';
      return this.#tenant.judgeText(user, challenge.texted, code);
    }
    const judged = this.#tenant.judgeTotp(user, [challenge.authenticator], code);
    return typeof judged === 'string' ? judged : 'right';
  }

  #finish(
    exchange: Exchange,
    id: string,
    login: Login,
    authTime: number,
    amr: readonly string[],
  ): Response {
    const { user, request } = login;
    if (user === undefined) throw new Error('A login is finished by somebody.');
    this.#logins.delete(id);
    const session = this.#tenant.randomness.base64url(24);
    this.#sessions.set(session, { user, authTime });
    setCookie(exchange, SESSION_COOKIE, session, { httpOnly: true, sameSite: 'Lax', path: '/' });
    const code = this.#tenant.randomness.base64url(32);
    const { clientId, audience, scope, nonce } = request;
    this.codes.set(code, {
      request,
      grant: {
        ...{ user, clientId, audience, scope, authTime, amr },
        ...(nonce !== undefined && { nonce }),
      },
      expiresAt: this.#tenant.clock.now() + this.#tenant.settings.authorizationCodeLifeMs,
    });
    const noted = exchange.get('noted');
    noted.userId = user.userId;
    noted.effect = 'logged-in';
    const target = new URL(request.redirectUri);
    target.searchParams.set('code', code);
    if (request.state !== undefined) target.searchParams.set('state', request.state);
    return exchange.redirect(target.href);
  }
}

type Problem = readonly [error: string, description: string];

function requestProblem(query: Record<string, string>): Problem | undefined {
  if (query['response_type'] !== 'code') {
    return ['unsupported_response_type', 'Only response_type=code is emulated'];
  }
  if (query['code_challenge_method'] !== 'S256' || (query['code_challenge'] ?? '') === '') {
    return ['invalid_request', 'code_challenge with code_challenge_method=S256 is required'];
  }
  const { prompt, max_age: maxAge } = query;
  if (prompt !== undefined && prompt !== 'none' && prompt !== 'login') {
    return ['invalid_request', 'prompt must be none or login'];
  }
  if (maxAge !== undefined && !/^[0-9]{1,9}$/.test(maxAge)) {
    return ['invalid_request', 'max_age must be a number of seconds'];
  }
  return undefined;
}

function back(
  exchange: Exchange,
  redirectUri: string,
  state: string | undefined,
  [error, description]: Problem,
): Response {
  const target = new URL(redirectUri);
  target.searchParams.set('error', error);
  target.searchParams.set('error_description', description);
  if (state !== undefined) target.searchParams.set('state', state);
  return exchange.redirect(target.href);
}

async function gone(exchange: Exchange): Promise<Response> {
  return exchange.html(errorPage('This login has expired or is not known. Begin again.'), 400);
}

function challengeHint({ authenticator }: NonNullable<Login['challenge']>): string {
  return authenticator.kind === 'sms'
    ? `We have sent a text to XXXXXX${(authenticator.phoneNumber ?? '').slice(-4)}.`
    : 'Type the code that your authenticator app shows.';
}
