/** What a message may hold besides its fields: to a running enrollment, and to our own edges. */
import { describe, expect, it } from '@jest/globals';
import { check, checkStrictly, type Shape } from '../../workflows/contract/shape.ts';
import {
  cancelMessage,
  changePhoneNumberMessage,
  codeMessage,
  enrollMfaInput,
  extendDeadlineMessage,
  loginProof,
  resendMessage,
  retryMessage,
  submittedCode,
} from '../../workflows/contract/shapes.ts';

const CODE_PROOF = { code: 'c', codeVerifier: 'v', redirectUri: 'https://app/cb', nonce: 'n' };
const TOKEN_PROOF = { accessToken: 'a.b.c', idToken: 'd.e.f' };
const INPUT = { tenant: 't.example', userId: 'auth0|abc', requestedBy: 'crm', factors: ['totp'] };
const REASONED = { by: 'ops', reason: 'asked for' };

/** The workflow's reading, and that of our own edges. */
const READINGS = [check, checkStrictly];

function told(shape: Shape<unknown>, input: unknown, read = check): readonly string[] {
  const checked = read(shape, input);
  return checked.ok ? [] : checked.problems;
}

/** Names that mean something to JavaScript, or to our own converters. */
const FOREIGN = ['__proto__', 'constructor', 'toString', 'mfa.undecodable', 'mfa.missing-key', ''];

/** As only JSON can have it: an object literal would set its prototype. */
function withField(input: object, name: string, value: unknown): object {
  return Object.fromEntries([...Object.entries(input), [name, value]]);
}

const WHOLE: readonly [what: string, shape: Shape<unknown>, whole: object][] = [
  ['a start', enrollMfaInput, INPUT],
  ['a code proof', loginProof, CODE_PROOF],
  ['a token proof', loginProof, TOKEN_PROOF],
  ['a code', codeMessage, { code: '123456' }],
  ['a submitted code', submittedCode, { code: '123456', challenge: 1 }],
  ['a resend', resendMessage, { challenge: 1 }],
  ['a change of number', changePhoneNumberMessage, { phoneNumber: '+14155550123' }],
  ['a cancel', cancelMessage, REASONED],
  ['a retry', retryMessage, REASONED],
  ['an extension', extendDeadlineMessage, { ...REASONED, moreMs: 60_000 }],
];

describe('a field that nobody knows', () => {
  it.each(WHOLE)('is ignored in %s by a running enrollment, and refused by our edges', (...row) => {
    const [, shape, whole] = row;
    for (const name of [...FOREIGN, 'later', '+12125550147', 'janedoe']) {
      for (const value of [1, false, {}, { code: '123456' }, []]) {
        const given = withField(whole, name, value);
        expect(check(shape, given)).toEqual({ ok: true, value: whole });
        expect(told(shape, given, checkStrictly)).toEqual([
          expect.stringMatching(/^\(a name that no field has\): is not a field here; known are /),
        ]);
      }
      for (const read of READINGS) {
        expect(read(shape, withField(whole, name, null))).toEqual({ ok: true, value: whole });
      }
    }
  });

  it.each([
    [codeMessage, { code: '123456' }, 'chalenge', 'code, challenge'],
    [cancelMessage, REASONED, 'Reason', 'by, reason'],
    [
      extendDeadlineMessage,
      { ...REASONED, moreMs: 60_000 },
      'more_ms',
      'deadlineMs, moreMs, by, reason',
    ],
  ] as [Shape<unknown>, object, string, string][])(
    'is refused by both where it is a known one misspelt: %#',
    (shape, whole, name, known) => {
      for (const read of READINGS) {
        expect(told(shape, withField(whole, name, 1), read)).toEqual([
          `${name}: is not a field here; known are ${known}`,
        ]);
      }
    },
  );

  it('may be what the other kind of proof has', () => {
    const both = { ...CODE_PROOF, ...TOKEN_PROOF };
    expect(check(loginProof, both)).toEqual({ ok: true, value: TOKEN_PROOF });
    expect(told(loginProof, both, checkStrictly)).toEqual([
      '(a name that no field has): is not a field here; known are accessToken, idToken, sealTo',
    ]);
  });
});
