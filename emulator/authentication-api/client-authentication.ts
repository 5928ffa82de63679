/**
 * Which client is asking, and whether it is the one it says: by secret in the body or in a Basic header
 * (RFC 6749, section 2.3.1), by a signed assertion (RFC 7523; auth0-docs "Authenticate with Private Key
 * JWT"), or by nothing where it has neither a secret nor a key.
 */
import { decodeJwt, decodeProtectedHeader, importJWK, type JWTPayload, jwtVerify } from 'jose';
import { type Exchange, optional, required, type Fields } from '../http/exchange.ts';
import { OAuthError } from '../http/oauth-error.ts';
import { BoundedMap } from '../tenant/bounded-map.ts';
import type { ClientConfig } from '../tenant/client-config.ts';
import { same } from '../tenant/one-time-codes.ts';
import type { Tenant } from '../tenant/tenant.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
export const ASSERTION_ALGORITHMS = ['RS256', 'RS384', 'PS256'];
/** auth0-docs "Authenticate with Private Key JWT": assertion limits. */
const ASSERTION_BYTES_MAX = 2_048;
const ASSERTION_LIFE_MAX_S = 5 * 60;
const SKEW_S = 10;
const ID_MAX = 64;
const REFUSED = {
  access_denied: 'Unauthorized',
  invalid_client: 'Client authentication failed',
};
/** Ids of assertions that were used; older ones have expired long before they are forgotten. */
const USED_MAX = 50_000;

export class ClientAuthentication {
  readonly #tenant: Tenant;
  readonly #issuer: string;
  readonly #used = new BoundedMap<true>(USED_MAX);

  constructor(tenant: Tenant, issuer: string) {
    this.#tenant = tenant;
    this.#issuer = issuer;
  }

  async authenticate(exchange: Exchange, input: Fields): Promise<ClientConfig> {
    const assertion = optional(input, 'client_assertion');
    if (assertion !== undefined) return this.#byAssertion(input, assertion);
    const basic = basicCredentials(exchange);
    const clientId = basic?.id ?? required(input, 'client_id');
    const secret = basic?.secret ?? optional(input, 'client_secret');
    const client = this.#tenant.clients.get(clientId);
    if (client === undefined) throw this.#refused();
    const { clientSecret, jwks, tokenEndpointAuthMethod: method } = client;
    const given = basic === undefined ? 'client_secret_post' : 'client_secret_basic';
    if (method !== undefined && method !== (secret === undefined ? 'none' : given)) {
      throw this.#refused();
    }
    if (clientSecret === undefined || method === 'none') {
      // Whoever has registered a key signs with it, and nothing less will do.
      if (jwks !== undefined) throw this.#refused();
      return client;
    }
    if (!same(clientSecret, secret ?? '')) throw this.#refused();
    return client;
  }

  #refused(): OAuthError {
    const { clientRefusedError } = this.#tenant.settings;
    return new OAuthError(401, clientRefusedError, REFUSED[clientRefusedError]);
  }

  async #byAssertion(input: Fields, assertion: string): Promise<ClientConfig> {
    if (optional(input, 'client_assertion_type') !== ASSERTION_TYPE) throw this.#refused();
    if (assertion.length > ASSERTION_BYTES_MAX) throw this.#refused();
    const clientId = optional(input, 'client_id') ?? claimedIssuer(assertion);
    const client = this.#tenant.clients.get(clientId ?? '');
    if (client?.jwks === undefined) throw this.#refused();
    const claims = await this.#verified(client, assertion).catch(() => undefined);
    if (claims === undefined || !this.#inBounds(claims)) throw this.#refused();
    const use = `${client.clientId} ${claims.jti ?? ''}`;
    if (this.#used.has(use)) throw this.#refused();
    this.#used.set(use, true);
    return client;
  }

  /** The claims, where one of the client's keys has signed them; naming the key is optional. */
  async #verified({ clientId, jwks }: ClientConfig, assertion: string) {
    const { kid, alg } = decodeProtectedHeader(assertion);
    for (const key of jwks?.keys ?? []) {
      if (kid !== undefined && key.kid !== undefined && key.kid !== kid) continue;
      const verified = await jwtVerify(assertion, await importJWK(key, alg), {
        algorithms: ASSERTION_ALGORITHMS,
        issuer: clientId,
        subject: clientId,
        audience: this.#issuer,
        requiredClaims: ['exp', 'jti'],
        clockTolerance: SKEW_S,
        currentDate: new Date(this.#tenant.clock.now()),
      }).catch(() => undefined);
      if (verified !== undefined) return verified.payload;
    }
    return undefined;
  }

  #inBounds({ exp = 0, iat = 0, jti = '' }: JWTPayload): boolean {
    const now = this.#tenant.clock.seconds();
    return (
      exp > now &&
      exp <= now + ASSERTION_LIFE_MAX_S + SKEW_S &&
      iat <= now + SKEW_S &&
      jti !== '' &&
      jti.length <= ID_MAX
    );
  }
}

/** Not believed yet: it only says whose keys to try. */
function claimedIssuer(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).iss;
  } catch {
    return undefined;
  }
}

function basicCredentials(exchange: Exchange): { id: string; secret: string } | undefined {
  const header = exchange.req.header('authorization') ?? '';
  if (!header.toLowerCase().startsWith('basic ')) return undefined;
  const pair = Buffer.from(header.slice(6), 'base64').toString();
  const colon = pair.indexOf(':');
  if (colon < 0) return { id: '', secret: '' };
  return { id: decoded(pair.slice(0, colon)), secret: decoded(pair.slice(colon + 1)) };
}

/** RFC 6749, section 2.3.1: both halves are form-encoded; what is not valid so is taken as it is. */
function decoded(half: string): string {
  try {
    return decodeURIComponent(half.replaceAll('+', ' '));
  } catch {
    return half;
  }
}
