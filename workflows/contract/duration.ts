/** Durations in words, for people. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The two largest units: `1 d 2 h`, `5 min`, `40 s`. */
export function duration(ms: number): string {
  const left = Math.max(0, Math.round(ms / SECOND_MS) * SECOND_MS);
  const units = [
    [Math.floor(left / DAY_MS), 'd'],
    [Math.floor((left % DAY_MS) / HOUR_MS), 'h'],
    [Math.floor((left % HOUR_MS) / MINUTE_MS), 'min'],
    [Math.floor((left % MINUTE_MS) / SECOND_MS), 's'],
  ] as const;
  const first = units.findIndex(([amount]) => amount > 0);
  if (first === -1) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}
