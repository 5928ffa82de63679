/**
 * Chance of a seed, one stream for each concern: what is drawn for one does not depend on how much was
 * drawn for another, so that a plan from which something was taken away plays the rest as before.
 */
import { Dice } from '../support/dice.ts';

/** FNV-1a, 32 bits. */
const OFFSET = 0x81_1c_9d_c5;
const PRIME = 0x01_00_01_93;

export function diceFor(seed: number, ...concern: readonly (string | number)[]): Dice {
  return new Dice(hashed([seed, ...concern].join('/')));
}

export function hashed(text: string): number {
  let hash = OFFSET;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), PRIME);
  }
  return hash | 0;
}
