/**
 * Typed clients write `null` for what they leave out: whatever the field, whoever reads it, that is the
 * same as leaving it out. A message that the contract adds belongs into this table.
 */
import { describe, expect, it } from '@jest/globals';
import { check, checkStrictly, type Shape } from '../../workflows/contract/shape.ts';
import {
  cancelMessage,
  changePhoneNumberMessage,
  codeMessage,
  enrollMfaInput,
  extendDeadlineMessage,
  loginProof,
  requestedResend,
  resendMessage,
  retryMessage,
  setUp,
  submittedCode,
} from '../../workflows/contract/shapes.ts';

type Fields = Readonly<Record<string, unknown>>;
type Reader = (input: unknown) => unknown;

const KEY = { kty: 'EC', crv: 'P-256', x: 'a'.repeat(43), y: 'b'.repeat(43) };
const CODE = { code: 'c', codeVerifier: 'v', redirectUri: 'http://127.0.0.1/cb', nonce: 'n' };
const TOKENS = { accessToken: 'a', idToken: 'i' };
const NUMBER = { phoneNumber: '+14155550123' };
const WHO = { by: 'admin', reason: 'why' };
const OWNER = { tenant: 'example.eu.auth0.com', userId: 'auth0|5f7c8ec7c33c6c004bbafe82' };
const START = {
  ...{ ...OWNER, ...NUMBER, factors: ['totp', 'sms'], deadlineMs: 60_000, requestedBy: 'crm' },
  reason: 'r',
};
const SEALED = { kid: 'k', jwe: 'j' };

const readings = (shape: Shape<unknown>): Reader[] =>
  [check, checkStrictly].map((read) => (input: unknown) => {
    const checked = read(shape, input);
    return checked.ok ? checked.value : checked.problems;
  });

/** Whole messages, and fields that one of the other kind, or of a later release, would have. */
const MESSAGES: readonly [name: string, whole: Fields, more: readonly string[], Reader[]][] = [
  ['a start', START, ['remindAfterMs', 'login'], readings(enrollMfaInput)],
  ['a code proof', { ...CODE, sealTo: KEY }, ['accessToken', 'idToken'], readings(loginProof)],
  [
    'a token proof',
    { ...TOKENS, sealTo: KEY },
    ['code', 'codeVerifier', 'redirectUri', 'nonce'],
    readings(loginProof),
  ],
  [
    'a code',
    { code: '123456', challenge: 1 },
    ['factor'],
    [...readings(codeMessage), ...readings(submittedCode)],
  ],
  [
    'a resend',
    { challenge: 1 },
    ['phoneNumber'],
    [...readings(resendMessage), ...readings(requestedResend)],
  ],
  ['a change of number', NUMBER, ['challenge'], readings(changePhoneNumberMessage)],
  ['a cancel', WHO, ['deadlineMs'], readings(cancelMessage)],
  ['a retry', WHO, ['factor'], readings(retryMessage)],
  ['an extension', { ...WHO, deadlineMs: 60_000 }, ['moreMs'], readings(extendDeadlineMessage)],
  [
    'an extension from now',
    { ...WHO, moreMs: 60_000 },
    ['deadlineMs'],
    readings(extendDeadlineMessage),
  ],
  ['a set-up', { totp: { challenge: 1, ...SEALED }, recoveryCode: SEALED }, [], readings(setUp)],
];

function without(fields: Fields, name: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
}

describe('a field that is null', () => {
  it.each(MESSAGES)('is absent in %s', (_name, whole, more, readers) => {
    for (const read of readers) {
      for (const name of [...Object.keys(whole), ...more]) {
        const expected = read(without(whole, name));
        expect({ name, read: read({ ...whole, [name]: null }) }).toEqual({ name, read: expected });
      }
      const spelt = { ...whole, ...Object.fromEntries(more.map((name) => [name, null])) };
      expect(read(spelt)).toEqual(read(whole));
    }
  });

  it.each(MESSAGES)('is absent in %s where it is undefined', (_name, whole, more, readers) => {
    for (const read of readers) {
      for (const name of [...Object.keys(whole), ...more]) {
        expect(read({ ...whole, [name]: undefined })).toEqual(read(without(whole, name)));
      }
    }
  });

  it('is absent in a key, in the private half too', () => {
    for (const read of readings(loginProof)) {
      const sealTo = { ...KEY, d: null, kid: null, use: null };
      expect(read({ ...CODE, sealTo })).toEqual({ ...CODE, sealTo: KEY });
    }
  });

  it('does not make an empty list or an empty text absent', () => {
    for (const read of readings(enrollMfaInput)) {
      for (const change of [
        { factors: [] },
        { factors: [null] },
        { reason: '' },
        { deadlineMs: 0 },
      ]) {
        const [name = ''] = Object.keys(change);
        expect(read({ ...START, ...change })).toContainEqual(expect.stringContaining(name));
      }
    }
  });
});
