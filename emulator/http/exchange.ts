/** One request as the endpoints see it: its fields, who it is for, and what came of it. */
import type { Context } from 'hono';
import type { Effect } from './journal.ts';
import { invalidRequest, missingParameter } from './oauth-error.ts';

export interface Noted {
  effect: Effect;
  userId?: string;
  grantType?: string;
  request: Record<string, string>;
}

export interface Env {
  Variables: {
    noted: Noted;
    /** Of the Management API's caller. */
    scopes?: readonly string[];
    clientId?: string;
  };
}

export type Exchange = Context<Env>;

export const BODY_BYTES_MAX = 100_000;

/** By name, as they were sent: whether there is a text is looked at where one is used. */
export type Fields = ReadonlyMap<string, unknown>;

/** Fields of a JSON or form body; nested values are kept as they are. */
export async function fields(exchange: Exchange): Promise<Fields> {
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

export function optional(input: Fields, name: string): string | undefined {
  const value = input.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function required(input: Fields, name: string): string {
  const value = optional(input, name);
  if (value === undefined) throw missingParameter(name);
  return value;
}

/** The MFA API says its charset, the token endpoint does not. */
export function json(exchange: Exchange, body: unknown): Response {
  return exchange.body(JSON.stringify(body), 200, {
    'Content-Type': 'application/json; charset=utf-8',
  });
}

export function bearer(exchange: Exchange): string {
  const header = exchange.req.header('authorization') ?? '';
  return header.toLowerCase().startsWith('bearer ') ? header.slice(7).trim() : '';
}
