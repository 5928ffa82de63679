/**
 * The grants of `/oauth/token` that a person stands behind, the MFA API's aside: `authorization_code`,
 * `password`, `password-realm` and `refresh_token` (auth0-docs "Authentication API": Get Token).
 */
import { createHash } from 'node:crypto';
import { type Exchange, optional, required, type Fields } from '../http/exchange.ts';
import { missingParameter, OAuthError } from '../http/oauth-error.ts';
import type { IssuedCode, LoginFlow } from '../login/login-flow.ts';
import type { ClientConfig } from '../tenant/client-config.ts';
import { same } from '../tenant/one-time-codes.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { User } from '../tenant/user.ts';
import type { Grant } from '../tokens/grant.ts';
import { grantedScope, narrowedScope, SCOPE_DEFAULT } from '../tokens/scopes.ts';
import type { Tokens } from '../tokens/tokens.ts';
import { mfaRequired } from './mfa-required.ts';

export class UserGrants {
  readonly #tenant: Tenant;
  readonly #tokens: Tokens;
  readonly #flow: LoginFlow;

  constructor(tokens: Tokens, flow: LoginFlow) {
    this.#tenant = flow.tenant;
    this.#tokens = tokens;
    this.#flow = flow;
  }

  async code(exchange: Exchange, input: Fields, client: ClientConfig) {
    const code = required(input, 'code');
    const issued = this.#flow.codes.get(code);
    const valid =
      issued !== undefined &&
      this.#tenant.clock.now() < issued.expiresAt &&
      issued.request.clientId === client.clientId;
    if (!valid) throw new OAuthError(403, 'invalid_grant', 'Invalid authorization code');
    const { redirectUri } = issued.request;
    const sent = optional(input, 'redirect_uri');
    if (sent !== redirectUri) {
      throw new OAuthError(
        this.#tenant.settings.redirectUriStatus,
        'unauthorized_client',
        `The redirect URI is wrong. You sent ${sent ?? 'null'}, and we expected ${redirectUri}`,
      );
    }
    this.#flow.codes.delete(code);
    if (!verifierFits(issued, optional(input, 'code_verifier'))) {
      throw new OAuthError(401, 'invalid_grant', 'Failed to verify code verifier');
    }
    const noted = exchange.get('noted');
    noted.userId = issued.grant.user.userId;
    if (!this.#isThere(issued.grant.user)) {
      throw new OAuthError(403, 'invalid_grant', 'Invalid authorization code');
    }
    noted.effect = 'code-exchanged';
    return this.#tokens.issue(issued.grant);
  }

  async password(exchange: Exchange, input: Fields, client: ClientConfig) {
    const username = required(input, 'username');
    const user = this.#tenant.userByPassword(username, required(input, 'password'));
    if (user === undefined) {
      const { wrongPasswordError } = this.#tenant.settings;
      throw new OAuthError(403, wrongPasswordError, 'Wrong email or password.');
    }
    const { issuer, userinfoAudience } = this.#tokens;
    const audience = optional(input, 'audience') ?? userinfoAudience;
    const scope = optional(input, 'scope') ?? SCOPE_DEFAULT;
    const grant: Grant = {
      ...{ user, clientId: client.clientId, audience },
      scope: grantedScope({ scope, audience, issuer, client }),
      authTime: this.#tenant.clock.seconds(),
      amr: [],
    };
    return this.#challengedOr(exchange, grant, 'oauth2-password', () => this.#tokens.issue(grant));
  }

  /** The realm is the connection that the user is in. */
  async passwordRealm(exchange: Exchange, input: Fields, client: ClientConfig) {
    if (required(input, 'realm') !== this.#tenant.settings.connection) {
      throw new OAuthError(403, 'invalid_request', 'unknown realm');
    }
    return this.password(exchange, input, client);
  }

  async refresh(exchange: Exchange, input: Fields, client: ClientConfig) {
    const token = optional(input, 'refresh_token');
    if (token === undefined) throw missingParameter('refresh_token');
    const { refreshTokens } = this.#tokens;
    const known = refreshTokens.read(token, client.clientId);
    if (known === undefined) {
      throw new OAuthError(403, 'invalid_grant', 'Unknown or invalid refresh token.');
    }
    if (!this.#isThere(known.user)) {
      const description = "The refresh_token was generated for a user who doesn't exist anymore.";
      throw new OAuthError(403, 'invalid_grant', description);
    }
    const grant = { ...known, scope: narrowedScope(known.scope, optional(input, 'scope')) };
    // Not spent by a refresh that is answered with mfa_required: the client comes back with it.
    return this.#challengedOr(exchange, grant, 'oauth2-refresh-token', () =>
      this.#tokens.issueWith(grant, refreshTokens.rotate(token)),
    );
  }

  /** Tokens, or the refusal that says a second factor is needed and brings the `mfa_token`. */
  #challengedOr(
    exchange: Exchange,
    grant: Grant,
    protocol: 'oauth2-password' | 'oauth2-refresh-token',
    issue: () => Promise<Record<string, unknown>>,
  ): Promise<Record<string, unknown>> {
    const noted = exchange.get('noted');
    noted.userId = grant.user.userId;
    const { policy } = this.#flow;
    if (policy.demand({ ...grant, protocol }) === 'nothing') {
      noted.effect = 'tokens-issued';
      return issue();
    }
    noted.effect = 'mfa-required';
    const { settings } = this.#tenant;
    const mfaToken = this.#tokens.mfaTokens.issue(grant, settings.mfaTokenLifeMs);
    throw mfaRequired(settings, mfaToken, policy.requirements(grant.user));
  }

  #isThere({ userId }: User): boolean {
    return this.#tenant.users.has(userId);
  }
}

/** RFC 7636, section 4.6; a verifier for a code that had no challenge is refused, too (RFC 9700, 2.1.1). */
function verifierFits({ request }: IssuedCode, verifier: string | undefined): boolean {
  if (request.codeChallenge === undefined) return verifier === undefined;
  const challenge = createHash('sha256')
    .update(verifier ?? '')
    .digest('base64url');
  return same(challenge, request.codeChallenge);
}
