/**
 * Which names of unknown fields are told. A name is its sender's text, and JSON whose keys are numbers or
 * people is easily made; a refused start's message stands in clear. So a name is told only where it is a
 * known one misspelt: then it says nothing that is not ours.
 */
import { distance } from 'fastest-levenshtein';

const WORDS = /^[A-Za-z]+(?:[_-][A-Za-z]+)*$/;
const NAME_CHARACTERS_MAX = 32;
/** One letter in four may be wrong; shorter parts of a name are no sign of it. */
const LETTERS_PER_MISTAKE = 4;
/** The input may have a hundred thousand fields, and a failure has to fit into a message. */
const TOLD_MAX = 8;

export const UNTOLD = '(a name that no field has)';

/** @returns the misspelt ones, and {@link UNTOLD} once for all others */
export function toldNames(unknown: readonly string[], known: readonly string[]): readonly string[] {
  const misspelt = unknown.filter((name) => isMisspelt(name, known)).slice(0, TOLD_MAX);
  return misspelt.length < unknown.length ? [...misspelt, UNTOLD] : misspelt;
}

function isMisspelt(name: string, known: readonly string[]): boolean {
  if (name.length > NAME_CHARACTERS_MAX || !WORDS.test(name)) return false;
  const letters = name.replaceAll(/[_-]/g, '').toLowerCase();
  return known.some((field) => {
    const meant = field.toLowerCase();
    if (letters.length >= LETTERS_PER_MISTAKE && meant.includes(letters)) return true;
    return distance(letters, meant) <= Math.floor(meant.length / LETTERS_PER_MISTAKE);
  });
}
