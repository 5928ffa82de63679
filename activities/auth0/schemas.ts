/**
 * What Auth0 answers, read leniently: fields that we do not need are not looked at. The body decides,
 * for a proxy's page comes with any status and any content type.
 */
import { z } from 'zod';
import type { Authenticator, AuthenticatorKind } from '../enrollment-activities.ts';
import type { HttpReply } from './request.ts';

/** Neither a type of its own nor an empty text says anything. */
const words = z.string().min(1).optional().catch(undefined);
/** RFC 6749, section 5.2: an `error` is a constant. In words it is that of a gateway before Auth0. */
const CONSTANT = /^([a-z][a-z0-9]*(_[a-z0-9]+)*|[A-Z][A-Z0-9]*(_[A-Z0-9]+)+)$/;

/**
 * RFC 6749, section 5.2, or the shape of Guardian and of the Management API, whose `error` is the status
 * in words, beside a `statusCode`, and whose `errorCode` says what happened.
 */
export const oauthErrorSchema = z
  .object({
    ...{ error: words, errorCode: words, error_description: words, message: words },
    statusCode: z.number().optional().catch(undefined),
  })
  .refine(
    ({ error, errorCode, error_description: text, statusCode }) =>
      (errorCode ?? text) !== undefined ||
      (error !== undefined && (statusCode !== undefined || CONSTANT.test(error))),
  )
  .transform(({ error = '', errorCode, error_description: description, message = '' }) => ({
    error: errorCode ?? error,
    text: description ?? message,
  }));

export const discoverySchema = z.object({ issuer: z.string() });

/** What an endpoint promises, out of a reply; `undefined` where the reply is something else. */
export type Promised<T> = (reply: Pick<HttpReply, 'status' | 'text'>) => T | undefined;

function success<T>(schema: z.ZodType<T>): Promised<T> {
  return ({ status, text }) =>
    isSuccess(status) ? schema.safeParse(parsedJson(text)).data : undefined;
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

export function parsedJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** One that is odd does not spoil the association that it came with. */
const recoveryCodes = z.array(z.string()).nullish().catch(undefined);

export const smsAssociation = success(
  z.object({ oob_code: z.string().min(1), recovery_codes: recoveryCodes }),
);

/** Of an address, case says nothing (RFC 3986, section 3.1); capitals make a smaller QR code. */
const SET_UP = /^otpauth:\/\//i;

export const totpAssociation = success(
  z.object({
    secret: z.string().min(1),
    barcode_uri: z.string().regex(SET_UP),
    recovery_codes: recoveryCodes,
  }),
);

/** Thirty days: no API's token lives longer at Auth0. */
const TOKEN_LIFE_S_MAX = 2_592_000;

export const tokens = success(
  z.object({
    access_token: z.string().min(1),
    id_token: z.string().nullish(),
    // A number, or one in quotes (RFC 6749 asks for the first). Without it, the end is read from the token.
    expires_in: z
      .union([
        z.number(),
        z
          .string()
          .regex(/^[0-9]+(\.[0-9]+)?$/)
          .transform(Number),
      ])
      .pipe(z.number().positive().max(TOKEN_LIFE_S_MAX))
      .optional()
      .catch(undefined),
  }),
);

/** A name is shown and kept; a longer one is none. */
const NAME_CHARS_MAX = 200;
const UNKNOWN = { id: '' };

/**
 * What an entry does not say, or not in its type, is left out, and an entry without an id says nothing.
 * It stays in the list all the same: it may be the trace of a call whose answer was lost.
 */
const authenticatorSchema = z
  .object({
    id: z.string(),
    active: z.boolean().optional().catch(undefined),
    authenticator_type: words,
    oob_channel: words,
    name: z.string().max(NAME_CHARS_MAX).optional().catch(undefined),
  })
  .catch(UNKNOWN);

export const authenticatorList = success(
  z.array(authenticatorSchema).transform((list): Authenticator[] =>
    list.map(({ id, active, name, ...said }) => ({
      id,
      kind: kindOf(id) ?? kindOf(said.oob_channel) ?? kindOf(said.authenticator_type) ?? 'other',
      ...(id !== '' && active !== undefined && { active }),
      ...(id !== '' && name !== undefined && { maskedName: name }),
    })),
  ),
);

/** Nothing is said of it; or, in Auth0's own words, there is nothing of that id any more. */
export const deletion: Promised<true> = ({ status, text }) => {
  const gone = status === 404 && oauthErrorSchema.safeParse(parsedJson(text)).success;
  return gone || (isSuccess(status) && text === '') ? true : undefined;
};

/**
 * By the id's prefix, `sms|dev_…`, else by what the entry says of itself: the newer field `type` is missing
 * on unconfirmed entries, and does not tell a text from a call.
 */
function kindOf(said = ''): AuthenticatorKind | undefined {
  const kind = said.split('|')[0];
  switch (kind) {
    case 'sms':
    case 'voice':
    case 'totp':
    case 'push':
    case 'email':
    case 'recovery-code':
      return kind;
    case 'otp':
      return 'totp';
    case 'auth0':
      return 'push';
    default:
      return undefined;
  }
}
