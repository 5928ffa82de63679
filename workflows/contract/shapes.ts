/**
 * The contract's shapes, each written once: the workflow reads by them whatever reaches it, our own clients check by
 * them what they send, and they print themselves as JSON Schema.
 */
import {
  type CancelMessage,
  type ChangePhoneNumberMessage,
  type CodeMessage,
  type CodeProof,
  DEFAULT_PLAN,
  type EnrollMfaInput,
  type ExtendDeadlineMessage,
  type Factor,
  FACTORS,
  LIMITS,
  type LoginProof,
  type Outcome,
  type PublicDeviceKey,
  type ResendMessage,
  type RetryMessage,
  type SealedRecoveryCode,
  type SealedTotpSetUp,
  type SetUp,
  type TokenProof,
} from './enroll-mfa.ts';
import { needsNumber } from './factors.ts';
import {
  bare,
  either,
  object,
  oneOf,
  optional,
  type Shape,
  text,
  typed,
  wholeNumber,
} from './shape.ts';
import { isTenant, TENANT_RULE } from './tenant.ts';
import { NUMBER_RULE, readCode, readPhoneNumber } from './typed.ts';
import { userIdProblem } from './workflow-id.ts';

const COORDINATE = /^[A-Za-z0-9_-]{43}$/;
const KEY_RULE = 'must be a public P-256 key as JWK: {"kty":"EC","crv":"P-256","x":…,"y":…}';
const coordinate: Shape<string> = {
  jsonSchema: () => ({ type: 'string', pattern: COORDINATE.source }),
  read: (input, reading) =>
    typeof input === 'string' && COORDINATE.test(input)
      ? input
      : reading.problem('must be base64url of 32 bytes'),
};

export const publicDeviceKey = object<PublicDeviceKey>(
  'a public key',
  { kty: oneOf(['EC'], KEY_RULE), crv: oneOf(['P-256'], KEY_RULE), x: coordinate, y: coordinate },
  {
    open: true,
    also(given, problem) {
      if (given.has('d')) problem('d', 'is the private half; it must never leave the device');
    },
    alsoInJsonSchema: { not: { required: ['d'] } },
  },
);

const proofField = text(LIMITS.proofFieldCharacters);
const codeProof = object<CodeProof>('a login proof', {
  ...{ code: proofField, codeVerifier: proofField, redirectUri: proofField, nonce: proofField },
  sealTo: optional(publicDeviceKey),
});
const token = text(LIMITS.tokenCharacters);
const tokenProof = object<TokenProof>('a login proof', {
  ...{ accessToken: token, idToken: token },
  sealTo: optional(publicDeviceKey),
});
const eitherProof = either<LoginProof>([codeProof, tokenProof], (given) =>
  given.has('accessToken') || given.has('idToken') ? tokenProof : codeProof,
);

export const loginProof: Shape<LoginProof> = {
  jsonSchema: () => eitherProof.jsonSchema(),
  read: (input, reading) =>
    isBareMfaToken(input)
      ? reading.problem(
          'an mfa_token does not say whose it is; log in with the MFA API as audience and send the code',
        )
      : eitherProof.read(input, reading),
};

/** An `mfa_token` (auth0-docs "Authenticate using ROPG with MFA") in whatever field it was put. */
export function isBareMfaToken(input: unknown): boolean {
  const texts = typeof input === 'object' && input !== null ? Object.values(input) : [input];
  return texts.some((value) => typeof value === 'string' && value.startsWith('Fe26.2*'));
}

const code = typed(readCode, () => ({
  type: 'string',
  description: 'Six digits; spaces and marks between them do not count.',
  examples: ['123456'],
}));
const challenge = wholeNumber(1, Number.MAX_SAFE_INTEGER);

export const codeMessage = bare(
  'code',
  object<CodeMessage>('a code message', { code, challenge: optional(challenge) }),
);

/** Of an update, which must say what the code answers. */
export const submittedCode = object<Required<CodeMessage>>('a submitted code', { code, challenge });

export const resendMessage = object<ResendMessage>('a resend message', {
  challenge: optional(challenge),
});

/** Of an update, which must say what the new challenge replaces. */
export const requestedResend = object<Required<ResendMessage>>('a resend request', { challenge });

const phoneNumber = typed(readPhoneNumber, () => ({
  type: 'string',
  description: 'E.164; spaces and marks between the digits do not count.',
  examples: ['+14155550123'],
}));

export const changePhoneNumberMessage = bare(
  'phoneNumber',
  object<ChangePhoneNumberMessage>('a change of number', { phoneNumber }),
);

