/** The numbers there are, and what the person reads of the texts that are sent to them. */
import type { Message } from '@durable-mfa/tenant-emulator';
import { diceFor } from './random.ts';
import { NUMBER_BEFORE } from './tenant.ts';

/** The person's own; the first is that of a start. */
export const NUMBERS = ['+14155550123', '+14155550124', '+14155550125', '+14155550126'] as const;
/** Somebody else's: typed by mistake. */
export const WRONG_NUMBER = '+14155550999';
/** Auth0 sends no text to it. */
export const REFUSED_NUMBER = '+19005550123';

const HELD: readonly string[] = [...NUMBERS, NUMBER_BEFORE];

export function holds(maskedOrNot: string): boolean {
  return HELD.some((number) => number.slice(-4) === maskedOrNot.slice(-4));
}

/** Newest last. */
export function readable(
  texts: readonly Message[],
  seed: number,
  mood: string,
  now: number,
): readonly Message[] {
  return texts.filter(
    ({ id, to, at, code }) => code !== '' && holds(to) && now >= at + delayMs(seed, mood, id),
  );
}

function delayMs(seed: number, mood: string, id: string): number {
  const dice = diceFor(seed, 'text', id);
  const prompt = dice.from(1_000, 8_000);
  const chance = dice.from(1, 100);
  if (mood === 'calm' || chance <= 70) return prompt;
  return chance <= 90 ? dice.from(8_000, 90_000) : Number.POSITIVE_INFINITY;
}
