/** Seeds that failed once and must not again, each with what it was. */
export const SEEDS: readonly { readonly seed: number; readonly sentence: string }[] = [
  {
    seed: 424,
    sentence:
      'Two enrollments of one user leave entries of which neither can tell whose they are: they are named, not deleted.',
  },
  {
    seed: 1068,
    sentence:
      'A request for a number that Auth0 refuses gets there after its answer was given up, and is made once more.',
  },
  {
    seed: 1601,
    sentence: 'What was awaited is still shown while Auth0 is asked, and is done in vain.',
  },
  {
    seed: 33932,
    sentence: 'A code dies at Auth0 some seconds before it is told to, where its text was slow.',
  },
  {
    seed: 37940,
    sentence:
      'A factor becomes active between a login and its exchange, which then lacks a challenge.',
  },
  {
    seed: 30470,
    sentence: 'Who was told that it takes longer still saw a login awaited, and logged in again.',
  },
];
