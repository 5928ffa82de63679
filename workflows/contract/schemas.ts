/**
 * The contract's shapes as zod schemas, for the edges: our own clients check what they send, so that
 * a mistake is told at once and in full. Workflow code must not import this file: a schema library
 * would double what each cached workflow costs, so the workflow has guards of its own, which say the
 * same.
 *
 * Every message names the rule and the way out; {@link problemsOf} puts the field in front.
 */
import { z } from 'zod';
import {
  type CancelMessage,
  type ChangePhoneNumberMessage,
  type CodeMessage,
  type CodeProof,
  DEFAULT_PLAN,
  type EnrollMfaInput,
  type ExtendDeadlineMessage,
  FACTORS,
  LIMITS,
  type LoginProof,
  type PublicSealingKey,
  type ResendMessage,
  type RetryMessage,
  type SetUp,
  type TokenProof,
} from './enroll-mfa.ts';
import { needsNumber } from './factors.ts';
import { isTenant, TENANT_RULE } from './tenant.ts';
import { NUMBER_RULE, readCode, readPhoneNumber, type Typed } from './typed.ts';
import { toldNames } from './unknown-fields.ts';
import { userIdProblem } from './workflow-id.ts';

const COORDINATE = /^[A-Za-z0-9_-]{43}$/;
const MFA_TOKEN_PREFIX = 'Fe26.2*';
const MFA_TOKEN_RULE =
  'an mfa_token does not say whose it is; log in with the MFA API as audience and send the code';

function text(charactersMax: number) {
  const rule = `must be a string of 1 to ${charactersMax} characters`;
  return z.string(rule).min(1, rule).max(charactersMax, rule);
}

function wholeNumber(min: number, max: number) {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z.int(rule).min(min, rule).max(max, rule);
}

/** What a person types: refused in the words of the reader that the workflow uses, too. */
function typed(read: (input: unknown) => Typed) {
  return z.unknown().transform((input, context): string => {
    const result = read(input);
    if (result.ok) return result.value;
    context.issues.push({ code: 'custom', message: result.problem, input });
    return z.NEVER;
  });
}

/** A field that is `null` or `undefined` is absent: typed clients write one for what they leave out. */
function present(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const given = Object.entries(input).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given);
}

/** A misspelt field must not be dropped in silence. */
function message<Shape extends z.core.$ZodShape>(what: string, shape: Shape) {
  const known = Object.keys(shape);
  const object = z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `${toldNames(issue.keys, known).join(', ')} is not a field here; known are ${known.join(', ')}`
        : `${what} must be a JSON object`,
  });
  return z.preprocess(present, object);
}

/** Hands the input to the one schema that fits it, so that a problem is told in its terms alone. */
function either<Out>(choose: (input: unknown) => z.ZodType<Out>) {
  return z.unknown().transform((input, context): Out => {
    const parsed = choose(input).safeParse(input);
    if (parsed.success) return parsed.data;
    for (const { path, message: rule } of parsed.error.issues) {
      context.issues.push({ code: 'custom', path, message: rule, input });
    }
    return z.NEVER;
  });
}

const KEY_RULE = 'must be a public P-256 key as JWK: {"kty":"EC","crv":"P-256","x":…,"y":…}';
const coordinate = z.string('must be base64url of 32 bytes').regex(COORDINATE, {
  error: 'must be base64url of 32 bytes',
});

const publicKey = z
  .object(
    {
      kty: z.literal('EC', KEY_RULE),
      crv: z.literal('P-256', KEY_RULE),
      x: coordinate,
      y: coordinate,
      d: z.never('is the private half; it must never leave the device').optional(),
    },
    KEY_RULE,
  )
  .transform(({ kty, crv, x, y }) => ({ kty, crv, x, y }));

export const publicSealingKeySchema = z.preprocess(
  present,
  publicKey,
) satisfies z.ZodType<PublicSealingKey>;

const sealTo = publicSealingKeySchema.exactOptional();

export const codeProofSchema = message('a login proof', {
  code: text(LIMITS.proofFieldCharacters),
  codeVerifier: text(LIMITS.proofFieldCharacters),
  redirectUri: text(LIMITS.proofFieldCharacters),
  nonce: text(LIMITS.proofFieldCharacters),
  sealTo,
}) satisfies z.ZodType<CodeProof>;

export const tokenProofSchema = message('a login proof', {
  accessToken: text(LIMITS.tokenCharacters),
  idToken: text(LIMITS.tokenCharacters),
  sealTo,
}) satisfies z.ZodType<TokenProof>;

const bareMfaToken = z.custom<never>(() => false, MFA_TOKEN_RULE);

export const loginProofSchema = either<LoginProof>((input) => {
  const given = present(input);
  const fields = typeof given === 'object' && given !== null ? given : { given };
  const isMfaToken = (value: unknown) =>
    typeof value === 'string' && value.startsWith(MFA_TOKEN_PREFIX);
  if (Object.values(fields).some(isMfaToken)) return bareMfaToken;
  return 'accessToken' in fields || 'idToken' in fields ? tokenProofSchema : codeProofSchema;
}) satisfies z.ZodType<LoginProof>;

