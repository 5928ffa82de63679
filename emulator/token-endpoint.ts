/**
 * `POST /oauth/token` (auth0-docs "Authentication API": Get Token, Verify with OOB, OTP, recovery
 * code). Confirming an enrollment is the same call as verifying: it makes the authenticator active and
 * logs the user in.
 */
import { createHash } from 'node:crypto';
import type { Hono } from 'hono';
import type { Authorize } from './authorize.ts';
import { BoundedMap } from './bounded-map.ts';
import { Bucket } from './bucket.ts';
import {
  authenticateClient,
  type Env,
  type Exchange,
  fields,
  optional,
  required,
} from './exchange.ts';
import { INVALID_TOKEN, OAuthError, TOO_MANY_CODES, TOO_MANY_REQUESTS } from './oauth-error.ts';
import { type ClientConfig, same, type Tenant } from './tenant.ts';
import type { Grant, Tokens } from './tokens.ts';

export const GRANTS = {
  authorizationCode: 'authorization_code',
  password: 'password',
  mfaOob: 'http://auth0.com/oauth/grant-type/mfa-oob',
  mfaOtp: 'http://auth0.com/oauth/grant-type/mfa-otp',
  mfaRecoveryCode: 'http://auth0.com/oauth/grant-type/mfa-recovery-code',
} as const;

type Input = ReadonlyMap<string, unknown>;

/** Exchanges of `mfa-oob` per session: 12, refilled 12 a minute. */
const OOB_EXCHANGES = 12;
const OOB_EXCHANGE_REFILL_MS = 5_000;
/** Sessions whose exchanges are counted; the oldest is forgotten. */
const SESSIONS_MAX = 10_000;

export class TokenEndpoint {
  readonly #tenant: Tenant;
  readonly #tokens: Tokens;
  readonly #authorize: Authorize;
  readonly #oobExchanges = new BoundedMap<Bucket>(SESSIONS_MAX);

  constructor(tenant: Tenant, tokens: Tokens, authorize: Authorize) {
    this.#tenant = tenant;
    this.#tokens = tokens;
    this.#authorize = authorize;
  }

  register(app: Hono<Env>): void {
    app.post('/oauth/token', async (exchange) => {
      const input = await fields(exchange);
      const grantType = required(input, 'grant_type');
      exchange.get('noted').grantType = grantType;
      const client = authenticateClient(this.#tenant, exchange, input);
      const body = await this.#grant(exchange, input, grantType, client);
      return exchange.json(body);
    });
  }

  async #grant(exchange: Exchange, input: Input, grantType: string, client: ClientConfig) {
    const known = Object.values(GRANTS).find((grant) => grant === grantType);
    if (known === undefined) {
      throw new OAuthError(403, 'unsupported_grant_type', `Unsupported grant type: ${grantType}`);
    }
    if (client.grantTypes !== undefined && !client.grantTypes.includes(grantType)) {
      throw new OAuthError(
        403,
        'unauthorized_client',
        `Grant type '${grantType}' not allowed for the client.`,
      );
    }
    switch (known) {
      case GRANTS.authorizationCode:
        return this.#code(exchange, input, client);
      case GRANTS.password:
        return this.#password(exchange, input, client);
      case GRANTS.mfaOob:
        return this.#oob(exchange, input);
      case GRANTS.mfaOtp:
        return this.#otp(exchange, input);
      case GRANTS.mfaRecoveryCode:
        return this.#recoveryCode(exchange, input);
    }
  }

