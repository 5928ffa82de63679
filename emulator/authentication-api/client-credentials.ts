/**
 * The grant `client_credentials`: a token for a program, not for a person (auth0-docs "Client
 * Credentials Flow"). Which APIs a client may call, and with which scopes, its grants say.
 */
import { optional, type Fields } from '../http/exchange.ts';
import { OAuthError } from '../http/oauth-error.ts';
import type { ClientConfig } from '../tenant/client-config.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { GRANTS, PROGRAM } from '../tokens/grant-types.ts';
import type { Tokens } from '../tokens/tokens.ts';

/** Auth0's default for an API, and for the Management API. */
const TOKEN_LIFE_S = 86_400;

export class ClientCredentials {
  readonly #tenant: Tenant;
  readonly #tokens: Tokens;

  constructor(tenant: Tenant, tokens: Tokens) {
    this.#tenant = tenant;
    this.#tokens = tokens;
  }

  /** The body of a successful `/oauth/token`. */
  async issue(input: Fields, client: ClientConfig) {
    const audience = optional(input, 'audience');
    try {
      const body = await this.#issued(client, audience, optional(input, 'scope'));
      this.#tenant.log.write('seccft', client, '', { audience, scope: body.scope });
      return body;
    } catch (error) {
      const why = error instanceof OAuthError ? error.description : 'The emulator failed.';
      this.#tenant.log.write('feccft', client, why, { audience: audience ?? null });
      throw error;
    }
  }

  async #issued(client: ClientConfig, audience: string | undefined, asked: string | undefined) {
    // A public client cannot show that it is the one it says it is (RFC 6749, section 4.4).
    if (client.clientSecret === undefined && client.jwks === undefined) {
      const description = `Grant type '${GRANTS.clientCredentials}' not allowed for the client.`;
      throw new OAuthError(403, 'unauthorized_client', description);
    }
    const scopes = this.#granted(client, audience);
    const wanted = asked?.split(' ').filter((scope) => scope !== '') ?? scopes;
    const beyond = wanted.filter((scope) => !scopes.includes(scope));
    if (beyond.length > 0) throw denied(`Client has not been granted scopes: ${beyond.join(', ')}`);
    const scope = wanted.join(' ');
    const iat = this.#tenant.clock.seconds();
    return {
      access_token: await this.#tokens.sign({
        iss: this.#tokens.issuer,
        sub: `${client.clientId}@clients`,
        aud: audience,
        iat,
        exp: iat + TOKEN_LIFE_S,
        ...(scope !== '' && { scope }),
        gty: PROGRAM,
        azp: client.clientId,
      }),
      ...(scope !== '' && { scope }),
      expires_in: TOKEN_LIFE_S,
      token_type: 'Bearer',
    };
  }

  #granted(client: ClientConfig, audience: string | undefined): readonly string[] {
    if (audience === undefined) {
      throw denied(
        'No audience parameter was provided, and no default audience has been configured.',
      );
    }
    const grant = client.grants?.find((entry) => this.#named(entry.audience) === audience);
    if (grant !== undefined) return grant.scopes;
    if (!this.#known(audience)) throw denied(`Service not found: ${audience}`);
    throw denied(
      `Client is not authorized to access "${audience}". You need to create a "client-grant" associated to this API. See: https://auth0.com/docs/api/management/v2/client-grants/post-client-grants`,
    );
  }

  #known(audience: string): boolean {
    const own = ['/mfa/', '/api/v2/', '/userinfo'].map((path) => this.#named(path));
    const granted = [...this.#tenant.clients.values()].flatMap(({ grants = [] }) => grants);
    return (
      own.includes(audience) || granted.some((grant) => this.#named(grant.audience) === audience)
    );
  }

  /** `/api/v2/` names the tenant's own API, whose full name is known only once it listens. */
  #named(audience: string): string {
    return audience.startsWith('/') ? new URL(audience, this.#tokens.issuer).href : audience;
  }
}

function denied(description: string): OAuthError {
  return new OAuthError(403, 'access_denied', description);
}
