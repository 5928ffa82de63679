/**
 * An HTTP-date (RFC 9110, section 5.6.7): one form that is sent, and two that recipients must take as
 * well. `Date.parse` is no reader of it: it takes `12.5` and `5` for dates, and asctime for local time.
 */
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const TIME = String.raw`(?<time>\d\d:\d\d:\d\d)`;
const MONTH = `(?<month>${MONTHS.join('|')})`;

const FORMS = [
  // IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
  `(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT`,
  // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT
  `(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT`,
  // asctime, in UTC: Sun Nov  6 08:49:37 1994
  `(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} (?<day>\\d\\d| \\d) ${TIME} (?<year>\\d{4})`,
].map((form) => new RegExp(`^${form}$`));

/**
 * @param now - epoch ms, to tell the century of a year of two digits
 * @returns epoch ms; `undefined` for what is no HTTP-date
 */
export function httpDate(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  const fields = FORMS.map((form) => form.exec(text)?.groups).find(
    (groups) => groups !== undefined,
  );
  if (fields === undefined) return undefined;
  const { day = '', month = '', year = '', time = '' } = fields;
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  // 60: a leap second.
  if (hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const midnight = Date.UTC(fullYear(year, now), MONTHS.indexOf(month), Number(day));
  // 31 Feb would be a day in March.
  if (new Date(midnight).getUTCDate() !== Number(day)) return undefined;
  return midnight + ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

/** Two digits mean the year of this century, or of the last one where that is 50 years ahead. */
function fullYear(year: string, now: number): number {
  if (year.length > 2) return Number(year);
  const present = new Date(now).getUTCFullYear();
  const guess = present - (present % 100) + Number(year);
  return guess > present + 50 ? guess - 100 : guess;
}
