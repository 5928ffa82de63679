/**
 * One HTTP call: a deadline, a bounded body, no retries, and an outcome that says whether the request
 * can have had an effect.
 */
import { DecoratorHandler, type Dispatcher } from 'undici';

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
  /** `undefined` where it is in a content coding, for none was asked for: it cannot be read. */
  readonly text: string | undefined;
}

export type HttpOutcome =
  | HttpReply
  /** Nothing was written: no name, no connection, no TLS, or no free connection in time. */
  | { readonly kind: 'not-sent'; readonly code: string }
  /** Written, or perhaps written, and no whole reply. */
  | { readonly kind: 'ambiguous'; readonly code: string };

/** Auth0's replies are a few KB; a list of 51 authenticators is 8 KB. */
const BODY_BYTES_MAX = 256 * 1024;
/** Beyond it there are none; one that comes nevertheless is processed as 5xx (RFC 9110, section 15). */
const STATUS_MAX = 599;
/** Errors of libraries wrap each other, but not without end. */
const CAUSES_MAX = 3;

/**
 * @param deadlineMs - for the whole call, the wait for a connection included
 * @param mayWrite - asked right before the first byte: a process may have been frozen in the queue
 * @returns an outcome; never rejects
 */
export async function request(
  dispatcher: Dispatcher,
  origin: string,
  call: HttpRequest,
  deadlineMs: number,
  mayWrite: () => boolean = () => true,
): Promise<HttpOutcome> {
  const sent = { begun: false };
  const watched = dispatcher.compose(
    beforeWriting(() => {
      sent.begun = mayWrite();
      return sent.begun;
    }),
  );
  try {
    const response = await watched.request({
      origin,
      path: call.path,
      method: call.method,
      headers: { ...call.headers, 'accept-encoding': 'identity' },
      ...(call.body !== undefined && { body: call.body }),
      signal: AbortSignal.timeout(deadlineMs),
    });
    const body = await boundedText(response.body);
    if (body === undefined) return { kind: 'ambiguous', code: 'BODY_TOO_LARGE' };
    const headers = flat(response.headers);
    const text = body === '' || isPlain(headers['content-encoding']) ? body : undefined;
    return { kind: 'reply', status: Math.min(response.statusCode, STATUS_MAX), headers, text };
  } catch (error) {
    return { kind: sent.begun ? 'ambiguous' : 'not-sent', code: codeOf(error) };
  }
}

/**
 * Asks once a request is about to be written: undici starts it right before its first byte, and does
 * not write one that is aborted then. A list of error codes would have to guess at that.
 */
function beforeWriting(goOn: () => boolean): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const inner: Dispatcher.DispatchHandler = new DecoratorHandler(handler);
    return dispatch(options, {
      onRequestStart: (controller, context) => {
        inner.onRequestStart?.(controller, context);
        if (!controller.aborted && !goOn()) controller.abort(new NotOursError());
      },
      onResponseStart: (...reply) => inner.onResponseStart?.(...reply),
      onResponseData: (...data) => inner.onResponseData?.(...data),
      onResponseEnd: (...end) => inner.onResponseEnd?.(...end),
      onResponseError: (...failure) => inner.onResponseError?.(...failure),
    });
  };
}

/** The attempt was given up while its request stood in the queue. */
class NotOursError extends Error {
  override readonly name = 'NotOursError';
  readonly code = 'ATTEMPT_GIVEN_UP';
}

async function boundedText(body: AsyncIterable<unknown>): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += buffer.length;
    // Leaving the loop destroys the body, and the connection with it.
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isPlain(contentEncoding = ''): boolean {
  return /^\s*(identity)?\s*$/i.test(contentEncoding);
}

function flat(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

/** Errors cross realms in tests and arrive wrapped, so the code is looked up, not a class. */
function codeOf(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > CAUSES_MAX) return 'UNKNOWN';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('cause' in error && error.cause !== undefined) return codeOf(error.cause, depth + 1);
  return 'name' in error && typeof error.name === 'string' ? error.name : 'UNKNOWN';
}
