import { describe, expect, it } from '@jest/globals';
import { httpDate } from '../../../activities/auth0/http-date.ts';

const NOW = Date.UTC(2026, 0, 1);

describe('an HTTP-date', () => {
  it.each([
    ['IMF-fixdate', 'Sun, 06 Nov 1994 08:49:37 GMT', 784111777000],
    ['RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT', 784111777000],
    ['asctime', 'Sun Nov  6 08:49:37 1994', 784111777000],
    ['asctime with a day of two digits', 'Wed Nov 16 08:49:37 1994', 784975777000],
    ['a leap second', 'Sat, 31 Dec 2016 23:59:60 GMT', Date.UTC(2017, 0, 1)],
    ['the day of a leap year', 'Thu, 29 Feb 2024 00:00:00 GMT', Date.UTC(2024, 1, 29)],
    ['two digits, within fifty years', 'Wednesday, 01-Jan-76 00:00:00 GMT', Date.UTC(2076, 0, 1)],
    ['two digits, beyond them', 'Saturday, 01-Jan-77 00:00:00 GMT', Date.UTC(1977, 0, 1)],
  ])('is read in each form of RFC 9110, section 5.6.7: %s', (_form, text, expected) => {
    expect(httpDate(text, NOW)).toBe(expected);
  });

  it.each(['', '12.5', '5', 'Sun Nov 6 08:49:37 1994', 'sun, 06 nov 1994 08:49:37 gmt'])(
    'is nothing else: %j',
    (text) => {
      expect(httpDate(text, NOW)).toBeUndefined();
    },
  );
});
