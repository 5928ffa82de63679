/** What each shape reads, and what it says of what it does not: the same to the workflow and to our own edges. */
import { describe, expect, it } from '@jest/globals';
import { LIMITS } from '../../workflows/contract/enroll-mfa.ts';
import { check, checkStrictly, type Shape } from '../../workflows/contract/shape.ts';
import {
  cancelMessage,
  changePhoneNumberMessage,
  codeMessage,
  enrollMfaInput,
  extendDeadlineMessage,
  isBareMfaToken,
  loginProof,
  requestedResend,
  resendMessage,
  retryMessage,
  setUp,
  submittedCode,
} from '../../workflows/contract/shapes.ts';

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

type Row = [what: string, shape: Shape<unknown>, input: unknown, expected: unknown];

const ACCEPTED: Row[] = [
  ['the smallest start', enrollMfaInput, INPUT, INPUT],
  [
    'a start with everything',
    enrollMfaInput,
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
    enrollMfaInput,
    { tenant: '127.0.0.1:4747', userId: 'x', requestedBy: 'crm', factors: ['totp'] },
    { tenant: '127.0.0.1:4747', userId: 'x', requestedBy: 'crm', factors: ['totp'] },
  ],
  [
    'the longest user id',
    enrollMfaInput,
    { ...INPUT, userId: 'x'.repeat(1024) },
    { ...INPUT, userId: 'x'.repeat(1024) },
  ],
  ['a code proof', loginProof, CODE_PROOF, CODE_PROOF],
  ['a token proof', loginProof, TOKEN_PROOF, TOKEN_PROOF],
  ['a code as a number', codeMessage, 123456, { code: '123456' }],
  ['a bare code', codeMessage, '123456', { code: '123456' }],
  ['a code with spaces', codeMessage, '123 456', { code: '123456' }],
  [
    'a code that names its challenge',
    codeMessage,
    { code: '000000', challenge: 2 },
    { code: '000000', challenge: 2 },
  ],
  ['a resend without an argument', resendMessage, undefined, {}],
  ['a resend with null', resendMessage, null, {}],
  ['a resend', resendMessage, { challenge: 1 }, { challenge: 1 }],
  ['a bare number', changePhoneNumberMessage, '+14155550123', { phoneNumber: '+14155550123' }],
  ['a cancel', cancelMessage, REASONED, REASONED],
  [
    'an extension',
    extendDeadlineMessage,
    { ...REASONED, deadlineMs: 60_000 },
    { ...REASONED, deadlineMs: 60_000 },
  ],
  ...[60_000, 604_800_000].map((moreMs): Row => [
    `an extension by ${moreMs}`,
    extendDeadlineMessage,
    { ...REASONED, moreMs },
    { ...REASONED, moreMs },
  ]),
  ['a retry', retryMessage, REASONED, REASONED],
  ['an empty set-up', setUp, {}, {}],
  ['what a later release adds to a set-up', setUp, { later: true }, {}],
];

const ONE_OF_BOTH = /^deadlineMs: give either deadlineMs, from the start, or moreMs, from now$/;
const PLAN = /^factors: must list each wanted factor once, in order; known are sms, totp$/;
const NUMBER = /^phoneNumber: must be an E\.164 number such as \+14155550123; add \+ and the/;

type Refusal = [what: string, shape: Shape<unknown>, input: unknown, problems: RegExp[]];

