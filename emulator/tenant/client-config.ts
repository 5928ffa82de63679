import type { JWK } from 'jose';
import type { SigningAlgorithm } from './signing-keys.ts';

export const SECRET_METHODS = ['none', 'client_secret_post', 'client_secret_basic'] as const;

/** An application, as an administrator sets it up. */
export interface ClientConfig {
  readonly clientId: string;
  readonly clientSecret?: string;
  /** The one way in which it may authenticate; where it is left out, any that its secret or keys allow. */
  readonly tokenEndpointAuthMethod?: (typeof SECRET_METHODS)[number];
  /** Of its ID tokens. Default `RS256`; `HS256` signs with its secret. */
  readonly idTokenAlgorithm?: SigningAlgorithm;
  /** Public keys that a `private_key_jwt` client signs its assertions with. */
  readonly jwks?: { readonly keys: readonly JWK[] };
  readonly redirectUris: readonly string[];
  readonly allowedLogoutUrls?: readonly string[];
  readonly grantTypes?: readonly string[];
  /** The APIs that it may call as itself, a path naming one of the tenant's own: `/api/v2/`. */
  readonly grants?: readonly { readonly audience: string; readonly scopes: readonly string[] }[];
}
