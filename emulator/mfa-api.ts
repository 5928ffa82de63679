/**
 * `/mfa/associate`, `/mfa/challenge` and `/mfa/authenticators` (auth0-docs "MFA API"; shapes as
 * recorded by go-auth0). Two tokens are told apart: an `mfa_token` may enroll only a user who has no
 * active factor, an access token for `{issuer}mfa/` may do what its scopes say.
 */
import type { Hono } from 'hono';
import {
  authenticateClient,
  bearer,
  type Env,
  type Exchange,
  fields,
  optional,
  required,
} from './exchange.ts';
import {
  INVALID_TOKEN,
  invalidRequest,
  missingParameter,
  OAuthError,
  TOO_MANY_TEXTS,
} from './oauth-error.ts';
import { type Authenticator, AUTHENTICATORS_MAX, type Tenant, type User } from './tenant.ts';
import type { Tokens } from './tokens.ts';

const E164 = /^\+[1-9][0-9]{6,14}$/;

interface Bearer {
  readonly user: User;
  /** `undefined`: an `mfa_token`. */
  readonly scopes?: readonly string[];
}

export class MfaApi {
  readonly #tenant: Tenant;
  readonly #tokens: Tokens;

  constructor(tenant: Tenant, tokens: Tokens) {
    this.#tenant = tenant;
    this.#tokens = tokens;
  }