const by = text(LIMITS.requestedByCharacters);
const reason = text(LIMITS.reasonCharacters);

export const cancelMessage = object<CancelMessage>('a cancel message', { by, reason });
export const retryMessage = object<RetryMessage>('a retry message', { by, reason });

const extensionFields = object<{
  deadlineMs?: number;
  moreMs?: number;
  by: string;
  reason: string;
}>(
  'an extension',
  {
    // Whether it is later than the present one and not too late is the running enrollment's say.
    deadlineMs: optional(wholeNumber(LIMITS.deadlineMsMin, Number.MAX_SAFE_INTEGER)),
    moreMs: optional(wholeNumber(LIMITS.deadlineMsMin, LIMITS.deadlineMsMax)),
    ...{ by, reason },
  },
  {
    also(given, problem) {
      if (given.has('deadlineMs') !== given.has('moreMs')) return;
      problem('deadlineMs', 'give either deadlineMs, from the start, or moreMs, from now');
    },
    alsoInJsonSchema: { oneOf: [{ required: ['deadlineMs'] }, { required: ['moreMs'] }] },
  },
);
/** The rule of both fields leaves one of them. */
export const extendDeadlineMessage = extensionFields as Shape<ExtendDeadlineMessage>;

const plan: Shape<readonly Factor[]> = {
  jsonSchema: () => ({
    type: 'array',
    items: { enum: FACTORS },
    ...{ minItems: 1, maxItems: FACTORS.length, uniqueItems: true },
  }),
  read(input, reading) {
    const given: readonly unknown[] = Array.isArray(input) ? input : [];
    // None twice: more than there are need not be looked at.
    const isPlan = given.length > 0 && given.length <= FACTORS.length;
    return isPlan && new Set(given).size === given.length && given.every(isFactor)
      ? given
      : reading.problem(
          `must list each wanted factor once, in order; known are ${FACTORS.join(', ')}`,
        );
  },
};

function isFactor(value: unknown): value is Factor {
  return FACTORS.some((factor) => factor === value);
}

const tenant = text(LIMITS.tenantCharacters, (value) =>
  isTenant(value) ? undefined : TENANT_RULE,
);
const userId = text(LIMITS.userIdCharacters, userIdProblem);

/** Whose enrollments: what a workflow id is made of. */
export const enrollmentOwner = object<Pick<EnrollMfaInput, 'tenant' | 'userId'>>(
  'the owner of an enrollment',
  { tenant, userId },
);

/** Of a start, whatever else is wrong with it. */
export const requester = object<Pick<EnrollMfaInput, 'requestedBy'>>(
  'the input of enrollMfa',
  { requestedBy: by },
  { open: true },
);

const NUMBER_PLANNED = {
  anyOf: [
    { properties: { factors: { type: 'null' } } },
    {
      properties: { factors: { contains: { enum: FACTORS.filter((one) => needsNumber([one])) } } },
    },
  ],
};

export const enrollMfaInput = object<EnrollMfaInput>(
  'the input of enrollMfa',
  {
    ...{ tenant, userId, phoneNumber: optional(phoneNumber), factors: optional(plan) },
    deadlineMs: optional(wholeNumber(LIMITS.deadlineMsMin, LIMITS.deadlineMsMax)),
    ...{ requestedBy: by, reason: optional(reason) },
  },
  {
    also(given, problem) {
      if (given.has('login')) {
        problem('login', 'comes with the start by update or signal, not in its input');
      }
      const factors: unknown = given.get('factors') ?? DEFAULT_PLAN;
      if (!Array.isArray(factors) || !needsNumber(factors) || given.has('phoneNumber')) return;
      problem('phoneNumber', `${NUMBER_RULE} (the plan has sms)`);
    },
    alsoInJsonSchema: {
      if: NUMBER_PLANNED,
      then: { required: ['phoneNumber'], properties: { phoneNumber: { type: 'string' } } },
    },
  },
);

const sealed = { kid: text(64), jwe: token };

/** What the memo and the query `setUp` have; a later release may add to it. */
export const setUp = object<SetUp>(
  'a set-up',
  {
    totp: optional(object<SealedTotpSetUp>('a set-up', { challenge, ...sealed }, { open: true })),
    recoveryCode: optional(object<SealedRecoveryCode>('a recovery code', sealed, { open: true })),
    outcome: optional(
      oneOf<Outcome>(
        ['enrolled', 'expired', 'cancelled', 'failed'],
        'is no outcome of an enrollment',
      ),
    ),
  },
  { open: true },
);
