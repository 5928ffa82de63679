/**
 * The zero of `+44 (0)7400 123456`: a trunk prefix, which is dialled inside a country and is no part of the
 * international number (ITU-T E.164). People write it all the same, in brackets or not. Where numbers
 * themselves begin with a zero, as in Italy, it is dialled from everywhere.
 */

/** Those of one and of two digits; all others have three (ITU-T E.164, list of assigned country codes). */
const COUNTRY_CODE =
  /^\+(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3})(.*)$/s;

/**
 * Italy and the Vatican, the Ivory Coast, Burkina Faso, Benin, Gabon, Congo, Rwanda, San Marino, Tajikistan and
 * satellites: where numbers that a text can reach begin with zero. A test holds the list to the metadata
 * that the edge uses.
 */
const ZERO_IS_DIALLED = ['39', '225', '226', '229', '241', '242', '250', '378', '881', '992'];

export function withoutTrunkZero(number: string): string {
  const [, country = '', rest = ''] = COUNTRY_CODE.exec(number) ?? [];
  // Two zeros are no trunk prefix but a way abroad: what was meant, nobody knows.
  const isTrunkZero = /^0[^0]/.test(rest) && !ZERO_IS_DIALLED.includes(country);
  return isTrunkZero ? `+${country}${rest.slice(1)}` : number;
}