const REFUSED: Refusal[] = [
  ['no object', enrollMfaInput, 'x', [/^the input of enrollMfa must be a JSON object$/]],
  [
    'everything missing, all at once',
    enrollMfaInput,
    {},
    [/^tenant: .* 1 to 253/, /^userId: .* 1 to 1024/, /^requestedBy: .* 1 to 128/, NUMBER],
  ],
  [
    'a tenant with a scheme',
    enrollMfaInput,
    { ...INPUT, tenant: 'https://example.eu.auth0.com/' },
    [/^tenant: must be the Auth0 domain in lower case, without https:\/\/ and slashes, such/],
  ],
  [
    'a percent-encoded user id',
    enrollMfaInput,
    { ...INPUT, userId: 'auth0%7Cabc' },
    [/^userId: is percent-encoded; give it as Auth0 shows it, with \| in place of %7C$/],
  ],
  [
    'a user id over 1,024 characters',
    enrollMfaInput,
    { ...INPUT, userId: 'x'.repeat(1025) },
    [/^userId: must be a string of 1 to 1024 characters$/],
  ],
  ['an unknown factor', enrollMfaInput, { ...INPUT, factors: ['sms', 'push'] }, [PLAN]],
  ['an empty plan', enrollMfaInput, { ...INPUT, factors: [] }, [PLAN]],
  ['a factor twice', enrollMfaInput, { ...INPUT, factors: ['sms', 'sms'] }, [PLAN]],
  ['a malformed number', enrollMfaInput, { ...INPUT, phoneNumber: '415' }, [NUMBER]],
  [
    'a deadline over seven days',
    enrollMfaInput,
    { ...INPUT, deadlineMs: LIMITS.deadlineMsMax + 1 },
    [/^deadlineMs: must be a whole number from 60000 to 604800000$/],
  ],
  [
    'a misspelt field',
    enrollMfaInput,
    { ...INPUT, deadline: 1 },
    [/^deadline: is not a field here; known are tenant, userId, phoneNumber, /],
  ],
  ['a broken proof', loginProof, { code: 'c' }, [/^codeVerifier: /, /^redirectUri: /, /^nonce: /]],
  ['a bare mfa_token', loginProof, 'Fe26.2*abc', [/^an mfa_token does not say whose it is; /]],
  [
    'an mfa_token in a field',
    loginProof,
    { ...CODE_PROOF, code: 'Fe26.2*abc' },
    [/^an mfa_token does not say whose it is; /],
  ],
  [
    'half a token proof, in its own terms',
    loginProof,
    { accessToken: 'a' },
    [/^idToken: must be a string of 1 to 16384 characters$/],
  ],
  ['a proof of an unknown kind', loginProof, 7, [/^a login proof must be a JSON object$/]],
  [
    'an oversized code',
    loginProof,
    { ...CODE_PROOF, code: 'c'.repeat(2049) },
    [/^code: must be a string of 1 to 2048 characters$/],
  ],
  [
    'a private key',
    loginProof,
    { ...CODE_PROOF, sealTo: { ...KEY, d: COORDINATE } },
    [/^sealTo\.d: is the private half; it must never leave the device$/],
  ],
  [
    'a key of another curve',
    loginProof,
    { ...CODE_PROOF, sealTo: { ...KEY, crv: 'P-384' } },
    [/^sealTo\.crv: must be a public P-256 key as JWK/],
  ],
  [
    'half a coordinate',
    loginProof,
    { ...CODE_PROOF, sealTo: { ...KEY, x: 'A'.repeat(42) } },
    [/^sealTo\.x: must be base64url of 32 bytes$/],
  ],
  [
    'a key that is a text',
    loginProof,
    { ...CODE_PROOF, sealTo: 'k' },
    [/^sealTo: must be a JSON obj/],
  ],
  ['a list for a message', cancelMessage, [REASONED], [/^a cancel message must be a JSON object$/]],
  [
    'an argument that could not be decoded, without a field that nobody sent',
    codeMessage,
    { [Symbol.for('mfa.undecodable')]: true },
    [/^a code message could not be read: send it as JSON, with the encoding json\/plain$/],
  ],
  ['no plan at all', enrollMfaInput, { ...INPUT, factors: 'sms' }, [PLAN]],
  ['nothing for a factor', enrollMfaInput, { ...INPUT, factors: [null] }, [PLAN]],
  ['five digits', codeMessage, '12345', [/^code: must be a string of six digits$/]],
  ['letters', codeMessage, { code: '12345a' }, [/^code: must be a string of six digits$/]],
  ['a code that lost a zero', codeMessage, 12345, [/; a JSON number loses its leading zeros/]],
  ['a negative code', codeMessage, { code: -123456 }, [/^code: .*; in a JSON number it must/]],
  [
    'six digits in too many spaces',
    codeMessage,
    { code: `123456${' '.repeat(27)}` },
    [/^code: must be a string of six digits, in at most 32 characters; send it alone$/],
  ],
  ['challenge 0', codeMessage, { code: '123456', challenge: 0 }, [/^challenge: must be a who/]],
  ['a submitted code of no challenge', submittedCode, { code: '123456' }, [/^challenge: must/]],
  ['a resend of no challenge', requestedResend, {}, [/^challenge: must be a whole number/]],
  ['a resend that is a text', resendMessage, 'now', [/^a resend message must be a JSON obj/]],
  [
    'a number without a country',
    changePhoneNumberMessage,
    '4155550123',
    [/^phoneNumber: must be an E\.164/],
  ],
  ['a cancel by nobody', cancelMessage, { reason: 'r' }, [/^by: must be a string of 1 to 128/]],
  [
    'an extension without a reason',
    extendDeadlineMessage,
    { by: 'ops', deadlineMs: 60_000 },
    [/^reason: must be a string of 1 to 1024 characters$/],
  ],
  ['an extension of nothing', extendDeadlineMessage, REASONED, [ONE_OF_BOTH]],
  [
    'an extension of both kinds',
    extendDeadlineMessage,
    { ...REASONED, deadlineMs: 60_000, moreMs: 60_000 },
    [ONE_OF_BOTH],
  ],
  [
    'an extension in words',
    extendDeadlineMessage,
    { ...REASONED, deadlineMs: '1h' },
    [/^deadlineMs: must be a whole number from 60000 to /],
  ],
  ...[59_999, 604_800_001, 60_000.5, '60000'].map((moreMs): Refusal => [
    `an extension by ${moreMs}`,
    extendDeadlineMessage,
    { ...REASONED, moreMs },
    [/^moreMs: must be a whole number from 60000 to 604800000$/],
  ]),
  ['a retry by nobody', retryMessage, { reason: 'r' }, [/^by: must be a string of 1 to 128/]],
];

/** The workflow's reading, and that of our own edges. */
const READINGS = [check, checkStrictly];

const told = (shape: Shape<unknown>, input: unknown, read = check): readonly string[] => {
  const checked = read(shape, input);
  return checked.ok ? [] : checked.problems;
};

describe('the shapes of the contract', () => {
  it.each(ACCEPTED)('take %s', (_what, shape, input, value) => {
    for (const read of READINGS) expect(read(shape, input)).toEqual({ ok: true, value });
  });

  it.each(REFUSED)('refuse %s', (_what, shape, input, problems) => {
    for (const read of READINGS) {
      expect(told(shape, input, read)).toEqual(
        problems.map((problem) => expect.stringMatching(problem)),
      );
    }
  });

  it.each([undefined, null, 0, true, '', [], 'x'.repeat(5_000), { constructor: 1 }])(
    'take %j for no message that needs something',
    (input) => {
      for (const shape of [codeMessage, cancelMessage, loginProof, enrollMfaInput, retryMessage]) {
        for (const read of READINGS) expect(told(shape, input, read)).not.toEqual([]);
      }
    },
  );

  it.each(['Fe26.2*SERVER_1*x', { mfaToken: 'Fe26.2*x' }, { accessToken: 'Fe26.2*x' }])(
    'know a bare mfa_token: %j',
    (input) => {
      expect(isBareMfaToken(input)).toBe(true);
    },
  );
});
