/** `/api/v2/clients`: what a preflight asks of an application. */
import type { Hono } from 'hono';
import type { Env, Exchange } from '../http/exchange.ts';
import type { ClientConfig } from '../tenant/client-config.ts';
import { ALGORITHM } from '../tenant/signing-keys.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { GRANTS } from '../tokens/grant-types.ts';
import type { Allowed } from './access.ts';
import { ManagementError } from './management-error.ts';
import { chosen, paged, pageOf } from './paging.ts';

const READ_KEYS = 'read:client_keys';

export class ManagementClients {
  readonly #tenant: Tenant;
  readonly #allowed: Allowed;

  constructor(tenant: Tenant, allowed: Allowed) {
    this.#tenant = tenant;
    this.#allowed = allowed;
  }

  register(app: Hono<Env>): void {
    const read = this.#allowed('read:clients', READ_KEYS);
    app.get('/clients', read, (exchange) => {
      const all = [...this.#tenant.clients.values()].map((client) =>
        chosen(exchange, shown(client, exchange)),
      );
      return exchange.json(paged(all, pageOf(exchange), 'clients'));
    });
    app.get('/clients/:id', read, (exchange) => {
      const client = this.#tenant.clients.get(exchange.req.param('id'));
      if (client === undefined) {
        throw new ManagementError(404, 'The client does not exist', 'inexistent_client');
      }
      return exchange.json(chosen(exchange, shown(client, exchange)));
    });
  }
}

function shown(client: ClientConfig, exchange: Exchange): Record<string, unknown> {
  const { clientId, clientSecret, redirectUris } = client;
  const grantTypes = client.grantTypes ?? Object.values(GRANTS);
  const program = grantTypes.length === 1 && grantTypes.includes(GRANTS.clientCredentials);
  const web = program ? 'non_interactive' : 'regular_web';
  const secretShown = clientSecret !== undefined && exchange.get('scopes')?.includes(READ_KEYS);
  return {
    name: clientId,
    client_id: clientId,
    ...(secretShown === true && { client_secret: clientSecret }),
    app_type: authenticationOf(client) === 'none' ? 'spa' : web,
    is_first_party: true,
    oidc_conformant: true,
    global: false,
    callbacks: redirectUris,
    grant_types: grantTypes,
    token_endpoint_auth_method: authenticationOf(client),
    jwt_configuration: { alg: client.idTokenAlgorithm ?? ALGORITHM, lifetime_in_seconds: 36_000 },
  };
}

function authenticationOf({ tokenEndpointAuthMethod, clientSecret, jwks }: ClientConfig): string {
  if (tokenEndpointAuthMethod !== undefined) return tokenEndpointAuthMethod;
  if (clientSecret !== undefined) return 'client_secret_post';
  return jwks === undefined ? 'none' : 'private_key_jwt';
}
