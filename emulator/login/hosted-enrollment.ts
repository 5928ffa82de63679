/**
 * The pages that a login leads to where the policy asks for a second factor and the user has none: an
 * authenticator app or a phone, and its first code. Then the login goes on as after a challenge.
 */
import type { Hono } from 'hono';
import { TOTP } from 'otpauth';
import { type Env, type Exchange, fields, optional, type Fields } from '../http/exchange.ts';
import { E164, isFull, type Authenticator } from '../tenant/authenticator.ts';
import type { User } from '../tenant/user.ts';
import { choicePage, codePage, phonePage, recoveryCodePage } from './enrollment-pages.ts';
import { codeProblem, gone, type LoginFlow, type PersonalLogin } from './login-flow.ts';
import { errorPage } from './pages.ts';
import { typedCode, typedPhoneNumber } from './typed.ts';

const PATHS = {
  choice: '/u/mfa-enroll',
  phone: '/u/mfa-sms-enrollment',
  sms: '/u/mfa-sms-enrollment-verify',
  otp: '/u/mfa-otp-enrollment',
  recoveryCode: '/u/mfa-recovery-code-enrollment',
} as const;

type Step = (
  exchange: Exchange,
  login: PersonalLogin,
  form: Fields,
) => Response | Promise<Response>;

export class HostedEnrollment {
  readonly #flow: LoginFlow;
  /** Named in authenticator apps. */
  readonly #tenantName: string;

  constructor(flow: LoginFlow, issuer: string) {
    this.#flow = flow;
    this.#tenantName = new URL(issuer).host;
  }

