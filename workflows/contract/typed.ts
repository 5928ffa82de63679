/**
 * What people type and paste, reduced to the characters that count. Keyboards, phone books and chat
 * programs add marks that are not seen, and write digits in other scripts. The edge, the command
 * line and the workflow all read by these functions, so that they take the same and see two
 * spellings of one code as one.
 *
 * The classes of characters are those of the Unicode that Node brings. A newer one only adds
 * characters that the older one refuses.
 */

/** Longer is nobody's code or number, spaces and marks included; nothing longer is looked at. */
const CODE_CHARACTERS_MAX = 32;
export const PHONE_NUMBER_CHARACTERS_MAX = 40;

/** ITU-T E.164: a plus sign, the country code, at most fifteen digits. */
const E164 = /^\+[1-9][0-9]{6,14}$/;

export type Typed =
  | { readonly ok: true; readonly value: string }
  /** The rule and the way out, without what was typed. */
  | { readonly ok: false; readonly problem: string };

/** At both ends of what is pasted: white space and invisible marks. */
const EDGES =
  /^[\p{White_Space}\p{Cf}\p{Default_Ignorable_Code_Point}]+|[\p{White_Space}\p{Cf}\p{Default_Ignorable_Code_Point}]+$/gu;

/** The minus sign and the Japanese long-vowel mark are typed for dashes. */
const SEPARATORS = /[\p{White_Space}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Pd}\u2212\u30fc]/gu;

const SIX_DIGITS = /^[0-9]{6}$/;
const CODE_RULE = 'must be a string of six digits';
/** Also of a number that is missing. */
export const NUMBER_RULE =
  'must be an E.164 number such as +14155550123; add + and the country code';

/** An address or an id as it was before somebody copied it. */
export function pasted(text: string): string {
  return text.replaceAll(EDGES, '');
}

/**
 * @param input - a text, or a JSON number as untyped clients send it
 * @returns six ASCII digits
 */
export function readCode(input: unknown): Typed {
  if (typeof input === 'number') return readNumericCode(input);
  if (typeof input !== 'string') return refuse(CODE_RULE);
  if (input.length > CODE_CHARACTERS_MAX) {
    return refuse(`${CODE_RULE}, in at most ${CODE_CHARACTERS_MAX} characters; send it alone`);
  }
  const digits = significant(input);
  return SIX_DIGITS.test(digits) ? { ok: true, value: digits } : refuse(CODE_RULE);
}

function readNumericCode(input: number): Typed {
  const digits = String(input);
  if (SIX_DIGITS.test(digits)) return { ok: true, value: digits };
  return /^[0-9]{1,5}$/.test(digits)
    ? refuse(`${CODE_RULE}; a JSON number loses its leading zeros, so send it in quotes: "012345"`)
    : refuse(`${CODE_RULE}; in a JSON number it must be six digits and nothing else`);
}

/** @returns E.164; whether there is such a number, the edge and Auth0 know */
export function readPhoneNumber(input: unknown): Typed {
  if (typeof input !== 'string') return refuse(NUMBER_RULE);
  if (input.length > PHONE_NUMBER_CHARACTERS_MAX) {
    return refuse(`${NUMBER_RULE}, in at most ${PHONE_NUMBER_CHARACTERS_MAX} characters`);
  }
  const number = typedPhoneNumber(input);
  return E164.test(number) ? { ok: true, value: number } : refuse(NUMBER_RULE);
}

/**
 * Without what is written between digits to be read more easily: RFC 3966's visual separators, and
 * the scheme of a `tel:` address. Its parameters stay, and so does `(0)`: whether that zero is dialled
 * differs from country to country (Italy's is, Germany's is not), so that only whoever knows the
 * country's rules may read it. A slash stays, too, for it often stands between two numbers.
 */
export function typedPhoneNumber(text: string): string {
  return significant(text)
    .replace(/^tel:/i, '')
    .replaceAll(/\((?!0\))|(?<!\(0)\)|\./g, '');
}

/** Normalised to NFKC, with ASCII digits, without separators and invisible marks. */
function significant(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/\p{Nd}/gu, asciiDigit)
    .replaceAll(SEPARATORS, '');
}

/**
 * Unicode encodes the ten decimal digits of a script in a row that begins with zero (The Unicode
 * Standard, 4.6), so a digit's value is how many come before it. Rows may touch.
 */
function asciiDigit(digit: string): string {
  const at = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(at - before - 1))) before += 1;
  return String(before % 10);
}

function refuse(problem: string): Typed {
  return { ok: false, problem };
}
