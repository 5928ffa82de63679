import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** An answer in the OAuth error form (RFC 6749, section 5.2), thrown where the request ends. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly status: ContentfulStatusCode;
  readonly error: string;
  readonly description: string;
  readonly more: Readonly<Record<string, unknown>>;

  constructor(
    status: ContentfulStatusCode,
    error: string,
    description: string,
    more: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${error}: ${description}`);
    this.status = status;
    this.error = error;
    this.description = description;
    this.more = more;
  }

  get body(): Record<string, unknown> {
    return { error: this.error, error_description: this.description, ...this.more };
  }
}

export function invalidRequest(
  description: string,
  status: ContentfulStatusCode = 400,
): OAuthError {
  return new OAuthError(status, 'invalid_request', description);
}

export function missingParameter(name: string): OAuthError {
  return invalidRequest(`Missing required parameter: ${name}`);
}

export const TOO_MANY_REQUESTS =
  'Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers.';
