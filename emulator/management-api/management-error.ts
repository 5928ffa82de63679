/**
 * Refusals of the Management API: not the OAuth form but `{statusCode, error, message, errorCode}`, as
 * recorded by go-auth0.
 */
import type { ContentfulStatusCode } from 'hono/utils/http-status';

const NAMES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
};

export class ManagementError extends Error {
  override readonly name = 'ManagementError';
  readonly status: ContentfulStatusCode;
  readonly errorCode: string | undefined;

  constructor(status: ContentfulStatusCode, message: string, errorCode?: string) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
  }

  get body(): Record<string, unknown> {
    return {
      statusCode: this.status,
      error: NAMES[this.status] ?? 'Error',
      message: this.message,
      ...(this.errorCode !== undefined && { errorCode: this.errorCode }),
    };
  }
}

export function invalidBody(problem: string): ManagementError {
  return new ManagementError(400, `Payload validation error: '${problem}'.`, 'invalid_body');
}

export function invalidQuery(problem: string): ManagementError {
  return new ManagementError(400, `Query validation error: '${problem}'.`, 'invalid_query_string');
}
