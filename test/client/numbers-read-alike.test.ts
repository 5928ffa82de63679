import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  getExampleNumber,
  parsePhoneNumberWithError,
} from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/metadata.max.json';
import examples from 'libphonenumber-js/mobile/examples';
import { checkPhoneNumber } from '@durable-mfa/client';
import { readPhoneNumber } from '../../workflows/contract/typed.ts';
import {
  inScript,
  NUMBER_SPELLINGS,
  NUMBERS_REFUSED,
  NUMBERS_WITH_ZERO,
} from '../support/typed-cases.ts';

/** A mobile number of each country, as its regulator writes one: the library's own examples. */
const EXAMPLES = getCountries().flatMap((country) => {
  const number = getExampleNumber(country, examples);
  return number === undefined ? [] : [{ country, number }];
});

/** What the edge alone knows: that there is no such number, or a costly one. */
const METADATA_SAYS =
  /^is no number of|^begins with a country code that does not exist|^is a premium-rate|^is too (short|long)/;

/** What either reads; a refusal that only the edge can know of counts as what the workflow reads. */
function readings(text: string): readonly [edge: string, workflow: string] {
  const [edge, workflow] = [checkPhoneNumber(text), readPhoneNumber(text)];
  const read = workflow.ok ? workflow.value : 'none';
  if (edge.ok) return [edge.e164, read];
  return [workflow.ok && METADATA_SAYS.test(edge.problem) ? read : 'none', read];
}

/** The countries, by code, in which numbers begin with a zero. */
const WITH_ZERO = ['225', '226', '229', '241', '242', '250', '378', '39', '992'];

const mark = fc.oneof(
  { weight: 24, arbitrary: fc.constant('') },
  {
    weight: 12,
    arbitrary: fc.constantFrom(
      ...Array.from(' -.()[]·・_"\u00a0\u200b\u202a\u202c\u0000\u2800\u2011\u30fc\uff08'),
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('/', '~', '*', ',', ';', '%20') },
);
const zero = fc.constantFrom('', '', '0', '(0)', '(0', '[0]', '00', '0 0', '8', '1');
const start = fc.constantFrom(
  ...['', '', '', 'tel:', 'sms:', 'TEL://', 'tel:%2B', 'callto:', '\u202a', '('],
);
const plus = fc.constantFrom('+', '+', '+', '+', '＋', '﹢', '', '00', '++', '+(');
const end = fc.constantFrom('', '', '', '', '\n', ';ext=5', ' x5', '#', ' / 12', ')', '\u202c');
const script = fc.constantFrom(0x30, 0x30, 0x30, 0x660, 0x6f0, 0xff10);

const written = fc
  .record({
    ...{ start, plus, zero, end, script },
    number: fc.constantFrom(...EXAMPLES.map(({ number }) => number)),
    between: fc.array(mark, { minLength: 20, maxLength: 20 }),
  })
  .map(({ number, between, ...at }) => {
    const spread = (digits: string, from: number) =>
      Array.from(digits, (digit, place) => `${digit}${between[from + place] ?? ''}`).join('');
    const [country, national] = [number.countryCallingCode, number.nationalNumber];
    const digits = inScript(`${spread(country, 0)}${at.zero}${spread(national, 3)}`, at.script);
    return `${at.start}${at.plus}${digits}${at.end}`;
  });

describe('the edge and the workflow', () => {
  it('read the same number from the same text, or both none', () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: written }, fc.string()), (text) => {
        const [edge, workflow] = readings(text);
        expect(edge).toBe(workflow);
      }),
      { numRuns: 5_000 },
    );
  });

  it('read it alike in every spelling of the table', () => {
    const typed = [
      ...NUMBER_SPELLINGS.map(([, text]) => text),
      ...NUMBERS_REFUSED.map(([, text]) => text),
      ...NUMBERS_WITH_ZERO.map(([text]) => text),
    ];
    for (const text of typed) {
      const [edge, workflow] = readings(text);
      expect({ text, read: edge }).toEqual({ text, read: workflow });
    }
  });

  it.each(EXAMPLES)('read a number of $country as itself, however it is written', ({ number }) => {
    const e164 = number.number;
    for (const format of ['E.164', 'INTERNATIONAL', 'RFC3966'] as const) {
      const text = number.format(format);
      expect(readPhoneNumber(text)).toEqual({ ok: true, value: e164 });
      expect(checkPhoneNumber(text)).toMatchObject({ ok: true, e164 });
    }
    const zero = WITH_ZERO.includes(number.countryCallingCode) ? '' : '(0)';
    const text = `+${number.countryCallingCode} ${zero}${number.nationalNumber}`;
    expect(readPhoneNumber(text)).toEqual({ ok: true, value: e164 });
    expect(checkPhoneNumber(text)).toMatchObject({ ok: true, e164 });
  });

  it('read a prefix that is dialled inside a country never as another number', () => {
    for (const { number } of EXAMPLES) {
      for (const prefix of ['(0)', '0', '8', '1', '06', '01']) {
        const text = `+${number.countryCallingCode} ${prefix}${number.nationalNumber}`;
        const [edge, workflow] = readings(text);
        expect({ text, read: edge }).toEqual({ text, read: workflow });
      }
    }
  });

  it('keep the zero of every country that has numbers with one', () => {
    const found = getCountries().flatMap(reachableWithZero);
    for (const e164 of found) expect(readPhoneNumber(e164)).toEqual({ ok: true, value: e164 });
    const codes = found.map((e164) => parsePhoneNumberWithError(e164).countryCallingCode);
    expect([...new Set<string>(codes)].sort()).toEqual(WITH_ZERO);
  });
});

/** The general pattern of a country's numbers stands third in its row. */
const { countries } = metadata as unknown as {
  readonly countries: Readonly<Record<string, readonly [string, string, string]>>;
};
const DIGITS = Array.from('0123456789');

/** Numbers of all lengths by three first digits and one that is repeated: enough to meet every range. */
function reachableWithZero(country: CountryCode): readonly string[] {
  const pattern = new RegExp(`^(?:${countries[country]?.[2] ?? ''})$`);
  const national = [5, 6, 7, 8, 9, 10].flatMap((length) =>
    DIGITS.flatMap((a) =>
      DIGITS.flatMap((b) => DIGITS.map((fill) => `0${a}${b}${fill.repeat(length - 3)}`)),
    ),
  );
  return national
    .filter((digits) => pattern.test(digits))
    .map((digits) => `+${getCountryCallingCode(country)}${digits}`)
    .filter((e164) => {
      const number = parsePhoneNumberWithError(e164);
      return number.number === e164 && ['MOBILE', 'FIXED_LINE'].includes(number.getType() ?? '');
    });
}
