/**
 * One HTTP call: a deadline, a bounded body, no retries, and an outcome that says whether the request
 * can have had an effect.
 */
import type { Dispatcher } from 'undici';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the origin, with a leading slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpReply {
  readonly kind: 'reply';
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export type HttpOutcome =
  | HttpReply
  /** Nothing was written: no name, no connection, no TLS. */
  | { readonly kind: 'not-sent'; readonly code: string }
  /** Written, or perhaps written, and no whole reply. */
  | { readonly kind: 'ambiguous'; readonly code: string };

/** Auth0's replies are a few KB; a list of 51 authenticators is 8 KB. */
const BODY_BYTES_MAX = 256 * 1024;

/** Errors that come before the first byte is written. */
const NOT_SENT_CODES = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

export async function request(
  dispatcher: Dispatcher,
  origin: string,
  call: HttpRequest,
  deadlineMs: number,
): Promise<HttpOutcome> {
  try {
    const response = await dispatcher.request({
      origin,
      path: call.path,
      method: call.method,
      headers: call.headers,
      ...(call.body !== undefined && { body: call.body }),
      // One deadline for the whole call; what the person waits for is the sum.
      signal: AbortSignal.timeout(deadlineMs),
    });
    const text = await boundedText(response.body);
    if (text === undefined) return { kind: 'ambiguous', code: 'BODY_TOO_LARGE' };
    return { kind: 'reply', status: response.statusCode, headers: flat(response.headers), text };
  } catch (error) {
    const code = codeOf(error);
    return { kind: NOT_SENT_CODES.has(code) ? 'not-sent' : 'ambiguous', code };
  }
}

async function boundedText(body: AsyncIterable<unknown>): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += buffer.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function flat(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

/** Errors cross realms in tests and arrive wrapped from fetch, so the code is looked up, not a class. */
function codeOf(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > 3) return 'UNKNOWN';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('cause' in error && error.cause !== undefined) return codeOf(error.cause, depth + 1);
  return 'name' in error && typeof error.name === 'string' ? error.name : 'UNKNOWN';
}
