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
/** What is said in place of all others. */
export const UNTOLD = '(a name that no field has)';

export function misspelt(unknown: readonly string[], known: readonly string[]): readonly string[] {
  return unknown.filter((name) => isMisspelt(name, known));
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
