import { describe, expect, it } from '@jest/globals';
import {
  checkPhoneNumber,
  type CountryCode,
  normalisePhoneNumber,
  parseCountry,
  type PhoneNumberRules,
} from '@durable-mfa/client';
import { readPhoneNumber } from '../../workflows/contract/typed.ts';
import {
  NUMBER,
  NUMBER_SPELLINGS,
  NUMBERS_REFUSED,
  NUMBERS_WITH_ZERO,
} from '../support/typed-cases.ts';

describe('a phone number', () => {
  it.each<[string, PhoneNumberRules, string]>([
    ['+14155550123', {}, '+14155550123'],
    [' +1 (415) 555-0123 ', {}, '+14155550123'],
    ['+44 7400 123456', {}, '+447400123456'],
    ['415 555 1234', { defaultCountry: 'US' }, '+14155551234'],
    ['0041 79 123 45 67', { defaultCountry: 'DE' }, '+41791234567'],
    ['0170 1234567', { defaultCountry: 'DE', allowedCountries: ['DE'] }, '+491701234567'],
    ['+1 416 555 0123', { allowedCountries: ['US', 'CA'] }, '+14165550123'],
  ])('written %s with %j is %s', (text, rules, e164) => {
    expect(normalisePhoneNumber(text, rules)).toBe(e164);
  });

  it.each(NUMBER_SPELLINGS)('is read %s', (_how, typed) => {
    expect(normalisePhoneNumber(typed)).toBe(NUMBER);
  });

  it.each(NUMBERS_WITH_ZERO)('%s is %s, as the workflow reads it', (typed, e164) => {
    expect(normalisePhoneNumber(typed)).toBe(e164);
  });

  it.each(NUMBERS_REFUSED)('is refused with %s, as the workflow refuses it', (_why, typed) => {
    expect(checkPhoneNumber(typed)).toMatchObject({ ok: false });
  });

  it.each<[string, CountryCode, string]>([
    ['(0176) 12345678', 'DE', '+4917612345678'],
    ['06 1234 5678', 'IT', '+390612345678'],
    ['tel:07400-123456', 'GB', '+447400123456'],
    ['8 (916) 123-45-67', 'RU', '+79161234567'],
  ])('%s in %s is %s', (typed, defaultCountry, e164) => {
    expect(normalisePhoneNumber(typed, { defaultCountry })).toBe(e164);
    expect(readPhoneNumber(e164)).toEqual({ ok: true, value: e164 });
  });

  it('is read in other digits and with brackets by the rules of a country, too', () => {
    const rules = { defaultCountry: 'US' } as const;
    expect(normalisePhoneNumber('(٤١٥)\u202f٥٥٥-٠١٢٣', rules)).toBe(NUMBER);
    expect(normalisePhoneNumber('tel:415-555-0123', rules)).toBe(NUMBER);
  });

  it.each<[why: string, text: string, rules: PhoneNumberRules, problem: RegExp]>([
    ['of two', '+14155550123 +14155550199', {}, /^is not a phone number; write it like/],
    ['of two with a slash', '+1 415 555 0123 / 0199', {}, /^has a slash, which may stand betw/],
    ['with 00 for +', '001 415 555 0123', {}, /^has no country; write it with \+ and the country/],
    [
      'with an extension (RFC 3966)',
      'tel:+14155550123;ext=5',
      {},
      /^has an extension or something/,
    ],
    [
      'of a local address',
      'tel:863-1234;phone-context=+1-914-555',
      {},
      /^has a context in the place of its country; write it out/,
    ],
    ['of the USA, with a prefix', '+1 1 415 555 0123', {}, /^is no number of US by its length or/],
    ['of Russia, with a prefix', '+7 8 916 123 45 67', {}, /^is no number of RU by its length or/],
    ['of Gabon, with a prefix', '+241 062 12 34 56', {}, /^is no number of GA by its length or pr/],
    ['with two zeros', '+44 00 7400 123456', {}, /^is no number of .44 by its length or prefix; c/],
    [
      'with slashes, of a country',
      '0176/12345678',
      { defaultCountry: 'DE' },
      /^has a slash, which/,
    ],
    [
      'without a country',
      '415 555 1234',
      {},
      /^has no country; write it with \+ and the country c/,
    ],
    [
      'of no country',
      '+999 123456789',
      {},
      /^begins with a country code that does not exist; check/,
    ],
    [
      'too short for its country',
      '+1 415',
      {},
      /^is no number of .* by its length or prefix; check/,
    ],
    ['of an unused prefix', '+1 055 555 0123', {}, /^is no number of .* by its length or prefix; /],
    ['that is a word', 'jane', {}, /^is not a phone number; write it like \+1 415 555 0123$/],
    ['inside a sentence', 'call +14155550123', {}, /^is not a phone number; write it like/],
    ['that is empty', '', {}, /^is not a phone number; write it like/],
    ['with an extension', '+1 415 555 0123 ext. 5', {}, /^has an extension or something/],
    ['of a premium rate', '+1 900 555 1234', {}, /^is a premium-rate or shared-cost number; give/],
    ['of a premium rate abroad', '+49 900 1234567', {}, /^is a premium-rate or shared-cost number/],
    ['of shared cost', '+49 180 1 234567', {}, /^is a premium-rate or shared-cost number; give/],
    [
      'outside the allowed countries',
      '+44 7400 123456',
      { allowedCountries: ['US', 'DE'] },
      /^is of GB, which is not among the allowed countries \(US, DE\); give another number, or/,
    ],
    [
      'of a satellite network, where countries are listed',
      '+882 16 5123 4567',
      { allowedCountries: ['US'] },
      /^is of \+882, which is not among the allowed countries/,
    ],
    ['as long as a letter', '+1'.padEnd(41, '5'), {}, /^must have at most 40 characters; give the/],
  ])('%s is refused: %s', (_why, text, rules, problem) => {
    const checked = checkPhoneNumber(text, rules);
    expect(checked).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });

  it('is not repeated in the error', () => {
    const refuse = () => normalisePhoneNumber('+1 900 555 1234');
    expect(refuse).toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        problems: [expect.stringMatching(/^phoneNumber: is a premium-rate/)],
        message: expect.not.stringMatching(/900|1234/),
      }),
    );
  });
});

describe('a country of a setting', () => {
  it('is read in either case', () => {
    expect(parseCountry('us')).toBe('US');
  });

  it.each(['USA', 'xx', ''])('%j is refused', (text) => {
    expect(() => parseCountry(text)).toThrow(/must be ISO 3166-1 such as US or DE/);
  });
});
