/**
 * What no log may hold, found by key and by shape. Keys say what a value is wherever it stands; shapes
 * find what a library has put into a sentence, an address or a dumped body.
 */
export const REDACTED = '[redacted]';

/** Compared in lower case without `_` and `-`: `phone_number` and `phoneNumber` are one. */
const CONFIDENTIAL_KEYS: ReadonlySet<string> = new Set([
  'accesstoken',
  'apikey',
  'authorization',
  'barcodeuri',
  'bindingcode',
  'body',
  'clientsecret',
  'code',
  'codeverifier',
  'cookie',
  'email',
  'headers',
  'idtoken',
  'jwe',
  'mfatoken',
  'nonce',
  'oobcode',
  'otp',
  'otpcode',
  'password',
  'phonenumber',
  'recoverycode',
  'recoverycodes',
  'refreshtoken',
  'secret',
  'setcookie',
  'smscode',
]);

/** Of a JWK (RFC 7517) only these are public for every type of key. */
const JWK_KEYS: ReadonlySet<string> = new Set(['kty', 'kid', 'crv', 'alg', 'use']);

/** What lies deeper is left out: nobody reads it in a log, and it may go round in a circle. */
const DEPTH_MAX = 8;
/** A chain of causes is cut here: an error may cause itself. */
const CAUSES_MAX = 5;

/** No quantifier can both grow and be tried again from each place: a long text costs its length. */
const SHAPES: readonly (readonly [shape: RegExp, by: string])[] = [
  [/otpauth(?::|%3a)[^\s"'\\]+/gi, REDACTED],
  [/Fe26(?:\.|%2e)2(?:\*|%2a)[^\s"'\\&]*/gi, REDACTED],
  // JWT and JWE, cut ones too.
  [/eyJ[\w-]{8,}(?:\.[\w-]*)*/g, REDACTED],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{12,}/gi, `$1 ${REDACTED}`],
  [/[\w.+-]{1,64}(?:@|%40)(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}/gi, REDACTED],
  // E.164 with the separators that people write, and as a form or an address encodes it.
  [/(?:\+|%2b)[1-9](?:[ ().-]{0,2}\d){6,14}(?!\d)/gi, REDACTED],
  [
    /((?:code|otp|pin)\b[^0-9a-z]{0,8}(?:is[^0-9a-z]{1,4})?(?:%3[ad])?)\d{3}[ -]?\d{3}(?!\d)/gi,
    `$1${REDACTED}`,
  ],
  [/(?<!\d)\d{3}[ -]?\d{3}(?= is your\b)/gi, REDACTED],
  // A form, a query or a JSON body that stands in a text.
  [
    /((?:access_?token|id_?token|refresh_?token|mfa_?token|oob_?code|code_?verifier|client_?secret|barcode_?uri|recovery_?codes?|password|secret|[?&]code)\\*["']?\s?(?:=|:|%3d)\s?\[?\\*["']?)(?!redacted)[^\s"'\\&,{}[\]]+/gi,
    `$1${REDACTED}`,
  ],
];

/** The text without anything that has the shape of a secret or of personal data. */
export function redactedText(text: string): string {
  return SHAPES.reduce((rest, [shape, by]) => rest.replace(shape, by), text);
}

export interface DescribedError {
  readonly name: string;
  readonly message: string;
  /** Of a Temporal failure. */
  readonly type?: string;
  readonly stack?: string;
  readonly cause?: DescribedError;
}

/**
 * Of an error only what is made to be read. The SDK logs failures whole; their details and whatever a
 * library hung on an error (request, response, headers) stay out.
 */
export function describeError(error: unknown, causesLeft: number = CAUSES_MAX): DescribedError {
  if (!isErrorLike(error)) return { name: typeof error, message: 'not an error' };
  return {
    name: redactedText(error.name),
    message: redactedText(error.message),
    ...('type' in error && typeof error.type === 'string' ? { type: error.type } : {}),
    ...(typeof error.stack === 'string' ? { stack: redactedText(error.stack) } : {}),
    ...(error.cause === undefined || error.cause === null || causesLeft === 0
      ? {}
      : { cause: describeError(error.cause, causesLeft - 1) }),
  };
}

function isErrorLike(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false;
  if (!('message' in value) || !('name' in value)) return false;
  return typeof value.message === 'string' && typeof value.name === 'string';
}

/** A copy to write down: confidential keys and shapes are replaced, errors described, bytes left out. */
export function redacted(value: unknown, depthLeft: number = DEPTH_MAX): unknown {
  if (typeof value === 'string') return redactedText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (isErrorLike(value)) return describeError(value);
  if (depthLeft === 0) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => redacted(item, depthLeft - 1));
  const entries = Object.entries(value);
  if ('kty' in value) return Object.fromEntries(entries.map(publicEntry));
  return Object.fromEntries(entries.map(([key, item]) => redactedEntry(key, item, depthLeft - 1)));
}

/** One field of an object, its name included. */
export function redactedEntry(
  key: string,
  value: unknown,
  depthLeft: number = DEPTH_MAX,
): [key: string, value: unknown] {
  const confidential = CONFIDENTIAL_KEYS.has(key.toLowerCase().replaceAll(/[_-]/g, ''));
  return [redactedText(key), confidential ? REDACTED : redacted(value, depthLeft)];
}

function publicEntry([key, value]: [string, unknown]): [key: string, value: unknown] {
  return [key, JWK_KEYS.has(key) ? redacted(value) : REDACTED];
}
