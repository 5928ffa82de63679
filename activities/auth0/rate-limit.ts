/**
 * When Auth0 wants to be asked again: `Retry-After` (RFC 9110, section 10.2.3), else
 * `x-ratelimit-reset` (epoch seconds; auth0-docs "Rate Limit Use Cases"), else not said. A field that
 * is not what its definition says is ignored, as if it had not come.
 *
 * @returns epoch ms on our clock, from now to an hour ahead
 */
import { httpDate } from './http-date.ts';

export function retryAt(
  headers: Readonly<Record<string, string>>,
  now: number,
): number | undefined {
  // The two clocks may differ; Auth0's own Date header says what it meant by "now".
  const theirNow = httpDate(headers['date'], now) ?? now;
  const wait =
    secondsMs(headers['retry-after']) ??
    from(theirNow, httpDate(headers['retry-after'], now)) ??
    from(theirNow, secondsMs(headers['x-ratelimit-reset'], EPOCH_DIGITS_MAX));
  return wait === undefined ? undefined : now + Math.min(Math.max(wait, 0), WAIT_MS_MAX);
}

/** A larger one is a mistake, or none of our business to sit out. */
const WAIT_MS_MAX = 3_600_000;
/** An epoch of more digits is in milliseconds, which Auth0 does not promise. */
const EPOCH_DIGITS_MAX = 12;

/** `1*DIGIT`: no sign, no fraction, no exponent, no second value behind a comma. */
function secondsMs(value: string | undefined, digitsMax = Infinity): number | undefined {
  const text = value?.trim() ?? '';
  return /^[0-9]+$/.test(text) && text.length <= digitsMax ? Number(text) * 1000 : undefined;
}

function from(theirNow: number, at: number | undefined): number | undefined {
  return at === undefined ? undefined : at - theirNow;
}
