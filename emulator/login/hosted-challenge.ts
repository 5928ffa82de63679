/** The page that asks for the code of a confirmed factor. */
import type { Hono } from 'hono';
import { type Env, type Exchange, fields, optional } from '../http/exchange.ts';
import { maskedEmail } from '../tenant/authenticator.ts';
import { type Awaited, codeProblem, gone, type LoginFlow } from './login-flow.ts';
import { challengePage, maskedForPages, textSentTo } from './pages.ts';
import { typedCode } from './typed.ts';

const FACTORS = ['sms', 'otp'] as const;
type Factor = (typeof FACTORS)[number];

export class HostedChallenge {
  readonly #flow: LoginFlow;

  constructor(flow: LoginFlow) {
    this.#flow = flow;
  }

  register(app: Hono<Env>): void {
    for (const factor of FACTORS) {
      const path = `/u/mfa-${factor}-challenge`;
      app.get(path, (exchange) => this.#show(exchange, factor));
      app.post(path, (exchange) => this.#answer(exchange, factor));
    }
  }

  async #show(exchange: Exchange, factor: Factor): Promise<Response> {
    const login = this.#flow.findDemanding(exchange.req.query('state'), 'challenge');
    if (login?.awaited === undefined) return gone(exchange);
    return exchange.html(challengePage(login.id, factor, hint(login.awaited)));
  }

  async #answer(exchange: Exchange, factor: Factor): Promise<Response> {
    const form = await fields(exchange);
    const login = this.#flow.findDemanding(optional(form, 'state'), 'challenge');
    if (login?.awaited === undefined) return gone(exchange);
    const { user } = login.person;
    const noted = exchange.get('noted');
    noted.userId = user.userId;
    const verdict = this.#flow.judge(user, login.awaited, typedCode(optional(form, 'code') ?? ''));
    if (verdict === 'right') return this.#flow.finish(exchange, { ...login, proven: true });
    noted.effect = 'code-judged-wrong';
    const page = challengePage(login.id, factor, hint(login.awaited), codeProblem(verdict));
    return exchange.html(page, 400);
  }
}

function hint({ authenticator: { kind, phoneNumber = '', email } }: Awaited): string {
  if (kind === 'totp') return 'Type the code that your authenticator app shows.';
  if (email !== undefined) return `We have sent an e-mail to ${maskedEmail(email)}.`;
  return kind === 'voice'
    ? `We are calling ${maskedForPages(phoneNumber)}.`
    : textSentTo(phoneNumber);
}
