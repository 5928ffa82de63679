/** What the tenant says of itself (OpenID Connect Discovery 1.0): what is emulated, and no more. */
import type { Hono } from 'hono';
import type { Env } from '../http/exchange.ts';
import { RESPONSE_MODES } from '../login/authorization-response.ts';
import { ALGORITHM } from '../tenant/signing-keys.ts';
import type { Tokens } from '../tokens/tokens.ts';
import { ASSERTION_ALGORITHMS } from './client-authentication.ts';

export function registerDiscovery(app: Hono<Env>, tokens: Tokens): void {
  const { issuer } = tokens;
  app.get('/.well-known/openid-configuration', (exchange) =>
    exchange.json({
      issuer,
      authorization_endpoint: `${issuer}authorize`,
      token_endpoint: `${issuer}oauth/token`,
      userinfo_endpoint: `${issuer}userinfo`,
      mfa_challenge_endpoint: `${issuer}mfa/challenge`,
      jwks_uri: `${issuer}.well-known/jwks.json`,
      revocation_endpoint: `${issuer}oauth/revoke`,
      end_session_endpoint: `${issuer}oidc/logout`,
      scopes_supported: [
        ...['openid', 'profile', 'offline_access', 'name', 'nickname', 'email'],
        ...['email_verified', 'picture', 'phone', 'address'],
      ],
      response_types_supported: ['code'],
      response_modes_supported: RESPONSE_MODES,
      code_challenge_methods_supported: ['S256'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [ALGORITHM],
      token_endpoint_auth_methods_supported: [
        ...['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
      ],
      token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
      claims_supported: [
        ...['aud', 'auth_time', 'email', 'email_verified', 'exp', 'iat', 'iss', 'name'],
        ...['nickname', 'picture', 'sub'],
      ],
      request_parameter_supported: false,
      request_uri_parameter_supported: false,
    }),
  );
  app.get('/.well-known/jwks.json', async (exchange) => exchange.json(await tokens.jwks()));
}
