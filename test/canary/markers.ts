/** What must not be found, and the forms in which a program may have written it. */

/** Secrets and personal data by what they are. */
export type Kind =
  | 'access token'
  | 'authorization code'
  | 'client secret'
  | 'code verifier'
  | 'codec token'
  | 'e-mail'
  | 'echoed body'
  | 'id token'
  | 'login cookie'
  | 'oob code'
  | 'OTP'
  | 'password'
  | 'payload key'
  | 'phone number'
  | 'recovery code'
  | 'worker key'
  | 'SMS code'
  | 'TOTP secret';

export interface Marker {
  readonly kind: Kind;
  /** ASCII. */
  readonly text: string;
}

/** Of a long one its end is looked for: whoever has written all of it has written that. */
const LOOKED_FOR_MAX = 48;
const DIGITS = /^\d+$/;

/**
 * Every form of a text that the canary knows: raw, URL-encoded, base64 and base64url at each of the three
 * places where it can begin within a group, hex, decimal as `JSON.stringify` writes a buffer, and
 * JSON-escaped as Go and Node do.
 */
export function formsOf(text: string): readonly string[] {
  const looked = text.slice(-LOOKED_FOR_MAX);
  const bytes = Buffer.from(looked);
  const urlEncoded = encodeURIComponent(looked);
  const json = JSON.stringify(looked).slice(1, -1);
  const base64 = [0, 1, 2].map((offset) => base64At(bytes, offset));
  return [
    ...new Set([
      looked,
      urlEncoded,
      urlEncoded.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
      new URLSearchParams({ x: looked }).toString().slice('x='.length),
      ...base64,
      ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
      bytes.join(','),
      json,
      json.replaceAll('/', '\\/'),
      json.replaceAll(/[<>&]/g, unicodeEscape),
      json.replaceAll(/[<>&+']/g, unicodeEscape),
    ]),
  ];
}

function unicodeEscape(letter: string): string {
  return `\\u00${letter.charCodeAt(0).toString(16)}`;
}

/** What is the same of it whatever stands before and behind it. */
function base64At(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const whole = encoded.replaceAll('=', '');
  const uncertainBefore = [0, 2, 3][offset] ?? 0;
  const uncertainBehind = (offset + bytes.length) % 3 === 0 ? 0 : 1;
  return whole.slice(uncertainBefore, whole.length - uncertainBehind);
}

/** Finds markers in texts and files; made once, for their forms are many. */
export class MarkerSearch {
  readonly #sought: readonly { readonly kind: Kind; readonly isIn: (text: string) => boolean }[];

  constructor(markers: readonly Marker[]) {
    this.#sought = markers.map(({ kind, text }) => ({ kind, isIn: finder(text) }));
  }

  /** @param haystack - bytes as latin1, or text */
  kindsIn(haystack: string): readonly Kind[] {
    // A typed array becomes an object with a name for each byte.
    const unnamed = haystack.replaceAll(/"\d+":(?=\d)/g, '');
    const found = this.#sought.filter(({ isIn }) => isIn(haystack) || isIn(unnamed));
    return [...new Set(found.map(({ kind }) => kind))].sort();
  }
}

function finder(text: string): (haystack: string) => boolean {
  const forms = formsOf(text);
  if (!DIGITS.test(text)) return (haystack) => forms.some((form) => haystack.includes(form));
  // Six digits may stand by chance within a longer number.
  const alone = new RegExp(`(?<![0-9])${text}(?![0-9])`);
  const others = forms.filter((form) => form !== text);
  return (haystack) => alone.test(haystack) || others.some((form) => haystack.includes(form));
}
