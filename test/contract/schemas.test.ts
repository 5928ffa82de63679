import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import {
  type CancelMessage,
  type ChangePhoneNumberMessage,
  type CodeMessage,
  type CodeProof,
  type EnrollMfaInput,
  type ExtendDeadlineMessage,
  LIMITS,
  type LoginProof,
  type PublicSealingKey,
  type ResendMessage,
  type SetUp,
  type TokenProof,
} from '../../workflows/contract/enroll-mfa.ts';
import {
  cancelMessageSchema,
  changePhoneNumberMessageSchema,
  codeMessageSchema,
  type codeProofSchema,
  enrollMfaInputSchema,
  extendDeadlineMessageSchema,
  loginProofSchema,
  problemsOf,
  type publicSealingKeySchema,
  requestedResendSchema,
  resendMessageSchema,
  setUpSchema,
  submittedCodeSchema,
  type tokenProofSchema,
} from '../../workflows/contract/schemas.ts';

/** `true` where each of the two fits where the other is asked for; it does not compile otherwise. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
type Output<Schema extends z.ZodType> = z.output<Schema>;

const SAME: {
  input: Same<Output<typeof enrollMfaInputSchema>, EnrollMfaInput>;
  login: Same<Output<typeof loginProofSchema>, LoginProof>;
  codeProof: Same<Output<typeof codeProofSchema>, CodeProof>;
  tokenProof: Same<Output<typeof tokenProofSchema>, TokenProof>;
  sealTo: Same<Output<typeof publicSealingKeySchema>, PublicSealingKey>;
  code: Same<Output<typeof codeMessageSchema>, CodeMessage>;
  resend: Same<Output<typeof resendMessageSchema>, ResendMessage>;
  number: Same<Output<typeof changePhoneNumberMessageSchema>, ChangePhoneNumberMessage>;
  cancel: Same<Output<typeof cancelMessageSchema>, CancelMessage>;
  extension: Same<Output<typeof extendDeadlineMessageSchema>, ExtendDeadlineMessage>;
  setUp: Same<Output<typeof setUpSchema>, SetUp>;
} = {
  ...{ input: true, login: true, codeProof: true, tokenProof: true, sealTo: true, code: true },
  ...{ resend: true, number: true, cancel: true, extension: true, setUp: true },
};

const COORDINATE = 'A'.repeat(43);
const KEY = { kty: 'EC', crv: 'P-256', x: COORDINATE, y: COORDINATE };
const CODE_PROOF = { code: 'c', codeVerifier: 'v', redirectUri: 'https://app/cb', nonce: 'n' };
const TOKEN_PROOF = { accessToken: 'a.b.c', idToken: 'd.e.f' };
const INPUT = {
  tenant: 'example.eu.auth0.com',
  userId: 'auth0|abc',
  phoneNumber: '+14155550123',
  requestedBy: 'crm',
};
const REASONED = { by: 'ops', reason: 'asked for' };

type Row = [what: string, schema: z.ZodType, input: unknown, expected: unknown];

const ACCEPTED: Row[] = [
  ['the smallest start', enrollMfaInputSchema, INPUT, INPUT],
  [
    'a start with everything',
    enrollMfaInputSchema,
    {
      ...INPUT,
      factors: ['totp', 'sms'],
      deadlineMs: LIMITS.deadlineMsMax,
      reason: 'r',
    },
    {
      ...INPUT,
      factors: ['totp', 'sms'],
      deadlineMs: LIMITS.deadlineMsMax,
      reason: 'r',
    },
  ],
  [
    'TOTP alone without a number',
    enrollMfaInputSchema,
    { tenant: '127.0.0.1:4747', userId: 'x', requestedBy: 'crm', factors: ['totp'] },
    { tenant: '127.0.0.1:4747', userId: 'x', requestedBy: 'crm', factors: ['totp'] },
  ],
  [
    'the longest user id',
    enrollMfaInputSchema,
    { ...INPUT, userId: 'x'.repeat(1024) },
    { ...INPUT, userId: 'x'.repeat(1024) },
  ],
  ['a code proof', loginProofSchema, CODE_PROOF, CODE_PROOF],
  [
    'a code proof with a key that has more',
    loginProofSchema,
    { ...CODE_PROOF, sealTo: { ...KEY, kid: 'k', use: 'enc' } },
    { ...CODE_PROOF, sealTo: KEY },
  ],
  ['a token proof', loginProofSchema, TOKEN_PROOF, TOKEN_PROOF],
  ['a code as a number', codeMessageSchema, 123456, { code: '123456' }],
  ['a bare code', codeMessageSchema, '123456', { code: '123456' }],
  ['a code with spaces', codeMessageSchema, '123 456', { code: '123456' }],
  [
    'a code that names its challenge',
    codeMessageSchema,
    { code: '000000', challenge: 2 },
    { code: '000000', challenge: 2 },
  ],
  ['a resend without an argument', resendMessageSchema, undefined, {}],
  ['a resend with null', resendMessageSchema, null, {}],
  ['a resend', resendMessageSchema, { challenge: 1 }, { challenge: 1 }],
  [
    'a bare number',
    changePhoneNumberMessageSchema,
    '+14155550123',
    { phoneNumber: '+14155550123' },
  ],
  ['a cancel', cancelMessageSchema, REASONED, REASONED],
  [
    'an extension',
    extendDeadlineMessageSchema,
    { ...REASONED, deadlineMs: 60_000 },
    { ...REASONED, deadlineMs: 60_000 },
  ],
  ['an empty set-up', setUpSchema, {}, {}],
  ['what a later release adds to a set-up', setUpSchema, { later: true }, {}],
];

const PLAN = /^factors(\.\d)?: must list each wanted factor once, in order; known are sms, totp$/;
const NUMBER = /^phoneNumber: must be an E\.164 number such as \+14155550123; add \+ and the/;

const REFUSED: [what: string, schema: z.ZodType, input: unknown, problems: RegExp[]][] = [
  ['no object', enrollMfaInputSchema, 'x', [/^the input of enrollMfa must be a JSON object$/]],
  [
    'everything missing, all at once',
    enrollMfaInputSchema,
    {},
    [/^tenant: .* 1 to 253/, /^userId: .* 1 to 1024/, /^requestedBy: .* 1 to 128/, NUMBER],
  ],
  [
    'a tenant with a scheme',
    enrollMfaInputSchema,
    { ...INPUT, tenant: 'https://example.eu.auth0.com/' },
    [/^tenant: must be the Auth0 domain in lower case, without https:\/\/ and slashes, such/],
  ],
  [
    'a percent-encoded user id',
    enrollMfaInputSchema,
    { ...INPUT, userId: 'auth0%7Cabc' },
    [/^userId: is percent-encoded; give it as Auth0 shows it, with \| in place of %7C$/],
  ],
  [
    'a user id over 1,024 characters',
    enrollMfaInputSchema,
    { ...INPUT, userId: 'x'.repeat(1025) },
    [/^userId: must be a string of 1 to 1024 characters$/],
  ],
  ['an unknown factor', enrollMfaInputSchema, { ...INPUT, factors: ['sms', 'push'] }, [PLAN]],
  ['an empty plan', enrollMfaInputSchema, { ...INPUT, factors: [] }, [PLAN]],
  ['a factor twice', enrollMfaInputSchema, { ...INPUT, factors: ['sms', 'sms'] }, [PLAN]],
  ['a malformed number', enrollMfaInputSchema, { ...INPUT, phoneNumber: '415' }, [NUMBER]],
  [
    'a deadline over seven days',
    enrollMfaInputSchema,
    { ...INPUT, deadlineMs: LIMITS.deadlineMsMax + 1 },
    [/^deadlineMs: must be a whole number from 60000 to 604800000$/],
  ],
  [
    'half a millisecond',
    enrollMfaInputSchema,
    { ...INPUT, deadlineMs: 60_000.5 },
    [/^deadlineMs: must be a whole number/],
  ],
  [
    'a misspelt field',
    enrollMfaInputSchema,
    { ...INPUT, deadline: 1 },
    [/^deadline is not a field here; known are tenant, userId, phoneNumber, /],
  ],
  [
    'a bare mfa_token',
    loginProofSchema,
    'Fe26.2*abc',
    [/^an mfa_token does not say whose it is; /],
  ],
  [
    'an mfa_token in a field',
    loginProofSchema,
    { ...CODE_PROOF, code: 'Fe26.2*abc' },
    [/^an mfa_token does not say whose it is; /],
  ],
  [
    'half a token proof, in its own terms',
    loginProofSchema,
    { accessToken: 'a' },
    [/^idToken: must be a string of 1 to 16384 characters$/],
  ],
  [
    'both kinds of proof at once',
    loginProofSchema,
    { ...CODE_PROOF, ...TOKEN_PROOF },
    [/is not a field here; known are accessToken, idToken, sealTo$/],
  ],
  ['a proof of an unknown kind', loginProofSchema, 7, [/^a login proof must be a JSON object$/]],
  [
    'an oversized code',
    loginProofSchema,
    { ...CODE_PROOF, code: 'c'.repeat(2049) },
    [/^code: must be a string of 1 to 2048 characters$/],
  ],
  [
    'a private key',
    loginProofSchema,
    { ...CODE_PROOF, sealTo: { ...KEY, d: COORDINATE } },
    [/^sealTo\.d: is the private half; it must never leave the device$/],
  ],
  [
    'a key of another curve',
    loginProofSchema,
    { ...CODE_PROOF, sealTo: { ...KEY, crv: 'P-384' } },
    [/^sealTo\.crv: must be a public P-256 key as JWK/],
  ],
  ['five digits', codeMessageSchema, '12345', [/^must be a string of six digits$/]],
  ['letters', codeMessageSchema, { code: '12345a' }, [/^code: must be a string of six digits$/]],
  [
    'a code that lost a zero',
    codeMessageSchema,
    12345,
    [/; a JSON number loses its leading zeros/],
  ],
  [
    'a negative code',
    codeMessageSchema,
    { code: -123456 },
    [/^code: .*; in a JSON number it must/],
  ],
  [
    'six digits in too many spaces',
    codeMessageSchema,
    { code: `123456${' '.repeat(27)}` },
    [/^code: must be a string of six digits, in at most 32 characters; send it alone$/],
  ],
  [
    'challenge 0',
    codeMessageSchema,
    { code: '123456', challenge: 0 },
    [/^challenge: must be a who/],
  ],
  [
    'a submitted code of no challenge',
    submittedCodeSchema,
    { code: '123456' },
    [/^challenge: must/],
  ],
  ['a resend of no challenge', requestedResendSchema, {}, [/^challenge: must be a whole number/]],
  ['a resend that is a text', resendMessageSchema, 'now', [/^a resend message must be a JSON obj/]],
  [
    'a number without a country',
    changePhoneNumberMessageSchema,
    '4155550123',
    [/^must be an E\.164/],
  ],
  [
    'a cancel by nobody',
    cancelMessageSchema,
    { reason: 'r' },
    [/^by: must be a string of 1 to 128/],
  ],
  [
    'an extension without a reason',
    extendDeadlineMessageSchema,
    { by: 'ops', deadlineMs: 60_000 },
    [/^reason: must be a string of 1 to 1024 characters$/],
  ],
];

describe('the schemas of the contract', () => {
  it('give the contract’s own types', () => {
    expect(Object.values(SAME).every(Boolean)).toBe(true);
  });

  it.each(ACCEPTED)('take %s', (_what, schema, input, expected) => {
    expect(schema.parse(input)).toEqual(expected);
  });

  it.each(REFUSED)('refuse %s', (_what, schema, input, problems) => {
    const parsed = schema.safeParse(input);
    const told = parsed.success ? [] : problemsOf(parsed.error);
    expect(told).toEqual(problems.map((problem) => expect.stringMatching(problem)));
  });
});
