/** The parameters of `/authorize`, as OpenID Connect Core 1.0, section 3.1.2.1 has them, and RFC 7636. */
import type { ClientConfig } from '../tenant/client-config.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { grantedScope } from '../tokens/scopes.ts';
import type { Tokens } from '../tokens/tokens.ts';
import {
  type Destination,
  type Problem,
  RESPONSE_MODES,
  type ResponseMode,
} from './authorization-response.ts';
import { isRegistered } from './registered-url.ts';

export interface AuthorizationRequest extends Destination {
  readonly clientId: string;
  readonly scope: string;
  readonly audience: string;
  readonly nonce?: string;
  /** Only a client that can authenticate itself may go without. */
  readonly codeChallenge?: string;
  /** Whether the ID token has to say when the user logged in. */
  readonly authTimeAsked: boolean;
  readonly silent: boolean;
  /** The password is typed again, whatever session there is. */
  readonly forced: boolean;
  readonly maxAge?: number;
  readonly loginHint: string;
  readonly acrValues: readonly string[];
}

type Read =
  | { readonly request: AuthorizationRequest }
  /** Told on a page: it is not known where the browser may be sent. */
  | { readonly page: string }
  | { readonly refused: Problem; readonly to: Destination };

/** Every value of every parameter. */
export type Parameters = Readonly<Record<string, readonly string[]>>;

const PROMPTS = ['none', 'login', 'consent', 'select_account'];
/** To be typed in again for these; consent is not asked for in first-party applications. */
const FORCING_PROMPTS = ['login', 'select_account'];
const SECONDS = /^[0-9]{1,9}$/;
/** base64url of SHA-256, RFC 7636, section 4.2. */
const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
const VALUE_MAX = 4_096;
const SCOPE_DEFAULT = 'openid profile email';

export function readAuthorizationRequest(all: Parameters, tenant: Tenant, tokens: Tokens): Read {
  const query = Object.fromEntries(
    Object.entries(all).map(([name, [value = '']]) => [name, value]),
  );
  const client = tenant.clients.get(query['client_id'] ?? '');
  if (client === undefined) return { page: 'Unknown client_id.' };
  const redirectUri = query['redirect_uri'] ?? '';
  // Never send a browser where the client did not say it may be sent.
  if (!isRegistered(redirectUri, client.redirectUris) || !URL.canParse(redirectUri)) {
    return {
      page: 'Callback URL mismatch. The provided redirect_uri is not in the list of allowed callback URLs.',
    };
  }
  const responseMode = RESPONSE_MODES.find((mode) => mode === (query['response_mode'] ?? 'query'));
  const to: Destination = {
    redirectUri,
    responseMode: responseMode ?? 'query',
    ...(query['state'] !== undefined && { state: query['state'] }),
  };
  const problem = repeated(all) ?? requestProblem(query, client, responseMode);
  if (problem !== undefined) return { refused: problem, to };
  return { request: { ...to, ...wishesOf(query), ...grantOf(query, client, tokens) } };
}

function grantOf(query: Record<string, string>, client: ClientConfig, tokens: Tokens) {
  const { issuer, userinfoAudience } = tokens;
  const audience = given(query['audience']) ?? userinfoAudience;
  const scope = given(query['scope']) ?? SCOPE_DEFAULT;
  const codeChallenge = given(query['code_challenge']);
  return {
    clientId: client.clientId,
    audience,
    scope: grantedScope({ scope, audience, issuer, client }),
    ...(query['nonce'] !== undefined && { nonce: query['nonce'] }),
    ...(codeChallenge !== undefined && { codeChallenge }),
  };
}

function wishesOf(query: Record<string, string>) {
  const prompts = wordsOf(query['prompt']);
  const maxAge = given(query['max_age']);
  const forced = FORCING_PROMPTS.some((prompt) => prompts.includes(prompt)) || Number(maxAge) === 0;
  return {
    silent: prompts.includes('none'),
    forced,
    authTimeAsked: forced || maxAge !== undefined,
    loginHint: query['login_hint'] ?? '',
    acrValues: wordsOf(query['acr_values']),
    ...(maxAge !== undefined && { maxAge: Number(maxAge) }),
  };
}

/** RFC 6749, section 3.1: no parameter more than once. */
function repeated(all: Parameters): Problem | undefined {
  for (const [name, values] of Object.entries(all)) {
    if (values.length > 1) {
      return ['invalid_request', `Parameter given more than once: ${printable(name)}`];
    }
    if ((values[0] ?? '').length > VALUE_MAX) {
      return ['invalid_request', `Parameter too long: ${printable(name)}`];
    }
  }
  return undefined;
}

function requestProblem(
  query: Record<string, string>,
  client: ClientConfig,
  responseMode: ResponseMode | undefined,
): Problem | undefined {
  if (query['request'] !== undefined) {
    return ['request_not_supported', 'The request parameter is not supported'];
  }
  if (query['request_uri'] !== undefined) {
    return ['request_uri_not_supported', 'The request_uri parameter is not supported'];
  }
  if (given(query['response_type']) === undefined) {
    return ['invalid_request', 'Missing required parameter: response_type'];
  }
  if (query['response_type'] !== 'code') {
    return ['unsupported_response_type', 'Only response_type=code is emulated'];
  }
  if (responseMode === undefined) {
    return ['invalid_request', `response_mode must be one of ${RESPONSE_MODES.join(', ')}`];
  }
  if (client.grantTypes?.includes('authorization_code') === false) {
    const description = "Grant type 'authorization_code' not allowed for the client.";
    return ['unauthorized_client', description];
  }
  return pkceProblem(query, client) ?? wishProblem(query);
}

function pkceProblem(query: Record<string, string>, client: ClientConfig): Problem | undefined {
  const challenge = given(query['code_challenge']);
  const method = given(query['code_challenge_method']);
  if (challenge === undefined && method === undefined) {
    const confidential = client.clientSecret !== undefined || client.jwks !== undefined;
    if (confidential) return undefined;
    return ['invalid_request', 'A public client must send a code_challenge'];
  }
  if (method !== 'S256') return ['invalid_request', 'code_challenge_method must be S256'];
  if (challenge === undefined || !S256_CHALLENGE.test(challenge)) {
    return ['invalid_request', 'code_challenge must be the SHA-256 of a code_verifier'];
  }
  return undefined;
}

function wishProblem(query: Record<string, string>): Problem | undefined {
  const prompts = wordsOf(query['prompt']);
  if (prompts.some((prompt) => !PROMPTS.includes(prompt))) {
    return ['invalid_request', `prompt must be one of ${PROMPTS.join(', ')}`];
  }
  if (prompts.includes('none') && prompts.length > 1) {
    return ['invalid_request', 'prompt=none goes with no other prompt'];
  }
  const maxAge = given(query['max_age']);
  if (maxAge !== undefined && !SECONDS.test(maxAge)) {
    return ['invalid_request', 'max_age must be a number of seconds'];
  }
  return undefined;
}

function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function wordsOf(value: string | undefined): readonly string[] {
  return (value ?? '').split(' ').filter((word) => word !== '');
}

/** A name that somebody else chose, in an answer of ours. */
function printable(name: string): string {
  return name.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 64);
}
