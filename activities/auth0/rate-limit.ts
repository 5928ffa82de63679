/**
 * When Auth0 wants to be asked again: `Retry-After` (RFC 9110, section 10.2.3: seconds or a date),
 * else `x-ratelimit-reset` (epoch seconds; auth0-docs "Rate Limit Use Cases"), else not said.
 *
 * @returns epoch ms on our clock, at most an hour ahead
 */
export function retryAt(
  headers: Readonly<Record<string, string>>,
  now: number,
): number | undefined {
  const at = fromRetryAfter(headers['retry-after'], now) ?? fromReset(headers, now);
  return at === undefined ? undefined : Math.min(Math.max(at, now), now + WAIT_MS_MAX);
}

/** A larger one is a mistake, or none of our business to sit out. */
const WAIT_MS_MAX = 3_600_000;

function fromRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return now + Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : date;
}

function fromReset(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const reset = headers['x-ratelimit-reset'];
  if (reset === undefined || !/^\d{1,12}$/.test(reset)) return undefined;
  // The two clocks may differ; Auth0's own Date header says what it meant by "now".
  const theirs = Date.parse(headers['date'] ?? '');
  const wait = Number(reset) * 1000 - (Number.isNaN(theirs) ? now : theirs);
  return now + Math.max(0, wait);
}