  register(app: Hono<Env>): void {
    app.post('/mfa/associate', (exchange) => this.#associate(exchange));
    app.post('/mfa/challenge', (exchange) => this.#challenge(exchange));
    app.get('/mfa/authenticators', (exchange) => this.#list(exchange));
    app.delete('/mfa/authenticators/:id', (exchange) => this.#delete(exchange));
  }

  async #bearer(exchange: Exchange, scope: string): Promise<Bearer> {
    const token = bearer(exchange);
    const access = token.startsWith('ey') ? await this.#tokens.accessToken(token) : undefined;
    const grant = access === undefined ? this.#tokens.mfaTokens.read(token) : access.grant;
    if (grant === undefined || grant === 'expired') {
      throw new OAuthError(401, 'invalid_grant', INVALID_TOKEN);
    }
    exchange.get('noted').userId = grant.user.userId;
    if (access === undefined) return { user: grant.user };
    if (!access.scopes.includes(scope)) {
      throw new OAuthError(403, 'insufficient_scope', `Insufficient scope, expected: ${scope}`);
    }
    return { user: access.user, scopes: access.scopes };
  }

  async #associate(exchange: Exchange): Promise<Response> {
    const { user, scopes } = await this.#bearer(exchange, 'enroll');
    if (scopes === undefined && this.#tenant.active(user).length > 0) {
      throw new OAuthError(403, 'access_denied', 'User is already enrolled.');
    }
    const input = await fields(exchange);
    const type = firstOf(input, 'authenticator_types');
    const noted = exchange.get('noted');
    noted.request['authenticator_types'] = type;
    if (user.authenticators.length >= AUTHENTICATORS_MAX) {
      throw invalidRequest('The user has too many authenticators.');
    }
    if (type === 'otp') return this.#associateOtp(exchange, user);
    if (type !== 'oob') throw unsupported();
    const channel = firstOf(input, 'oob_channels');
    noted.request['oob_channels'] = channel;
    if (channel !== 'sms') throw unsupported();
    const phoneNumber = required(input, 'phone_number');
    if (!E164.test(phoneNumber)) throw invalidRequest('The phone number is invalid.');
    const texted = this.#tenant.text(user, phoneNumber);
    if (texted === undefined) {
      throw new OAuthError(this.#tenant.settings.quotaStatus, 'invalid_request', TOO_MANY_TEXTS);
    }
    const { authenticator, recoveryCode } = this.#tenant.associate(user, { phoneNumber });
    noted.effect = 'authenticator-created';
    return json(exchange, {
      authenticator_type: 'oob',
      binding_method: 'prompt',
      ...(recoveryCode !== undefined && { recovery_codes: [recoveryCode] }),
      oob_channel: 'sms',
      oob_code: this.#tokens.oobCodes.issue(
        { user, authenticator, texted },
        this.#tenant.settings.oobCodeLifeMs,
      ),
    });
  }

  #associateOtp(exchange: Exchange, user: User): Response {
    const { authenticator, recoveryCode } = this.#tenant.associate(user, 'totp');
    exchange.get('noted').effect = 'authenticator-created';
    const issuer = encodeURIComponent(new URL(this.#tokens.issuer).host);
    const label = `${issuer}:${encodeURIComponent(user.email)}`;
    const { secret = '' } = authenticator;
    return json(exchange, {
      authenticator_type: 'otp',
      secret,
      barcode_uri: `otpauth://totp/${label}?secret=${secret}&issuer=${issuer}&algorithm=SHA1&digits=6&period=30`,
      ...(recoveryCode !== undefined && { recovery_codes: [recoveryCode] }),
    });
  }

  async #challenge(exchange: Exchange): Promise<Response> {
    const input = await fields(exchange);
    authenticateClient(this.#tenant, exchange, input);
    const grant = this.#tokens.mfaTokens.read(required(input, 'mfa_token'));
    if (grant === 'expired') throw new OAuthError(401, 'expired_token', 'mfa_token is expired');
    if (grant === undefined) throw new OAuthError(403, 'invalid_grant', 'Malformed mfa_token');
    const { user } = grant;
    exchange.get('noted').userId = user.userId;
    const active = this.#tenant.active(user);
    if (active.length === 0) {
      throw new OAuthError(
        403,
        'association_required',
        'User does not have any confirmed authenticator associated. You can associate a new authenticator calling /mfa/associate endpoint. If you have one authenticator ready for confirmation, you can confirm it just using it in /oauth/token',
      );
    }
    const types = (optional(input, 'challenge_type') ?? 'otp oob').split(' ');
    const wanted = optional(input, 'authenticator_id');
    const authenticator = active.find(
      ({ id, kind }) =>
        types.includes(kind === 'sms' ? 'oob' : 'otp') && (wanted === undefined || wanted === id),
    );
    if (authenticator === undefined) throw unsupported();
    if (authenticator.kind !== 'sms') return json(exchange, { challenge_type: 'otp' });
    const texted = this.#tenant.text(user, authenticator.phoneNumber ?? '');
    if (texted === undefined) {
      throw new OAuthError(this.#tenant.settings.quotaStatus, 'invalid_request', TOO_MANY_TEXTS);
    }
    exchange.get('noted').effect = 'sms-sent';
    const transaction = { user, authenticator, texted };
    return json(exchange, {
      challenge_type: 'oob',
      oob_code: this.#tokens.oobCodes.issue(transaction, this.#tenant.settings.oobCodeLifeMs),
      binding_method: 'prompt',
    });
  }

  async #list(exchange: Exchange): Promise<Response> {
    const { user } = await this.#bearer(exchange, 'read:authenticators');
    return json(exchange, user.authenticators.map(listed));
  }

  async #delete(exchange: Exchange): Promise<Response> {
    const { user, scopes } = await this.#bearer(exchange, 'remove:authenticators');
    if (scopes === undefined) throw new OAuthError(401, 'invalid_grant', INVALID_TOKEN);
    const id = exchange.req.param('id');
    if (!user.authenticators.some((authenticator) => authenticator.id === id)) {
      throw new OAuthError(404, 'not_found', 'Authenticator not found.');
    }
    user.authenticators = user.authenticators.filter((authenticator) => authenticator.id !== id);
    exchange.get('noted').effect = 'authenticator-deleted';
    return exchange.body(null, 204);
  }
}

/** The first element, where an array is sent, or the bare string of the older reference. */
function firstOf(input: ReadonlyMap<string, unknown>, name: string): string {
  const value = input.get(name);
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first !== 'string') throw missingParameter(name);
  return first.slice(0, 32);
}

function unsupported(): OAuthError {
  return new OAuthError(
    400,
    'unsupported_challenge_type',
    'The requested authenticator type is not supported.',
  );
}

function listed({ id, kind, active, phoneNumber }: Authenticator): Record<string, unknown> {
  switch (kind) {
    case 'sms': {
      const digits = phoneNumber ?? '';
      const name = 'X'.repeat(Math.max(0, digits.length - 4)) + digits.slice(-4);
      return { id, authenticator_type: 'oob', active, oob_channel: 'sms', name };
    }
    case 'totp':
      return { id, authenticator_type: 'otp', active };
    case 'recovery-code':
      return { id, authenticator_type: 'recovery-code', active };
  }
}

/** The MFA API says its charset, the token endpoint does not. */
function json(exchange: Exchange, body: unknown): Response {
  return exchange.body(JSON.stringify(body), 200, {
    'Content-Type': 'application/json; charset=utf-8',
  });
}