  async #code(exchange: Exchange, input: Input, client: ClientConfig) {
    const code = required(input, 'code');
    const issued = this.#authorize.codes.get(code);
    const verifier = optional(input, 'code_verifier') ?? '';
    const valid =
      issued !== undefined &&
      this.#tenant.clock.now() < issued.expiresAt &&
      issued.request.clientId === client.clientId &&
      issued.request.redirectUri === optional(input, 'redirect_uri');
    if (!valid) throw new OAuthError(403, 'invalid_grant', 'Invalid authorization code');
    this.#authorize.codes.delete(code);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    if (!same(challenge, issued.request.codeChallenge)) {
      throw new OAuthError(401, 'invalid_grant', 'Failed to verify code verifier');
    }
    const noted = exchange.get('noted');
    noted.userId = issued.grant.user.userId;
    noted.effect = 'code-exchanged';
    return this.#tokens.issue(issued.grant);
  }

  async #password(exchange: Exchange, input: Input, client: ClientConfig) {
    const username = required(input, 'username');
    const user = this.#tenant.userByPassword(username, required(input, 'password'));
    if (user === undefined) {
      throw new OAuthError(403, 'invalid_grant', 'Wrong email or password.');
    }
    const noted = exchange.get('noted');
    noted.userId = user.userId;
    const grant: Grant = {
      user,
      clientId: client.clientId,
      audience: optional(input, 'audience') ?? `${this.#tokens.issuer}userinfo`,
      scope: optional(input, 'scope') ?? 'openid',
      authTime: this.#tenant.clock.seconds(),
      amr: [],
    };
    const active = this.#tenant.active(user);
    if (active.length === 0) {
      noted.effect = 'tokens-issued';
      return this.#tokens.issue(grant);
    }
    noted.effect = 'mfa-required';
    const challenge = active.map(({ kind }) => ({ type: kind === 'sms' ? 'phone' : 'otp' }));
    throw new OAuthError(403, 'mfa_required', 'Multifactor authentication required', {
      mfa_token: this.#tokens.mfaTokens.issue(grant, this.#tenant.settings.mfaTokenLifeMs),
      ...(this.#tenant.settings.mfaRequirements && { mfa_requirements: { challenge } }),
    });
  }

  /** T1, or T2 for confirming an enrollment that was started with it. */
  async #session(input: Input): Promise<Grant> {
    const token = required(input, 'mfa_token');
    if (token.startsWith('ey')) {
      const access = await this.#tokens.accessToken(token);
      if (access === undefined) throw new OAuthError(401, 'invalid_grant', INVALID_TOKEN);
      return access.grant;
    }
    const grant = this.#tokens.mfaTokens.read(token);
    if (grant === 'expired') throw new OAuthError(401, 'expired_token', 'mfa_token is expired');
    if (grant === undefined) throw new OAuthError(403, 'invalid_grant', 'Malformed mfa_token');
    return grant;
  }

  async #oob(exchange: Exchange, input: Input) {
    const grant = await this.#session(input);
    exchange.get('noted').userId = grant.user.userId;
    this.#limitOobExchanges(required(input, 'mfa_token'));
    const oobCode = required(input, 'oob_code');
    const transaction = this.#tokens.oobCodes.read(oobCode);
    if (transaction === 'expired') {
      throw new OAuthError(401, 'expired_token', 'oob_code is expired');
    }
    if (transaction?.user !== grant.user) {
      throw new OAuthError(403, 'invalid_grant', 'Malformed oob_code');
    }
    const code = required(input, 'binding_code');
    const verdict = this.#tenant.judgeText(grant.user, transaction.texted, code);
    if (verdict !== 'right') throw this.#wrong(exchange, verdict, 'Invalid binding_code.');
    this.#tokens.oobCodes.spend(oobCode);
    const confirms = !transaction.authenticator.active;
    this.#tenant.activate(grant.user, transaction.authenticator);
    return this.#finish(exchange, grant, confirms);
  }

  #limitOobExchanges(token: string): void {
    const bucket =
      this.#oobExchanges.get(token) ?? new Bucket(OOB_EXCHANGES, OOB_EXCHANGE_REFILL_MS);
    this.#oobExchanges.set(token, bucket);
    if (bucket.take(this.#tenant.clock.now())) return;
    throw new OAuthError(429, 'too_many_requests', TOO_MANY_REQUESTS);
  }

  async #otp(exchange: Exchange, input: Input) {
    const grant = await this.#session(input);
    const { user } = grant;
    exchange.get('noted').userId = user.userId;
    const candidates = user.authenticators.filter(({ kind }) => kind === 'totp');
    if (candidates.length === 0) {
      throw new OAuthError(
        401,
        'unsupported_challenge_type',
        'User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.',
      );
    }
    const judged = this.#tenant.judgeTotp(user, candidates, required(input, 'otp'));
    if (typeof judged === 'string') throw this.#wrong(exchange, judged, 'Invalid otp_code.');
    const confirms = !judged.active;
    this.#tenant.activate(user, judged);
    return this.#finish(exchange, grant, confirms);
  }

  async #recoveryCode(exchange: Exchange, input: Input) {
    const grant = await this.#session(input);
    const { user } = grant;
    exchange.get('noted').userId = user.userId;
    if (user.recoveryCode === undefined) {
      throw new OAuthError(
        403,
        'unsupported_challenge_type',
        'User does not have a recovery-code.',
      );
    }
    if (!same(user.recoveryCode, required(input, 'recovery_code'))) {
      throw this.#wrong(exchange, 'wrong', 'MFA Authorization rejected.');
    }
    const recoveryCode = this.#tenant.newRecoveryCode(user);
    return { ...(await this.#finish(exchange, grant, false)), recovery_code: recoveryCode };
  }

  #wrong(exchange: Exchange, verdict: 'wrong' | 'too-many', description: string): OAuthError {
    if (verdict === 'too-many') {
      return new OAuthError(this.#tenant.settings.quotaStatus, 'invalid_request', TOO_MANY_CODES);
    }
    exchange.get('noted').effect = 'code-judged-wrong';
    return new OAuthError(403, 'invalid_grant', description);
  }

  async #finish(exchange: Exchange, grant: Grant, confirms: boolean) {
    exchange.get('noted').effect = confirms ? 'authenticator-confirmed' : 'tokens-issued';
    const { nonce: _nonce, ...rest } = grant;
    return this.#tokens.issue({ ...rest, amr: ['mfa'] });
  }
}
