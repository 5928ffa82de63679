/** Replies of Auth0, read leniently: fields that we do not need are not looked at. */
import { z } from 'zod';
import type { Authenticator, AuthenticatorKind } from '../enrollment-activities.ts';

const words = z.string().optional().catch(undefined);

/**
 * RFC 6749, section 5.2, or the shape of Guardian and of the Management API, whose `error` is the status
 * in words and whose `errorCode` says what happened.
 */
export const oauthErrorSchema = z
  .object({ error: words, errorCode: words, error_description: words, message: words })
  .refine((body) => Object.values(body).some((word) => word !== undefined))
  .transform(({ error = '', errorCode, error_description: description, message = '' }) => ({
    error: errorCode ?? error,
    text: description ?? message,
  }));

export const discoverySchema = z.object({ issuer: z.string() });

const recoveryCodes = z.array(z.string()).nullish();

export const smsAssociationSchema = z.object({
  oob_code: z.string().min(1),
  recovery_codes: recoveryCodes,
});

export const totpAssociationSchema = z.object({
  secret: z.string().min(1),
  barcode_uri: z.string().startsWith('otpauth://'),
  recovery_codes: recoveryCodes,
});

export const tokenSchema = z.object({
  access_token: z.string().min(1),
  id_token: z.string().nullish(),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
});

const authenticatorSchema = z.object({
  id: z.string().min(1),
  active: z.boolean(),
  name: z.string().nullish(),
});

export const authenticatorsSchema = z
  .array(authenticatorSchema)
  .transform((list): Authenticator[] =>
    list.map(({ id, active, name }) => ({
      id,
      kind: kindOf(id),
      active,
      ...(typeof name === 'string' && { maskedName: name }),
    })),
  );

/** By the id's prefix, `sms|dev_…`: the newer field `type` is missing on unconfirmed entries. */
function kindOf(id: string): AuthenticatorKind {
  const prefix = id.split('|')[0];
  switch (prefix) {
    case 'sms':
    case 'voice':
    case 'totp':
    case 'push':
    case 'email':
    case 'recovery-code':
      return prefix;
    default:
      return 'other';
  }
}
