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
  ['with a dot', halves('.')],
  ['with a middle dot', halves('\u00b7')],
  ['with a Japanese middle dot', halves('\u30fb')],
  ['with a narrow Japanese middle dot', halves('\uff65')],
  ['with a hyphenation point', halves('\u2027')],
  ['with a bullet', halves('\u2022')],
  ['with a dot operator', halves('\u22c5')],
  ['with a comma', halves(',')],
  ['with a Japanese comma', halves('\u3001')],
  ['with an underscore', halves('_')],
  ['with a slash', halves('/')],
  ['with a blank of Braille', halves('\u2800')],
  ['with a NUL', halves('\u0000')],
  ['between NULs', (digits) => `\u0000${digits}\u0000`],
  ['in brackets', (digits) => `(${digits})`],
  ['half in brackets', (digits) => `[${digits.slice(0, 3)}] ${digits.slice(3)}`],
  ['in the brackets of an address', (digits) => `<${digits}>`],
  ['in Japanese brackets', (digits) => `\u3010${digits}\u3011`],
  ['in quotes', (digits) => `"${digits}"`],
  ['in single quotes', (digits) => `'${digits}'`],
  ['in curly quotes', (digits) => `\u201c${digits}\u201d`],
  ['in German quotes', (digits) => `\u201e${digits}\u201c`],
  ['in French quotes', (digits) => `\u00ab\u00a0${digits}\u00a0\u00bb`],
  ['as code in Markdown', (digits) => `\`${digits}\``],
  ['in bold in Markdown', (digits) => `**${digits}**`],
  ['at the end of a sentence', (digits) => `${digits}.`],
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
  ['as an address in full width', 'ｔｅｌ：＋１４１５５５５０１２３'],
  ['as an address, encoded', 'tel:%2B14155550123'],
  ['as an address, encoded with its spaces', 'tel:%2b1%20(415)%20555%2D0123'],
  ['as an address with slashes', 'tel://+14155550123'],
  ['as the address of a text (RFC 5724)', 'sms:+14155550123'],
  ['as the address of a text with slashes', 'SMS://+1-415-555-0123'],
  ['with middle dots', '+1\u00b7415\u00b7555\u00b70123'],
  ['with bullets', '+1 \u2022 415 \u2022 555 \u2022 0123'],
  ['with Japanese middle dots', '+1\u30fb415\u30fb555\u30fb0123'],
  ['with hyphenation points', '+1\u2027415\u2027555\u20270123'],
  ['with underscores', '+1_415_555_0123'],
  ['with square brackets', '[+1] 415 555 0123'],
  ['with Japanese brackets', '\uff08+1\uff09415\u3010555\u30110123'],
  ['in quotes', '"+14155550123"'],
  ['in curly quotes', '\u2018+1 415 555 0123\u2019'],
  ['as in an address of mail', '<+14155550123>'],
  ['with blanks of Braille', '+1\u2800415\u2800555\u28000123'],
  ['between NULs', '\u0000+14155550123\u0000'],
  ['with the zero of other countries', '+1 (0) 415 555 0123'],
];

/** A zero that only callers inside the country dial, and zeros that are the number's own. */
export const NUMBERS_WITH_ZERO: readonly (readonly [typed: string, e164: string])[] = [
  ['+44 (0) 7400 123456', '+447400123456'],
  ['(+44)(0)7400123456', '+447400123456'],
  ['+44(07400)123456', '+447400123456'],
  ['+44 07400 123456', '+447400123456'],
  ['tel:+44-(0)-7400-123456', '+447400123456'],
  ['+49 (0176) 12345678', '+4917612345678'],
  ['+4901761234567', '+491761234567'],
  ['+33 (0)6 12 34 56 78', '+33612345678'],
  ['+81 (0)90-1234-5678', '+819012345678'],
  ['+353 (0)85 012 3456', '+353850123456'],
  ['+972 (0)50-234-5678', '+972502345678'],
  // No zero is dialled there at all: somebody took it from elsewhere.
  ['+34 (0) 612 345 678', '+34612345678'],
  // Italy, San Marino, the Ivory Coast, Benin, Congo.
  ['+39 (06) 1234 5678', '+390612345678'],
  ['+39 (0)6 1234 5678', '+390612345678'],
  ['+39 06 1234 5678', '+390612345678'],
  ['+39 347 012 3456', '+393470123456'],
  ['+378 (0549) 886377', '+3780549886377'],
  ['+225 (01) 23 45 67 89', '+2250123456789'],
  ['+229 01 97 01 23 45', '+2290197012345'],
  ['+242 (06) 612 3456', '+242066123456'],
  // Zeros that come later are nobody's prefix: +39 and a 6, not +396 and a 0; +420, not +42.
  ['+420 601 123 456', '+420601123456'],
  ['+44 20 7946 0018', '+442079460018'],
  ['+7 901 234 56 78', '+79012345678'],
  ['+1 201 555 0123', '+12015550123'],
];

const NONE = 'must be an E.164 number such as +14155550123; add + and the country code';
const REST =
  'has an extension or something else after it; a text reaches the number alone, leave the rest out';
const SLASH = 'has a slash, which may stand between two numbers; give one, without it';
const CONTEXT =
  'has a context in the place of its country; write it out, with + and the country code';

/** None can be read without knowing more. */
export const NUMBERS_REFUSED: readonly (readonly [why: string, typed: string, problem: string])[] =
  [
    ['no country', '(415) 555 0123', NONE],
    ['a prefix that is not every country’s', '001 415 555 0123', NONE],
    ['two numbers', '+14155550123 +14155550199', NONE],
    ['two numbers with a slash', '+1 415 555 0123 / 0199', SLASH],
    ['slashes for spaces', '+1/415/555/0123', SLASH],
    ['two numbers with a comma', '+14155550123, +14155550199', REST],
    ['two numbers with a semicolon', '+14155550123;+14155550199', REST],
    ['two plus signs', '++14155550123', NONE],
    ['the plus at the end', '14155550123+', NONE],
    ['an extension', '+14155550123 ext. 5', REST],
    ['an extension by x', '+1 415 555 0123 x5', REST],
    ['an extension by a number sign', '+14155550123#5', REST],
    ['an extension after a pause', '+14155550123,,5', REST],
    ['an address with an extension (RFC 3966)', 'tel:+14155550123;ext=5', REST],
    ['an address with a subaddress (RFC 3966)', 'tel:+14155550123;isub=5', REST],
    ['an address with an encoded extension', 'tel:%2B14155550123%3Bext%3D5', REST],
    ['a local address (RFC 3966)', 'tel:863-1234;phone-context=+1-914-555', CONTEXT],
    ['the local address of a text', 'sms:8631234;phone-context=example.com', CONTEXT],
    ['the address of a text with its text', 'sms:+14155550123?body=hi', REST],
    ['another scheme', 'sip:+14155550123', NONE],
    ['an address without a number', 'tel:', NONE],
    ['a tilde', '+1~415~555~0123', NONE],
    ['a plus that is encoded, outside an address', '%2B14155550123', NONE],
    ['letters', '+1415555CALL', NONE],
    ['nothing', '', NONE],
    ['nothing that is seen', '\u200b\u00a0', NONE],
  ];
