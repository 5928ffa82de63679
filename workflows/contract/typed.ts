/**
 * What people type and paste, reduced to the characters that count. Keyboards, phone books and chat
 * programs add marks that are not seen, and write digits in other scripts. The edge, the command
 * line and the workflow all read by these functions, so that they take the same and see two
 * spellings of one code as one.
 *
 * The classes of characters are those of the Unicode that Node brings. A newer one only adds
 * characters that the older one refuses.
 */
import { withoutTrunkZero } from './trunk-zero.ts';

/** Longer is nobody's code or number, spaces and marks included; nothing longer is looked at. */
const CODE_CHARACTERS_MAX = 32;
export const PHONE_NUMBER_CHARACTERS_MAX = 40;

/** ITU-T E.164: a plus sign, the country code, at most fifteen digits. */
const E164 = /^\+[1-9][0-9]{6,14}$/;

export type Typed =
  | { readonly ok: true; readonly value: string }
  /** The rule and the way out, without what was typed. */
  | { readonly ok: false; readonly problem: string };

/** At both ends of what is pasted: white space and marks that are not seen, the blank of Braille among them. */
const EDGES =
  /^[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]+|[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]+$/gu;

/**
 * Beside what is not seen: dashes, brackets, quotes, dots and underscores, as they are written between digits
 * and around them. The minus sign and the Japanese long-vowel mark are typed for dashes, `<` for a bracket.
 */
const NUMBER_MARKS =
  /[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Pc}"'`<>.\u00b7\u2022\u2027\u2212\u2219\u22c5\u30fb\u30fc]/gu;

/** In a code every other punctuation, too: nothing but its digits can be meant. */
const CODE_MARKS = new RegExp(`${NUMBER_MARKS.source}|\\p{P}`, 'gu');

const SIX_DIGITS = /^[0-9]{6}$/;
const CODE_RULE = 'must be a string of six digits';
/** Also of a number that is missing. */
export const NUMBER_RULE =
  'must be an E.164 number such as +14155550123; add + and the country code';

/** RFC 3966 and RFC 5724; people write the slashes of other addresses. */
const SCHEME = /^(?:tel|sms):(?:\/\/)?/i;
const ENCODED = /%([2-7][0-9a-f])/gi;

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
  const digits = westernised(input).replaceAll(CODE_MARKS, '');
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
  if (E164.test(number)) return { ok: true, value: number };
  return refuse(problemBesideNumber(number) ?? NUMBER_RULE);
}

/**
 * Without what is written between digits to be read more easily, the scheme of an address, and the zero that
 * nobody dials after the country code. What stays beside the digits may mean something.
 */
export function typedPhoneNumber(text: string): string {
  const marked = westernised(text).replaceAll(NUMBER_MARKS, '');
  if (!SCHEME.test(marked)) return withoutTrunkZero(marked);
  const decoded = marked
    .replace(SCHEME, '')
    .replaceAll(ENCODED, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return withoutTrunkZero(decoded.replaceAll(NUMBER_MARKS, ''));
}

/**
 * What is wrong with what {@link typedPhoneNumber} left beside digits, where that can be said.
 */
export function problemBesideNumber(number: string): string | undefined {
  if (/;phonecontext=/i.test(number)) {
    return 'has a context in the place of its country; write it out, with + and the country code';
  }
  // ITU-T E.123: a slash stands between a number and the other ending of a second one.
  if (/^\+?[0-9]+\//.test(number)) {
    return 'has a slash, which may stand between two numbers; give one, without it';
  }
  return /^\+?[0-9]+(?:[;,?#x]|ext)/i.test(number)
    ? 'has an extension or something else after it; a text reaches the number alone, leave the rest out'
    : undefined;
}

/** Normalised to NFKC, with ASCII digits. */
function westernised(text: string): string {
  return text.normalize('NFKC').replaceAll(/\p{Nd}/gu, asciiDigit);
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
