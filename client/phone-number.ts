/**
 * Phone numbers as people type them → E.164, at the edge only: the metadata of the library is far
 * too big for a workflow. It is read as the workflow reads it, and the metadata only adds the country of a
 * number without one and refuses what is no number: the edge never reads another one than the workflow.
 *
 * Premium-rate and shared-cost numbers are refused, because whoever owns one earns with each text
 * that is sent to it (SMS pumping); a list of countries keeps the rest of the world's out.
 */
import {
  type CountryCode,
  isSupportedCountry,
  type PhoneNumberType,
  ParseError,
  parsePhoneNumberWithError,
  type PhoneNumber,
} from 'libphonenumber-js/max';
import {
  PHONE_NUMBER_CHARACTERS_MAX,
  problemBesideNumber,
  readPhoneNumber,
  typedPhoneNumber,
} from '../workflows/contract/typed.ts';
import { InvalidInput } from './errors.ts';

export type { CountryCode };

const COSTLY_TYPES: readonly PhoneNumberType[] = ['PREMIUM_RATE', 'SHARED_COST'];

export interface PhoneNumberRules {
  /** ISO 3166-1, `US`: for numbers without a country code. Default none: they are refused. */
  readonly defaultCountry?: CountryCode;
  /** Others are refused. Default every country. */
  readonly allowedCountries?: readonly CountryCode[];
}

export type CheckedPhoneNumber =
  | { readonly ok: true; readonly e164: string; readonly country: CountryCode | undefined }
  /** The rule and the way out, without the number. */
  | { readonly ok: false; readonly problem: string };

/** @returns the number in E.164, or why it cannot be used */
export function checkPhoneNumber(text: string, rules: PhoneNumberRules = {}): CheckedPhoneNumber {
  if (text.length > PHONE_NUMBER_CHARACTERS_MAX) {
    return refuse(
      `must have at most ${PHONE_NUMBER_CHARACTERS_MAX} characters; give the number alone`,
    );
  }
  const typed = typedPhoneNumber(text);
  if (!/^\+?[0-9]+$/.test(typed)) {
    return refuse(
      problemBesideNumber(typed) ?? 'is not a phone number; write it like +1 415 555 0123',
    );
  }
  let number: PhoneNumber;
  try {
    number = parsePhoneNumberWithError(typed, {
      extract: false,
      ...(rules.defaultCountry !== undefined && { defaultCountry: rules.defaultCountry }),
    });
  } catch (error) {
    return refuse(parseProblem(error, typed));
  }
  const read = readPhoneNumber(typed.startsWith('+') ? typed : number.number);
  if (!number.isValid() || !read.ok || read.value !== number.number) {
    return refuse(
      `is no number of ${number.country ?? `+${number.countryCallingCode}`} by its length or prefix; ` +
        'check the digits',
    );
  }
  return byPolicy(number, rules.allowedCountries);
}

/**
 * @returns E.164
 * @throws InvalidInput
 */
export function normalisePhoneNumber(text: string, rules: PhoneNumberRules = {}): string {
  const checked = checkPhoneNumber(text, rules);
  if (!checked.ok) throw new InvalidInput('The phone number', [`phoneNumber: ${checked.problem}`]);
  return checked.e164;
}

/** Refuses what is no country, so that a typo in a setting does not let everybody or nobody in. */
export function parseCountry(text: string): CountryCode {
  const upper = text.toUpperCase();
  if (isSupportedCountry(upper)) return upper;
  throw new InvalidInput('The country', ['country: must be ISO 3166-1 such as US or DE']);
}

function byPolicy(
  number: PhoneNumber,
  allowed: readonly CountryCode[] | undefined,
): CheckedPhoneNumber {
  const type = number.getType();
  if (type !== undefined && COSTLY_TYPES.includes(type)) {
    return refuse('is a premium-rate or shared-cost number; give one that is the user’s own');
  }
  const { country } = number;
  if (allowed !== undefined && (country === undefined || !allowed.includes(country))) {
    return refuse(
      `is of ${country ?? `+${number.countryCallingCode}`}, which is not among the allowed countries ` +
        `(${allowed.join(', ')}); give another number, or have the country allowed`,
    );
  }
  return { ok: true, e164: number.number, country };
}

function refuse(problem: string): CheckedPhoneNumber {
  return { ok: false, problem };
}

function parseProblem(error: unknown, typed: string): string {
  if (!(error instanceof ParseError)) return 'cannot be read as a phone number';
  switch (error.message) {
    case 'INVALID_COUNTRY':
      return typed.startsWith('+')
        ? 'begins with a country code that does not exist; check the digits after +'
        : 'has no country; write it with + and the country code, such as +1 415 555 0123';
    case 'TOO_SHORT':
      return 'is too short for a phone number; check the digits';
    case 'TOO_LONG':
      return 'is too long for a phone number; check the digits';
    default:
      return 'is not a phone number; write it like +1 415 555 0123';
  }
}
