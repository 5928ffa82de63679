/**
 * `/mfa/challenge` and `/mfa/authenticators` (auth0-docs "Request MFA Challenge", "List
 * Authenticators", "Delete an Authenticator"; shapes as recorded by go-auth0), and the way to
 * `/mfa/associate`.
 */
import type { Hono } from 'hono';
import {
  type Env,
  type Exchange,
  fields,
  json,
  optional,
  required,
  type Fields,
} from '../http/exchange.ts';
import { OAuthError } from '../http/oauth-error.ts';
import { deviceOf, listed, type Authenticator } from '../tenant/authenticator.ts';
import { effectOf } from '../tenant/sent.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { Tokens } from '../tokens/tokens.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import { MfaAssociate } from './mfa-associate.ts';
import { invalidToken, issuedTo, mfaBearer } from './mfa-bearer.ts';
import { quotaSpent, unsupportedType } from './mfa-error.ts';

const NOT_ASSOCIATED =
  'User does not have any confirmed authenticator associated. You can associate a new authenticator calling /mfa/associate endpoint. If you have one authenticator ready for confirmation, you can confirm it just using it in /oauth/token';

export class MfaApi {
  readonly #tenant: Tenant;
  readonly #tokens: Tokens;
  readonly #associate: MfaAssociate;
  readonly #clients: ClientAuthentication;

  constructor(tenant: Tenant, tokens: Tokens, clients: ClientAuthentication) {
    this.#tenant = tenant;
    this.#tokens = tokens;
    this.#associate = new MfaAssociate(tenant, tokens, clients);
    this.#clients = clients;
  }

  register(app: Hono<Env>): void {
    app.post('/mfa/associate', (exchange) => this.#associate.answer(exchange));
    app.post('/mfa/challenge', (exchange) => this.#challenge(exchange));
    app.get('/mfa/authenticators', (exchange) => this.#list(exchange));
    app.delete('/mfa/authenticators/:id', (exchange) => this.#delete(exchange));
  }

  async #challenge(exchange: Exchange): Promise<Response> {
    const { settings } = this.#tenant;
    const input = await fields(exchange);
    const client = await this.#clients.authenticate(exchange, input);
    const grant = issuedTo(client, this.#tokens.mfaTokens.read(required(input, 'mfa_token')));
    const { user } = grant;
    const noted = exchange.get('noted');
    noted.userId = user.userId;
    const active = this.#tenant.listed(user).filter(isChallengeable);
    if (active.length === 0) {
      const status = settings.associationRequiredStatus;
      throw new OAuthError(status, 'association_required', NOT_ASSOCIATED);
    }
    const proven = grant.proven ?? [];
    const authenticator = active.find(
      (entry) => fits(entry, input) && !proven.includes(deviceOf(entry)),
    );
    if (authenticator === undefined) throw unsupportedType();
    this.#tenant.events.challenged(user);
    if (authenticator.kind === 'totp') return json(exchange, { challenge_type: 'otp' });
    const sent = this.#tenant.challenge(user, authenticator);
    if (sent === undefined) throw quotaSpent(settings, authenticator.kind);
    noted.request['oob_channel'] = channelOf(authenticator) ?? '';
    noted.effect = effectOf(sent);
    return json(exchange, {
      challenge_type: 'oob',
      oob_code: this.#tokens.oobCodes.issue({ user, authenticator, sent }, settings.oobCodeLifeMs),
      ...('texted' in sent && { binding_method: 'prompt' }),
    });
  }

  async #list(exchange: Exchange): Promise<Response> {
    const { user } = await mfaBearer(this.#tenant, this.#tokens, exchange, 'read:authenticators');
    const { settings } = this.#tenant;
    const entries = this.#tenant.listed(user);
    return json(
      exchange,
      entries.map((entry) => listed(entry, settings)),
    );
  }

  async #delete(exchange: Exchange): Promise<Response> {
    const { user, kind } = await mfaBearer(
      this.#tenant,
      this.#tokens,
      exchange,
      'remove:authenticators',
    );
    if (kind === 'mfa-token') throw invalidToken();
    const id = exchange.req.param('id');
    // A verified address that is listed by itself is not among these: it cannot be deleted.
    const authenticator = user.authenticators.find((entry) => entry.id === id);
    if (authenticator === undefined) {
      throw new OAuthError(404, 'not_found', 'Authenticator not found.');
    }
    this.#tenant.remove(user, authenticator);
    exchange.get('noted').effect = 'authenticator-deleted';
    return exchange.body(null, 204);
  }
}

/** A path without the id in it: what the journal counts and a fault names. */
export function mfaRoute(path: string): string {
  return path.replace(/^(\/mfa\/authenticators)\/.+/, '$1/{id}');
}

function isChallengeable({ active, kind }: Authenticator): boolean {
  return active && kind !== 'recovery-code';
}

/** As `oob_channels` of an associate names it. */
function channelOf({ kind }: Authenticator): string | undefined {
  if (kind === 'totp' || kind === 'recovery-code') return undefined;
  return kind === 'push' ? 'auth0' : kind;
}

/** Whether a challenge that asks for this may be one of this authenticator. */
function fits(authenticator: Authenticator, input: Fields): boolean {
  const types = (optional(input, 'challenge_type') ?? 'otp oob').split(/\s+/);
  const id = optional(input, 'authenticator_id');
  const channel = optional(input, 'oob_channel');
  return (
    types.includes(authenticator.kind === 'totp' ? 'otp' : 'oob') &&
    (id === undefined || id === authenticator.id) &&
    (channel === undefined || channel === channelOf(authenticator))
  );
}
