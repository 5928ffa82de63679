/**
 * What a person types into a page, reduced to the characters that count; the API takes codes and
 * numbers as they are. How Auth0's own pages read them no source says (FIDELITY.md).
 */

/** The minus sign and the Japanese long-vowel mark are typed for dashes. */
const SEPARATORS = /[\p{White_Space}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Pd}\u2212\u30fc]/gu;

/** Normalised to NFKC, with ASCII digits, without separators and invisible marks. */
export function typedCode(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/\p{Nd}/gu, asciiDigit)
    .replaceAll(SEPARATORS, '');
}

/** Also without brackets, dots and `tel:`; `(0)` stays, for it means different things. */
export function typedPhoneNumber(text: string): string {
  return typedCode(text)
    .replace(/^tel:/i, '')
    .replaceAll(/\((?!0\))|(?<!\(0)\)|\./g, '');
}

/** The digits of a script stand in a row from zero on (The Unicode Standard, 4.6); rows may touch. */
function asciiDigit(digit: string): string {
  const at = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(at - before - 1))) before += 1;
  return String(before % 10);
}
