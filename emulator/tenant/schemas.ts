/** A tenant's users, clients and settings as JSON: what the control API, files and state are checked by. */
import type { JWK } from 'jose';
import { z } from 'zod';
import { SECRET_METHODS } from './client-config.ts';
import { FACTORS, MESSAGE_TYPES, MFA_POLICIES, PHONE_PROVIDERS } from './guardian.ts';
import { PLANS } from './settings.ts';
import { SIGNING_ALGORITHMS } from './signing-keys.ts';

const URLS_MAX = 100;

export const text = z.string().min(1).max(200);

export const userSchema = z.strictObject({
  email: text,
  password: text,
  userId: text.optional(),
  name: text.optional(),
  emailVerified: z.boolean().optional(),
  userMetadata: z.record(z.string(), z.unknown()).optional(),
});

const KEYS_MAX = 20;
const GRANTS_MAX = 100;
/** Checked where an assertion is: a key that is none lets nobody in. */
const jwk = z.custom<JWK>((value) => z.looseObject({ kty: text }).safeParse(value).success);

export const clientSchema = z.strictObject({
  clientId: text,
  clientSecret: text.optional(),
  tokenEndpointAuthMethod: z.enum(SECRET_METHODS).optional(),
  idTokenAlgorithm: z.enum(SIGNING_ALGORITHMS).optional(),
  jwks: z.strictObject({ keys: z.array(jwk).max(KEYS_MAX) }).optional(),
  redirectUris: z.array(z.url()).max(URLS_MAX),
  allowedLogoutUrls: z.array(z.url()).max(URLS_MAX).optional(),
  grantTypes: z.array(text).max(50).optional(),
  grants: z
    .array(z.strictObject({ audience: text, scopes: z.array(text).max(GRANTS_MAX) }))
    .max(GRANTS_MAX)
    .optional(),
});

export const settingsSchema = z.strictObject({
  factors: z
    .array(z.enum(FACTORS).exclude(['recovery-code']))
    .max(FACTORS.length)
    .optional(),
  messageTypes: z.array(z.enum(MESSAGE_TYPES)).max(MESSAGE_TYPES.length).optional(),
  friendlyName: z.string().max(200).optional(),
  authenticatorTypes: z.boolean().optional(),
  phoneNames: z.enum(['last-digits', 'first-digits']).optional(),
  activeListed: z.boolean().optional(),
  factorsRequired: z.int().min(1).max(5).optional(),
  earlyTokenEnrolls: z.boolean().optional(),
  accessTokenConfirms: z.boolean().optional(),
  associateClient: z.enum(['optional', 'required']).optional(),
  bareStrings: z.boolean().optional(),
  mfaTokenOnce: z.boolean().optional(),
  recoveryCodes: z.boolean().optional(),
  reuseSameNumber: z.boolean().optional(),
  mfaRequirements: z.union([z.boolean(), z.literal('challenge-types')]).optional(),
  mfaRequiredStatus: z.union([z.literal(401), z.literal(403)]).optional(),
  mfaTokenOmitted: z.boolean().optional(),
  mfaAudience: z.string().max(200).optional(),
  loginLifeMs: z.int().min(1).optional(),
  authorizationCodeLifeMs: z.int().min(1).optional(),
  mfaTokenLifeMs: z.int().min(1).optional(),
  oobCodeLifeMs: z.int().min(1).optional(),
  connection: text.optional(),
  refreshTokenRotation: z.boolean().optional(),
  refreshTokenOverlapMs: z.int().min(0).optional(),
  refreshTokenLifeMs: z.int().min(1).optional(),
  refreshTokenIdleMs: z.int().min(1).optional(),
  sessionLifeMs: z.int().min(1).optional(),
  sessionIdleMs: z.int().min(1).optional(),
  allowedLogoutUrls: z.array(z.url()).max(URLS_MAX).optional(),
  logoutPrompt: z.boolean().optional(),
  authTime: z.enum(['always', 'asked']).optional(),
  opaqueUserinfoTokens: z.boolean().optional(),
  mfaApiAmr: z.boolean().optional(),
  silentMfaError: z.enum(['interaction_required', 'mfa_required', 'login_required']).optional(),
  quotaStatus: z.union([z.literal(403), z.literal(429)]).optional(),
  phoneProvider: z.enum(PHONE_PROVIDERS).optional(),
  mfaPolicies: z.array(z.enum(MFA_POLICIES)).max(MFA_POLICIES.length).optional(),
  managementListsUnconfirmed: z.boolean().optional(),
  quotaError: z.enum(['invalid_request', 'too_many_attempts', 'too_many_requests']).optional(),
  wrongCodes: z.enum(['ten-per-hour', 'five-per-five-minutes']).optional(),
  phoneNumberError: z.enum(['invalid_request', 'invalid_phone_number']).optional(),
  factorOffError: z.enum(['unsupported_challenge_type', 'invalid_request']).optional(),
  clientRefusedError: z.enum(['access_denied', 'invalid_client']).optional(),
  redirectUriStatus: z.union([z.literal(401), z.literal(403)]).optional(),
  keyAlgorithm: z.boolean().optional(),
  wrongPasswordError: z.enum(['invalid_grant', 'invalid_user_password']).optional(),
  expiredOobCodeError: z.enum(['expired_token', 'invalid_grant']).optional(),
  expiredOobCodeStatus: z.union([z.literal(401), z.literal(403)]).optional(),
  associationRequiredStatus: z.union([z.literal(400), z.literal(403)]).optional(),
  insufficientScopeStatus: z.union([z.literal(401), z.literal(403)]).optional(),
  pushDeniedError: z.enum(['access_denied', 'invalid_grant']).optional(),
  pushPollIntervalMs: z.int().min(0).max(60_000).optional(),
  slowDownStatus: z.union([z.literal(400), z.literal(429)]).optional(),
  keysCountAsApi: z.boolean().optional(),
  plan: z.enum(PLANS).optional(),
  requestsPerSecond: z.union([z.int().min(1).max(10_000), z.enum(['plan', 'off'])]).optional(),
});

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Absent and `undefined` are not the same to the types that these go into. */
export function defined<T extends object>(input: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}
