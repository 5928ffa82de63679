/**
 * A login on the tenant's pages, from `/authorize` to the code: what has been proven, and what comes
 * next. The pages themselves are in hosted-login.ts, hosted-challenge.ts and hosted-enrollment.ts.
 */
import type { Exchange } from '../http/exchange.ts';
import type { Authenticator } from '../tenant/authenticator.ts';
import { BoundedMap } from '../tenant/bounded-map.ts';
import type { Verdict, TextedCode } from '../tenant/one-time-codes.ts';
import { effectOf } from '../tenant/sent.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { User } from '../tenant/user.ts';
import type { Grant } from '../tokens/grant.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import { respond } from './authorization-response.ts';
import type { BrowserSessions } from './browser-sessions.ts';
import type { Demand, MfaPolicy } from './mfa-policy.ts';
import { errorPage } from './pages.ts';

export interface Person {
  readonly user: User;
  /** Epoch seconds: when the password was typed. */
  readonly authTime: number;
  readonly mfaInSession: boolean;
}

/** What a code is waited for from. */
export interface Awaited {
  readonly authenticator: Authenticator;
  readonly texted?: TextedCode;
}

export interface Login {
  readonly id: string;
  readonly request: AuthorizationRequest;
  readonly expiresAt: number;
  person?: Person;
  demand?: Demand;
  awaited?: Awaited;
  /** The second factor is proven. */
  proven?: boolean;
  /** Shown once, between an enrollment and the way back. */
  recoveryCode?: string;
}

/** A login whose password was right. */
export type PersonalLogin = Login & { readonly person: Person };

export interface IssuedCode {
  readonly request: AuthorizationRequest;
  readonly grant: Grant;
  readonly expiresAt: number;
}

/** The oldest are forgotten. */
const CODES_MAX = 10_000;
const LOGINS_MAX = 10_000;
const LOGIN_BYTES = 24;
const CODE_BYTES = 32;

export class LoginFlow {
  readonly codes = new BoundedMap<IssuedCode>(CODES_MAX);
  readonly tenant: Tenant;
  readonly sessions: BrowserSessions;
  readonly policy: MfaPolicy;
  readonly #logins = new BoundedMap<Login>(LOGINS_MAX);

  constructor(tenant: Tenant, sessions: BrowserSessions, policy: MfaPolicy) {
    this.tenant = tenant;
    this.sessions = sessions;
    this.policy = policy;
  }

  begin(request: AuthorizationRequest): Login {
    const id = this.tenant.randomness.base64url(LOGIN_BYTES);
    const { clock, settings } = this.tenant;
    const login: Login = { id, request, expiresAt: clock.now() + settings.loginLifeMs };
    this.#logins.set(id, login);
    return login;
  }

  find(id: string | undefined): Login | undefined {
    const login = this.#logins.get(id ?? '');
    return login !== undefined && this.tenant.clock.now() < login.expiresAt ? login : undefined;
  }

  /** One whose password was right, and that has to meet this demand. */
  findDemanding(id: string | undefined, demand: Demand): PersonalLogin | undefined {
    const login = this.find(id);
    if (login?.person === undefined || login.demand !== demand) return undefined;
    return { ...login, person: login.person };
  }

  /** Keeps what has changed about a login. */
  keep(login: Login): void {
    this.#logins.set(login.id, login);
  }

  demand({ user, mfaInSession }: Person, request: AuthorizationRequest): Demand {
    const { clientId, audience, acrValues } = request;
    const protocol = 'oidc-basic-profile';
    return this.policy.demand({ user, clientId, audience, acrValues, protocol, mfaInSession });
  }

  /** After the password, or with a session in its place. */
  proceed(exchange: Exchange, login: Login, person: Person): Response | Promise<Response> {
    exchange.get('noted').userId = person.user.userId;
    const demand = this.demand(person, login.request);
    this.keep({ ...login, person, demand });
    switch (demand) {
      case 'nothing':
        return this.finish(exchange, { ...login, person });
      case 'enrollment':
        return exchange.redirect(`/u/mfa-enroll?state=${login.id}`);
      case 'challenge':
        return this.#challenge(exchange, { ...login, person, demand });
    }
  }

  #challenge(exchange: Exchange, login: PersonalLogin): Response | Promise<Response> {
    const { user } = login.person;
    const authenticator = this.policy.challenged(user);
    if (authenticator === undefined) throw new Error('A challenge is for somebody with a factor.');
    this.tenant.events.challenged(user);
    if (authenticator.kind === 'totp') {
      this.keep({ ...login, awaited: { authenticator } });
      return exchange.redirect(`/u/mfa-otp-challenge?state=${login.id}`);
    }
    const sent = this.tenant.challenge(user, authenticator);
    if (sent !== undefined) exchange.get('noted').effect = effectOf(sent);
    const texted = sent !== undefined && 'texted' in sent ? sent.texted : undefined;
    this.keep({ ...login, awaited: { authenticator, ...(texted !== undefined && { texted }) } });
    return exchange.redirect(`/u/mfa-sms-challenge?state=${login.id}`);
  }

  /** Begins the session where it is not there yet, and gives the client its code. */
  finish(exchange: Exchange, login: PersonalLogin): Response | Promise<Response> {
    const { request, person, proven = false } = login;
    const { user, authTime } = person;
    this.#logins.delete(login.id);
    const known = this.sessions.find(exchange);
    const goesOn = known?.user === user && known.authTime === authTime && !proven;
    const session = goesOn ? known : this.sessions.begin(exchange, { user, authTime, mfa: proven });
    const { clientId, audience, scope, nonce, authTimeAsked } = request;
    const grant: Grant = {
      ...{ user, clientId, audience, scope, authTime, authTimeAsked, sid: session.sid },
      // Only of a challenge in this very login (auth0-docs "AMR claim exceptions").
      amr: proven ? ['mfa'] : [],
      ...(nonce !== undefined && { nonce }),
    };
    const code = this.tenant.randomness.base64url(CODE_BYTES);
    const { authorizationCodeLifeMs } = this.tenant.settings;
    const expiresAt = this.tenant.clock.now() + authorizationCodeLifeMs;
    this.codes.set(code, { request, grant, expiresAt });
    const noted = exchange.get('noted');
    noted.userId = user.userId;
    noted.effect = 'logged-in';
    return respond(exchange, request, { code });
  }

  /** Judges what was typed where a code is awaited; a wrong one costs an attempt. */
  judge(user: User, { authenticator, texted }: Awaited, code: string) {
    // One that was deleted in the meantime has nothing left to be proven.
    if (!this.tenant.listed(user).includes(authenticator)) return 'wrong';
    if (authenticator.kind === 'totp') {
      const judged = this.tenant.judgeTotp(user, [authenticator], code);
      return typeof judged === 'string' ? judged : 'right';
    }
    return texted === undefined ? 'wrong' : this.tenant.judgeText(user, texted, code);
  }
}

export async function gone(exchange: Exchange): Promise<Response> {
  return exchange.html(errorPage('This login has expired or is not known. Begin again.'), 400);
}

/** What a person is told who typed a code that was not taken. */
export function codeProblem(verdict: Exclude<Verdict, 'right'>): string {
  return verdict === 'wrong' ? 'The code is wrong' : 'Too many wrong codes';
}
