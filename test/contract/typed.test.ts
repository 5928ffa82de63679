import { describe, expect, it } from '@jest/globals';
import { pasted, readCode, readPhoneNumber } from '../../workflows/contract/typed.ts';
import {
  CODE_SPELLINGS,
  inScript,
  NUMBER,
  NUMBER_SPELLINGS,
  NUMBERS_REFUSED,
  NUMBERS_WITH_ZERO,
} from '../support/typed-cases.ts';

/** What Unicode 14 calls decimal zeros (Python's `unicodedata`), those of compatibility left out. */
const ZEROS =
  '30 660 6f0 7c0 966 9e6 a66 ae6 b66 be6 c66 ce6 d66 de6 e50 ed0 f20 1040 1090 17e0 1810 1946 19d0 ' +
  '1a80 1a90 1b50 1bb0 1c40 1c50 a620 a8d0 a900 a9d0 a9f0 aa50 abf0 104a0 10d30 11066 110f0 11136 ' +
  '111d0 112f0 11450 114d0 11650 116c0 11730 118e0 11950 11c50 11d50 11da0 16a60 16ac0 16b50 1e140 ' +
  '1e2f0 1e950';

function problem(input: unknown, read = readCode): string {
  const result = read(input);
  return result.ok ? '' : result.problem;
}

describe('a code as it is typed', () => {
  it.each(CODE_SPELLINGS)('is read %s', (_how, spell) => {
    expect(readCode(spell('018239'))).toEqual({ ok: true, value: '018239' });
  });

  it.each(ZEROS.split(' '))('is read in the digits that begin at U+%s', (zero) => {
    for (const digits of ['012345', '678990']) {
      const typed = inScript(digits, Number.parseInt(zero, 16));
      expect(readCode(typed)).toEqual({ ok: true, value: digits });
    }
  });

  it('is read in digits whose rows touch (Unicode 16, Myanmar Extended-C)', () => {
    expect(readCode(inScript('012345', 0x116d0))).toEqual({ ok: true, value: '012345' });
    expect(readCode(inScript('678905', 0x116da))).toEqual({ ok: true, value: '678905' });
  });

  it('is read where scripts are mixed, and where it came as a JSON number', () => {
    expect(readCode('1٢३-４56')).toEqual({ ok: true, value: '123456' });
    expect(readCode(123456)).toEqual({ ok: true, value: '123456' });
    expect(readCode(1e5)).toEqual({ ok: true, value: '100000' });
  });

  it.each([12345, 1, 0, -0])('is refused as the number %j, and told about zeros', (input) => {
    expect(problem(input)).toBe(
      'must be a string of six digits; a JSON number loses its leading zeros, so send it in ' +
        'quotes: "012345"',
    );
  });

  it.each([-123456, 123456.5, 1234567, 1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY])(
    'is refused as the number %d',
    (input) => {
      expect(problem(input)).toBe(
        'must be a string of six digits; in a JSON number it must be six digits and nothing else',
      );
    },
  );

  it.each([
    ...['', ' ', '12345', '1234567', '12345a', '１２３４５', '+123456', '1e5', '0x1234', '123~456'],
    ...['½23456', '12345①2', 'Ⅻ3456', '１２３４５６７', '1\u0301' + '23456', '123=456', '$123456'],
    ...['.', '()', '""', '\u0000', '\u2800', '123|456'],
    ...[null, undefined, true, [], {}, ['123456'], 123456n],
  ])('is refused where it is %p', (input) => {
    expect(problem(input)).toBe('must be a string of six digits');
  });

  it('is not looked at beyond 32 characters', () => {
    const room = 32 - 6;
    expect(readCode(`123456${' '.repeat(room)}`)).toMatchObject({ ok: true });
    expect(problem(`123456${' '.repeat(room + 1)}`)).toBe(
      'must be a string of six digits, in at most 32 characters; send it alone',
    );
  });
});

describe('a phone number as it is typed', () => {
  it.each(NUMBER_SPELLINGS)('is read %s', (_how, typed) => {
    expect(readPhoneNumber(typed)).toEqual({ ok: true, value: NUMBER });
  });

  it.each(NUMBERS_WITH_ZERO)('%s is %s', (typed, e164) => {
    expect(readPhoneNumber(typed)).toEqual({ ok: true, value: e164 });
    expect(readPhoneNumber(e164)).toEqual({ ok: true, value: e164 });
  });

  it.each(NUMBERS_REFUSED)('is refused with %s', (_why, typed, refusal) => {
    expect(problem(typed, readPhoneNumber)).toBe(refusal);
  });

  it('is not looked at beyond 40 characters', () => {
    expect(readPhoneNumber(NUMBER.padEnd(40))).toMatchObject({ ok: true });
    expect(problem(NUMBER.padEnd(41), readPhoneNumber)).toMatch(/, in at most 40 characters$/);
  });
});

describe('an address or an id as it is pasted', () => {
  it.each([
    [' auth0|abc\n', 'auth0|abc'],
    ['\u0000auth0|abc\u2800', 'auth0|abc'],
    ['\ufeff\u202aauth0|abc\u202c\u200b', 'auth0|abc'],
    ['\u00a0https://a/b?c=d\r\n', 'https://a/b?c=d'],
    ['samlp|acme|Jane Doe', 'samlp|acme|Jane Doe'],
    ['-a-', '-a-'],
  ])('%j is %j', (text, expected) => {
    expect(pasted(text)).toBe(expected);
  });
});
