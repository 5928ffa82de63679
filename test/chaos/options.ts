/** The command line of `npm run test:chaos`. */
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run test:chaos -- [--minutes N | --seed S | --event N | --cut N] [--lanes L]

  --minutes N  every event of the happy path, every call cut off, then one random seed after the
               other, for N minutes (default 10)
  --seed S     this seed alone
  --event N    the worker killed at this event alone (0: nothing killed)
  --cut N      this call cut off alone
  --lanes L    so many enrollments side by side (default 8)
`;

export const LANES_DEFAULT = 8;
const LANES_MAX = 32;
const MINUTES_DEFAULT = 10;
const MINUTES_MAX = 24 * 60;
/** Seeds are 32 bits. */
const SEED_MAX = 2 ** 32 - 1;
const EVENT_MAX = 10_000;

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type What =
  | { readonly kind: 'minutes'; readonly minutes: number }
  | { readonly kind: 'seed' | 'event' | 'cut'; readonly number: number };

export interface Options {
  readonly what: What;
  readonly lanes: number;
}

/** @throws UsageError naming the option, the rule and the way out */
export function readOptions(args: readonly string[], cuts: number): Options {
  const values = parsed(args);
  const { lanes, minutes, seed, event, cut } = values;
  const chosen = Object.entries({ minutes, seed, event, cut }).filter(
    ([, value]) => value !== undefined,
  );
  if (chosen.length > 1) {
    throw new UsageError(`Give one of ${chosen.map(([name]) => `--${name}`).join(' and ')}.`);
  }
  return {
    what: whatOf({ minutes, seed, event, cut }, cuts),
    lanes: wholeNumber('lanes', lanes ?? String(LANES_DEFAULT), 1, LANES_MAX),
  };
}

function parsed(args: readonly string[]) {
  try {
    const text = { type: 'string' } as const;
    return parseArgs({
      args: [...args],
      options: { minutes: text, seed: text, event: text, cut: text, lanes: text },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function whatOf(
  { minutes, seed, event, cut }: Record<'minutes' | 'seed' | 'event' | 'cut', string | undefined>,
  cuts: number,
): What {
  if (seed !== undefined) return { kind: 'seed', number: wholeNumber('seed', seed, 0, SEED_MAX) };
  if (event !== undefined) {
    return { kind: 'event', number: wholeNumber('event', event, 0, EVENT_MAX) };
  }
  if (cut !== undefined) return { kind: 'cut', number: wholeNumber('cut', cut, 1, cuts) };
  const given = minutes ?? String(MINUTES_DEFAULT);
  return { kind: 'minutes', minutes: wholeNumber('minutes', given, 1, MINUTES_MAX) };
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, not ${text}.`);
}
