/** Seeds that failed once and must not again, each with what it was. */
export const SEEDS: readonly { readonly seed: number; readonly sentence: string }[] = [
  {
    seed: 8,
    sentence:
      'Two logins came in the first task, one with the start: whoever gave the other one was never answered.',
  },
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
  { seed: 3086, sentence: 'A change of number in the TOTP step made a second set-up.' },
  {
    seed: 639,
    sentence: 'A set-up that Auth0 refused as it refuses numbers was shown as one to be scanned.',
  },
  {
    seed: 1413,
    sentence: 'A number was refused after the last change, and another one was asked for.',
  },
  { seed: 243, sentence: 'A pause was told to last beyond the deadline.' },
  { seed: 45, sentence: 'With no text left the person was told to log in, again and again.' },
  {
    seed: 94,
    sentence: 'The last text was lost, and the person was told to wait until the deadline.',
  },
  { seed: 145, sentence: 'Who cancelled last was named, not who ended it.' },
  {
    seed: 221,
    sentence: 'A run that an administrator had cancelled was told as cancelled through Temporal.',
  },
  {
    seed: 5418,
    sentence: 'Auth0 refuses the last number that a login was for, and its caller is told the end.',
  },
  {
    seed: 9044,
    sentence: 'A text was asked for, a fault ended the run, and its caller is told the end.',
  },
  { seed: 197, sentence: 'A change of number was acted on, and its caller was told the end.' },
];