const code = typed(readCode);
const challenge = wholeNumber(1, Number.MAX_SAFE_INTEGER);

const codeObject = message('a code message', { code, challenge: challenge.exactOptional() });

export const codeMessageSchema = either<CodeMessage>((input) =>
  typeof input === 'string' || typeof input === 'number'
    ? code.transform((digits) => ({ code: digits }))
    : codeObject,
) satisfies z.ZodType<CodeMessage>;

/** Of an update, which must say what the code answers. */
export const submittedCodeSchema = message('a submitted code', {
  code,
  challenge,
}) satisfies z.ZodType<CodeMessage>;

export const resendMessageSchema = either<ResendMessage>((input) =>
  input === undefined || input === null
    ? z.unknown().transform(() => ({}))
    : message('a resend message', { challenge: challenge.exactOptional() }),
) satisfies z.ZodType<ResendMessage>;

/** Of an update, which must say what the new challenge replaces. */
export const requestedResendSchema = message('a resend request', {
  challenge,
}) satisfies z.ZodType<ResendMessage>;

const phoneNumber = typed(readPhoneNumber);

export const changePhoneNumberMessageSchema = either<ChangePhoneNumberMessage>((input) =>
  typeof input === 'string'
    ? phoneNumber.transform((number) => ({ phoneNumber: number }))
    : message('a change of number', { phoneNumber }),
) satisfies z.ZodType<ChangePhoneNumberMessage>;

const by = text(LIMITS.requestedByCharacters);
const reason = text(LIMITS.reasonCharacters);

export const cancelMessageSchema = message('a cancel message', {
  by,
  reason,
}) satisfies z.ZodType<CancelMessage>;

/** Who wants it, and why. */
export const retryMessageSchema = message('a retry', {
  by,
  reason,
}) satisfies z.ZodType<RetryMessage>;

/** Whether it is later than the present deadline and not too late is the running enrollment's say. */
export const extendDeadlineMessageSchema = message('an extension', {
  deadlineMs: wholeNumber(LIMITS.deadlineMsMin, Number.MAX_SAFE_INTEGER),
  by,
  reason,
}) satisfies z.ZodType<ExtendDeadlineMessage>;

const PLAN_RULE = `must list each wanted factor once, in order; known are ${FACTORS.join(', ')}`;
const plan = z
  .array(z.enum(FACTORS, PLAN_RULE), PLAN_RULE)
  .min(1, PLAN_RULE)
  .refine((factors) => new Set(factors).size === factors.length, PLAN_RULE)
  .readonly();

const whose = {
  tenant: text(LIMITS.tenantCharacters).refine(isTenant, TENANT_RULE),
  userId: text(LIMITS.userIdCharacters).superRefine((userId, context) => {
    const problem = userIdProblem(userId);
    if (problem !== undefined) context.addIssue(problem);
  }),
};

/** Whose enrollments: what a workflow id is made of. */
export const enrollmentOwnerSchema = z.strictObject(whose);

export const enrollMfaInputSchema = message('the input of enrollMfa', {
  ...whose,
  phoneNumber: phoneNumber.exactOptional(),
  factors: plan.exactOptional(),
  deadlineMs: wholeNumber(LIMITS.deadlineMsMin, LIMITS.deadlineMsMax).exactOptional(),
  requestedBy: by,
  reason: reason.exactOptional(),
}).refine(hasNumberForSms, {
  path: ['phoneNumber'],
  error: `${NUMBER_RULE} (the plan has sms)`,
  // Told together with the other problems, not after they are mended.
  when: ({ value }) => typeof value === 'object' && value !== null,
}) satisfies z.ZodType<EnrollMfaInput>;

function hasNumberForSms(input: { readonly factors?: unknown; readonly phoneNumber?: unknown }) {
  const factors: unknown = input.factors ?? DEFAULT_PLAN;
  return input.phoneNumber !== undefined || !Array.isArray(factors) || !needsNumber(factors);
}

const sealed = { kid: text(64), jwe: text(LIMITS.tokenCharacters) };

/** What the query `setUp` answers; a later release may add to it. */
export const setUpSchema = z.preprocess(
  present,
  z.object({
    totp: z.object({ challenge, ...sealed }).exactOptional(),
    recoveryCode: z.object(sealed).exactOptional(),
    outcome: z.enum(['enrolled', 'expired', 'cancelled', 'failed']).exactOptional(),
  }),
) satisfies z.ZodType<SetUp>;

/** Each problem as `field: rule and way out`, the first of each field. No problem repeats the value. */
export function problemsOf(error: z.core.$ZodError): readonly string[] {
  const byField = new Map<string, string>();
  for (const { path, message: rule } of error.issues) {
    const field = path.join('.');
    if (!byField.has(field)) byField.set(field, field === '' ? rule : `${field}: ${rule}`);
  }
  return [...byField.values()];
}
