/**
 * Kinds of findings that wait to be mended, each with the first seed that shows it. The tests fail on any
 * other kind, and on one that its seed shows no more: then it leaves this list, and its seed joins `seeds.ts`.
 */
interface Known {
  readonly seed: number;
  readonly sentence: string;
}

export const KNOWN: Readonly<Record<string, Known>> = {
  'a text goes to a number that was changed': {
    seed: 16,
    sentence:
      'A change of number that comes while a login waits for Auth0 is told as pending, and may be followed by another before it is taken.',
  },
  'a shorter extension replaces a longer one': {
    seed: 16,
    sentence:
      'An extension is taken up only when a pause is over; until then the deadline is shown as it was.',
  },
  'I5: it expired # ms before its deadline': {
    seed: 299,
    sentence: 'The same, seen at its end.',
  },
  'a recovery code is shown to a device that is gone': {
    seed: 459,
    sentence:
      'A recovery code that is sealed to the device of an earlier login counts as shown at a confirmation by another.',
  },
  'one PayloadKeyMissing ends the enrollment': {
    seed: 9,
    sentence: "A worker that lacks a key is taken for a reply of Auth0's that nobody knows.",
  },
  'one configuration-fault ends the enrollment': {
    seed: 70,
    sentence: 'What an operator can mend in a minute ends the run.',
  },
  'one unexpected-response ends the enrollment': {
    seed: 129,
    sentence: 'One odd reply ends the run.',
  },
  'a cancel is not heard in confirming': {
    seed: 18134,
    sentence: 'A cancel waits until it is settled what became of a code whose answer was lost.',
  },
  'a cancel is not heard in associating': { seed: 7167, sentence: 'The same, of a text.' },
  'a cancel is heard late in cleaning-up': {
    seed: 67,
    sentence: 'Nobody can cut short the pause of a clean-up that Auth0 puts off.',
  },
  'an orphan loses its id': {
    seed: 424,
    sentence:
      'What a list had shown is told without its id once no token is left to read it again.',
  },
  'an entry of somebody else is deleted': {
    seed: 2635,
    sentence:
      'Where Auth0 takes an entry again, one fewer is ours than was counted, and an unconfirmed one of another number is taken for it.',
  },
  'I1: # counts as enrolled, but was never confirmed': {
    seed: 1502,
    sentence:
      'An active entry that another enrollment has made meanwhile counts as ours, whatever its number.',
  },
  'I1: # counts as enrolled, but none of this run is active': {
    seed: 1502,
    sentence: 'The same.',
  },
  'I8: # stays behind, and nobody is told': {
    seed: 8245,
    sentence: 'The same: our own entry, which is not active, is left behind.',
  },
  'a code that did its work told as login-unfinished': {
    seed: 10991,
    sentence:
      'An answer to a code that leaves its effect open is told as it is when the list cannot be read.',
  },
  'next is scan-and-enter-otp, and no attempt is left': {
    seed: 1440,
    sentence: 'A set-up that Auth0 refuses as it refuses numbers is shown as one to be scanned.',
  },
  'in awaiting-resend next is scan-and-enter-otp': {
    seed: 1440,
    sentence: 'The same, where Auth0 refuses it as it refuses texts.',
  },
  'a code told as confirmed that was not': {
    seed: 48329,
    sentence:
      'An active entry that another enrollment has made meanwhile, seen by who typed a code.',
  },
  'I2: associate # repeats one without reading the list': {
    seed: 75544,
    sentence:
      'A number that came while a refused association was tried again is texted at once; the checker takes it for a blind repeat.',
  },
  'the deadline is heard late in cleaning-up': {
    seed: 49293,
    sentence: 'A clean-up that waits for Auth0 does not hear the deadline until its pause is over.',
  },
  'no answer for a minute while awaiting-login': {
    seed: 31,
    sentence: 'Who asks while a login waits for Auth0 is not answered until the pause is over.',
  },
  'no answer for a minute while awaiting-sms-code': {
    seed: 35037,
    sentence: 'The same, where a second login waits.',
  },
  'no answer for a minute while associating': {
    seed: 728,
    sentence: 'The same, while a text waits for Auth0.',
  },
  'no answer for a minute while confirming': {
    seed: 7507,
    sentence: 'The same, while a code waits for Auth0.',
  },
  'no answer for a minute while cleaning-up': {
    seed: 940,
    sentence:
      'The same, while a clean-up waits for Auth0: after the last wrong OTP its verdict waits, too.',
  },
};

export function isKnown(kind: string): boolean {
  return Object.hasOwn(KNOWN, kind);
}
