/** One request as the endpoints see it: its fields, who it is for, and what came of it. */
import type { Context } from 'hono';
import type { Effect } from './journal.ts';
import { invalidRequest, missingParameter, OAuthError } from './oauth-error.ts';
import type { ClientConfig, Tenant } from './tenant.ts';
import { same } from './tenant.ts';

export interface Noted {
  effect: Effect;
  userId?: string;
  grantType?: string;
  request: Record<string, string>;
}

export interface Env {
  Variables: { noted: Noted };
}

export type Exchange = Context<Env>;

export const BODY_BYTES_MAX = 100_000;

/** Fields of a JSON or form body; nested values are kept as they are. */
export async function fields(exchange: Exchange): Promise<ReadonlyMap<string, unknown>> {
  const text = await exchange.req.text();
  const type = exchange.req.header('content-type') ?? '';
  if (type.includes('application/x-www-form-urlencoded')) return new Map(new URLSearchParams(text));
  if (!type.includes('json')) throw invalidRequest('Content-Type must be JSON or a form.');
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return new Map(Object.entries(parsed));
    }
  } catch {
    // Told below, in the same words as any other body that is no object.
  }
  throw invalidRequest('Request body is not a JSON object.');
}

export function optional(input: ReadonlyMap<string, unknown>, name: string): string | undefined {
  const value = input.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function required(input: ReadonlyMap<string, unknown>, name: string): string {
  const value = optional(input, name);
  if (value === undefined) throw missingParameter(name);
  return value;
}

export function bearer(exchange: Exchange): string {
  const header = exchange.req.header('authorization') ?? '';
  return header.toLowerCase().startsWith('bearer ') ? header.slice(7).trim() : '';
}

/** The client by secret in the body, by Basic, or by nothing where it has no secret. */
export function authenticateClient(
  tenant: Tenant,
  exchange: Exchange,
  input: ReadonlyMap<string, unknown>,
): ClientConfig {
  const basic = basicCredentials(exchange);
  const clientId = basic?.id ?? required(input, 'client_id');
  const secret = basic?.secret ?? optional(input, 'client_secret');
  const client = tenant.clients.get(clientId);
  const known =
    client !== undefined &&
    (client.clientSecret === undefined || same(client.clientSecret, secret ?? ''));
  if (!known) throw new OAuthError(401, 'invalid_client', 'Client authentication failed');
  return client;
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
