/** `POST /oauth/token` (auth0-docs "Authentication API": Get Token), and `/oauth/revoke`. */
import type { Hono } from 'hono';
import { type Env, type Exchange, fields, required, type Fields } from '../http/exchange.ts';
import { OAuthError } from '../http/oauth-error.ts';
import type { ClientConfig } from '../tenant/client-config.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { GRANTS } from '../tokens/grant-types.ts';
import type { Tokens } from '../tokens/tokens.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import { ClientCredentials } from './client-credentials.ts';
import { MfaGrants } from './mfa-grants.ts';
import type { UserGrants } from './user-grants.ts';

export class TokenEndpoint {
  readonly #tokens: Tokens;
  readonly #clients: ClientAuthentication;
  readonly #users: UserGrants;
  readonly #programs: ClientCredentials;
  readonly #mfaGrants: MfaGrants;

  constructor(tenant: Tenant, tokens: Tokens, clients: ClientAuthentication, users: UserGrants) {
    this.#tokens = tokens;
    this.#clients = clients;
    this.#users = users;
    this.#programs = new ClientCredentials(tenant, tokens);
    this.#mfaGrants = new MfaGrants(tenant, tokens);
  }

  register(app: Hono<Env>): void {
    app.post('/oauth/token', async (exchange) => {
      const input = await fields(exchange);
      const grantType = required(input, 'grant_type');
      exchange.get('noted').grantType = grantType;
      const client = await this.#clients.authenticate(exchange, input);
      const body = await this.#grant(exchange, input, grantType, client);
      // RFC 6749, section 5.1.
      exchange.header('cache-control', 'no-store');
      exchange.header('pragma', 'no-cache');
      return exchange.json(body);
    });
    // RFC 7009; answered alike whether or not there was anything to revoke.
    app.post('/oauth/revoke', async (exchange) => {
      const input = await fields(exchange);
      const client = await this.#clients.authenticate(exchange, input);
      this.#tokens.refreshTokens.revoke(required(input, 'token'), client.clientId);
      return exchange.body(null, 200);
    });
  }

  async #grant(exchange: Exchange, input: Fields, grantType: string, client: ClientConfig) {
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
        return this.#users.code(exchange, input, client);
      case GRANTS.password:
        return this.#users.password(exchange, input, client);
      case GRANTS.passwordRealm:
        return this.#users.passwordRealm(exchange, input, client);
      case GRANTS.refreshToken:
        return this.#users.refresh(exchange, input, client);
      case GRANTS.clientCredentials:
        return this.#program(exchange, input, client);
      case GRANTS.mfaOob:
      case GRANTS.mfaOtp:
      case GRANTS.mfaRecoveryCode:
        return this.#mfaGrants.answer(known, { exchange, input, client });
    }
  }

  async #program(exchange: Exchange, input: Fields, client: ClientConfig) {
    const body = await this.#programs.issue(input, client);
    exchange.get('noted').effect = 'tokens-issued';
    return body;
  }
}
