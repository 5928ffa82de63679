/**
 * What a person types into a page, reduced to the characters that count; the API takes codes and
 * numbers as they are. How Auth0's own pages read them no source says (FIDELITY.md).
 */

/** What is not seen, dashes, brackets, quotes, dots and underscores; some scripts have dashes of their own. */
const NUMBER_MARKS =
  /[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Pc}"'`<>.\u00b7\u2022\u2027\u2212\u2219\u22c5\u30fb\u30fc]/gu;
const CODE_MARKS = new RegExp(`${NUMBER_MARKS.source}|\\p{P}`, 'gu');

const SCHEME = /^(?:tel|sms):(?:\/\/)?/i;
const ENCODED = /%([2-7][0-9a-f])/gi;

const COUNTRY_CODE =
  /^\+(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3})(.*)$/s;
/** Where numbers themselves begin with a zero, as in Italy. */
const ZERO_IS_DIALLED = ['39', '225', '226', '229', '241', '242', '250', '378', '881', '992'];

export function typedCode(text: string): string {
  return westernised(text).replaceAll(CODE_MARKS, '');
}

/** As far as it can be read without knowing more: an extension, or the half of a second number, stays. */
export function typedPhoneNumber(text: string): string {
  const marked = westernised(text).replaceAll(NUMBER_MARKS, '');
  if (!SCHEME.test(marked)) return withoutTrunkZero(marked);
  const decoded = marked
    .replace(SCHEME, '')
    .replaceAll(ENCODED, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return withoutTrunkZero(decoded.replaceAll(NUMBER_MARKS, ''));
}

/** `+44 (0)7400 …`: dialled inside a country alone. */
function withoutTrunkZero(number: string): string {
  const [, country = '', rest = ''] = COUNTRY_CODE.exec(number) ?? [];
  const isTrunkZero = /^0[^0]/.test(rest) && !ZERO_IS_DIALLED.includes(country);
  return isTrunkZero ? `+${country}${rest.slice(1)}` : number;
}

/** Normalised to NFKC, with ASCII digits. */
function westernised(text: string): string {
  return text.normalize('NFKC').replaceAll(/\p{Nd}/gu, asciiDigit);
}

/** The digits of a script stand in a row from zero on (The Unicode Standard, 4.6); rows may touch. */
function asciiDigit(digit: string): string {
  const at = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(at - before - 1))) before += 1;
  return String(before % 10);
}
