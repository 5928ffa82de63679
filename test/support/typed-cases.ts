/**
 * How people and programs write a code and a number. The project's readers and the emulator's share no
 * code, so that both are held to this table.
 */

/** Digits of a script, by its zero (Unicode, DerivedNumericType.txt). */
export function inScript(digits: string, zero: number): string {
  return digits.replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)));
}

type Spelling = readonly [how: string, spell: (digits: string) => string];

const halves = (separator: string) => (digits: string) =>
  `${digits.slice(0, 3)}${separator}${digits.slice(3)}`;

/** Of six digits: each is read as the digits themselves. */
export const CODE_SPELLINGS: readonly Spelling[] = [
  ['plainly', (digits) => digits],
  ['with a space', halves(' ')],
  ['with a no-break space', halves('\u00a0')],
  ['with a thin space', halves('\u2009')],
  ['with an ideographic space', halves('\u3000')],
  ['with a hyphen', halves('-')],
  ['with a no-break hyphen', halves('\u2011')],
  ['with an en dash', halves('\u2013')],
  ['with a minus sign', halves('\u2212')],
  ['with a soft hyphen', halves('\u00ad')],
  ['with a line feed', (digits) => `${digits}\n`],
  ['with a carriage return and a tab', (digits) => `\t${digits}\r\n`],
  ['with a zero-width space', halves('\u200b')],
  ['with a word joiner', halves('\u2060')],
  ['after a byte order mark', (digits) => `\ufeff${digits}`],
  ['with an emoji’s variation selectors', (digits) => digits.replaceAll(/./g, '$&\ufe0f')],
  ['between marks of direction', (digits) => `\u202a${digits}\u202c`],
  ['isolated', (digits) => `\u2068${digits}\u2069`],
  ['in full-width digits', (digits) => inScript(digits, 0xff10)],
  ['in Arabic-Indic digits', (digits) => inScript(digits, 0x0660)],
  ['in Persian digits', (digits) => inScript(digits, 0x06f0)],
  ['in Devanagari digits', (digits) => inScript(digits, 0x0966)],
  ['in Adlam digits, beyond the basic plane', (digits) => inScript(digits, 0x1e950)],
  ['in monospace digits', (digits) => inScript(digits, 0x1d7f6)],
];

export const NUMBER = '+14155550123';

/** Each is read as {@link NUMBER}. */
export const NUMBER_SPELLINGS: readonly (readonly [how: string, typed: string])[] = [
  ['plainly', NUMBER],
  ['as phone books put it on the clipboard', `\u202a${NUMBER}\u202c`],
  ['between the marks of the newer ones', `\u2068${NUMBER}\u2069`],
  ['with brackets', '+1 (415) 555-0123'],
  ['with brackets around the country', '(+1) 415 555 0123'],
  ['with dots', '+1.415.555.0123'],
  ['with narrow no-break spaces', '+1\u202f415\u202f555\u202f0123'],
  ['with no-break hyphens', '+1\u2011415\u2011555\u20110123'],
  ['in full width', '＋１（４１５）５５５－０１２３'],
  ['with Japanese dashes', '+1ー415ー555ー0123'],
  ['with a small plus', '\ufe62' + '14155550123'],
  ['in Arabic-Indic digits', `+${inScript('14155550123', 0x0660)}`],
  ['with a line feed', `${NUMBER}\n`],
  ['as an address', 'tel:+14155550123'],
  ['as an address with visual separators (RFC 3966)', 'tel:+1-(415)-555.0123'],
  ['as an address in capitals', 'TEL:+1-415-555-0123'],
];

/** None can be read without knowing more. */
export const NUMBERS_REFUSED: readonly (readonly [why: string, typed: string])[] = [
  ['no country', '(415) 555 0123'],
  ['a prefix that is not every country’s', '001 415 555 0123'],
  ['a zero that is dialled in some countries', '+44 (0) 7400 123456'],
  ['the same, closer', '(+44)(0)7400123456'],
  ['two numbers', '+14155550123 +14155550199'],
  ['two numbers with a slash', '+1 415 555 0123 / 0199'],
  ['two plus signs', '++14155550123'],
  ['the plus at the end', '14155550123+'],
  ['an extension', '+14155550123 ext. 5'],
  ['an address with an extension (RFC 3966)', 'tel:+14155550123;ext=5'],
  ['a local address (RFC 3966)', 'tel:863-1234;phone-context=+1-914-555'],
  ['another scheme', 'sms:+14155550123'],
  ['letters', '+1415555CALL'],
  ['nothing', ''],
  ['nothing that is seen', '\u200b\u00a0'],
];