  register(app: Hono<Env>): void {
    this.#show(app, PATHS.choice, (exchange, { id }) =>
      exchange.html(choicePage(PATHS.choice, id)),
    );
    this.#show(app, PATHS.phone, (exchange, { id }) => exchange.html(phonePage(PATHS.phone, id)));
    this.#take(app, PATHS.choice, (...step) => this.#choose(...step));
    this.#take(app, PATHS.phone, (...step) => this.#sendText(...step));
    for (const path of [PATHS.sms, PATHS.otp] as const) {
      this.#show(app, path, (exchange, login) => this.#showCode(exchange, login, path));
      this.#take(app, path, (exchange, login, form) => this.#confirm(exchange, login, form, path));
    }
    this.#show(app, PATHS.recoveryCode, (exchange, login) =>
      login.recoveryCode === undefined
        ? gone(exchange)
        : exchange.html(recoveryCodePage(PATHS.recoveryCode, login.id, login.recoveryCode)),
    );
    this.#take(app, PATHS.recoveryCode, (exchange, login) =>
      login.proven === true ? this.#flow.finish(exchange, login) : gone(exchange),
    );
  }

  #show(app: Hono<Env>, path: string, step: Step): void {
    app.get(path, (exchange) => {
      const login = this.#enrolling(exchange.req.query('state'));
      return login === undefined ? gone(exchange) : step(exchange, login, new Map());
    });
  }

  #take(app: Hono<Env>, path: string, step: Step): void {
    app.post(path, async (exchange) => {
      const form = await fields(exchange);
      const login = this.#enrolling(optional(form, 'state'));
      if (login === undefined) return gone(exchange);
      exchange.get('noted').userId = login.person.user.userId;
      return step(exchange, login, form);
    });
  }

  /** Whoever has got a factor meanwhile must be challenged with it, and begins again. */
  #enrolling(id: string | undefined): PersonalLogin | undefined {
    const login = this.#flow.findDemanding(id, 'enrollment');
    if (login === undefined || login.proven === true) return login;
    return this.#flow.tenant.active(login.person.user).length === 0 ? login : undefined;
  }

  #choose(exchange: Exchange, login: PersonalLogin, form: Fields): Response | Promise<Response> {
    if (login.proven === true) return gone(exchange);
    const factor = optional(form, 'factor');
    const kind = factor === 'otp' ? 'totp' : factor;
    if (kind !== undefined && !this.#flow.tenant.factorEnabled(kind)) return off(exchange, login);
    if (factor === 'sms') return exchange.redirect(`${PATHS.phone}?state=${login.id}`);
    if (factor !== 'otp') return off(exchange, login);
    if (isFull(login.person.user)) return tooMany(exchange);
    const { authenticator, recoveryCode } = this.#flow.tenant.associate(login.person.user, 'totp');
    exchange.get('noted').effect = 'authenticator-created';
    this.#flow.keep({ ...login, ...kept(recoveryCode, login), awaited: { authenticator } });
    return exchange.redirect(`${PATHS.otp}?state=${login.id}`);
  }

  #sendText(exchange: Exchange, login: PersonalLogin, form: Fields): Response | Promise<Response> {
    if (login.proven === true) return gone(exchange);
    if (!this.#flow.tenant.factorEnabled('sms')) return off(exchange, login);
    const { user } = login.person;
    const phoneNumber = typedPhoneNumber(optional(form, 'phone_number') ?? '');
    const again = (problem: string) =>
      exchange.html(phonePage(PATHS.phone, login.id, problem), 400);
    if (!E164.test(phoneNumber))
      return again('Type the number with its country code: +15551234567');
    if (isFull(user)) return tooMany(exchange);
    const texted = this.#flow.tenant.text(user, phoneNumber);
    if (texted === undefined) return again('Too many texts were sent. Try again later.');
    const { authenticator, recoveryCode } = this.#flow.tenant.associate(user, { phoneNumber });
    exchange.get('noted').effect = 'authenticator-created';
    this.#flow.keep({ ...login, ...kept(recoveryCode, login), awaited: { authenticator, texted } });
    return exchange.redirect(`${PATHS.sms}?state=${login.id}`);
  }

  #showCode(exchange: Exchange, login: PersonalLogin, path: string, problem?: string) {
    const authenticator = login.awaited?.authenticator;
    if (authenticator === undefined || login.proven === true) return gone(exchange);
    const device =
      authenticator.kind === 'totp'
        ? { ...this.#barcode(login.person.user, authenticator) }
        : { phoneNumber: authenticator.phoneNumber ?? '' };
    const page = codePage({ action: path, state: login.id, ...device }, problem);
    return exchange.html(page, problem === undefined ? 200 : 400);
  }

  #barcode({ email: label }: User, { secret = '' }: Authenticator) {
    const uri = new TOTP({ issuer: this.#tenantName, label, secret }).toString();
    return { secret, uri };
  }

  #confirm(exchange: Exchange, login: PersonalLogin, form: Fields, path: string) {
    const { awaited, person } = login;
    if (awaited === undefined || login.proven === true) return gone(exchange);
    const noted = exchange.get('noted');
    const code = typedCode(optional(form, 'code') ?? '');
    const verdict = this.#flow.judge(person.user, awaited, code);
    if (verdict !== 'right') {
      noted.effect = 'code-judged-wrong';
      return this.#showCode(exchange, login, path, codeProblem(verdict));
    }
    this.#flow.tenant.activate(person.user, awaited.authenticator);
    const proven = { ...login, proven: true };
    this.#flow.keep(proven);
    const next =
      login.recoveryCode === undefined
        ? this.#flow.finish(exchange, proven)
        : exchange.redirect(`${PATHS.recoveryCode}?state=${login.id}`);
    noted.effect = 'authenticator-confirmed';
    return next;
  }
}

/** A recovery code comes with the first factor that is tried, whichever is confirmed in the end. */
function kept(given: string | undefined, before: PersonalLogin) {
  const recoveryCode = given ?? before.recoveryCode;
  return recoveryCode === undefined ? {} : { recoveryCode };
}

/** What is not there, or what an administrator has switched off. */
function off(exchange: Exchange, { id }: PersonalLogin): Response | Promise<Response> {
  return exchange.html(choicePage(PATHS.choice, id, 'Choose one that is offered.'), 400);
}

function tooMany(exchange: Exchange): Response | Promise<Response> {
  return exchange.html(errorPage('The user has too many authenticators.'), 400);
}
