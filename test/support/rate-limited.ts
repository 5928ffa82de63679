import { expect } from '@jest/globals';
import type { Progress } from '../../workflows/contract/enroll-mfa.ts';
import type { Enrollee } from './enrollee.ts';
import type { World } from './world.ts';

/** What Auth0 asks for where it says so: more than the flow waits by itself at first. */
export const ASKED_S = 40;
/** Gets past one wait, said or not; the clocks of Auth0 and Temporal are some tenths apart by then. */
export const PAST_ONE_WAIT_MS = 60_000;
const SECOND = 1_000;
/** What the flow waits by itself where nothing longer is asked for. */
const FIRST_HOLD_MS = 15 * SECOND;

interface Saying {
  readonly headers: (now: number) => Readonly<Record<string, string>>;
  /** Requests until the person is told: without a word, a call tries three times by itself. */
  readonly tries: number;
}

/** How Auth0 may say when it wants to be asked again. */
export const SAYINGS = {
  'Retry-After in seconds': { headers: () => ({ 'retry-after': String(ASKED_S) }), tries: 1 },
  'Retry-After as a date': {
    headers: (now) => ({ 'retry-after': new Date(now + ASKED_S * SECOND).toUTCString() }),
    tries: 1,
  },
  'x-ratelimit-reset': {
    headers: (now) => ({
      date: new Date(now).toUTCString(),
      'x-ratelimit-reset': String(Math.floor(now / SECOND) + ASKED_S),
    }),
    tries: 1,
  },
  'neither header': { headers: () => ({}), tries: 3 },
} as const satisfies Record<string, Saying>;

export type SayingName = keyof typeof SAYINGS;

/** The endpoint turns requests away until the person is told; then it takes them again. */
export function limit(world: World, endpoint: string, said: SayingName): void {
  const { headers, tries } = SAYINGS[said];
  refuse(world, endpoint, headers(world.emulator.clock.now()), tries);
}

/** The endpoint answers 429 with these headers, so many times; nothing is processed. */
export function refuse(
  world: World,
  endpoint: string,
  headers: Readonly<Record<string, string>>,
  times = 1,
): void {
  world.emulator.faults.add({
    ...{ endpoint, when: 'before', times },
    action: { status: 429, body: { error: 'too_many_requests' }, headers },
  });
}

/** The person is told that Auth0 asks for patience, and until when. */
export async function seesTheLimit(person: Enrollee, said: SayingName): Promise<Progress> {
  const progress = await person.progress();
  const { next, lastRefusal } = progress;
  expect(lastRefusal).toMatchObject({ refusal: 'rate-limited' });
  expect(next).toMatchObject({ type: 'wait' });
  const wait = waitOf(progress);
  if (said === 'neither header') expect(wait).toBe(FIRST_HOLD_MS);
  else expect(wait).toBeGreaterThan(FIRST_HOLD_MS);
  expect(wait).toBeLessThan(PAST_ONE_WAIT_MS);
  return progress;
}

/** From the refusal until the next try, in ms. */
export function waitOf({ next, lastRefusal }: Progress): number {
  if (next.type !== 'wait' || lastRefusal === undefined) throw new Error('Nothing is waited for.');
  return Date.parse(next.until) - Date.parse(lastRefusal.at);
}
