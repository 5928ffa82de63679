import { describe, expect, it } from '@jest/globals';
import { secondTexts } from './checker/sends.ts';
import {
  associate,
  cut,
  FINE,
  journalWith,
  judged,
  list,
  said,
  sent,
  text,
} from './sample-evidence.ts';

describe('the checker counts', () => {
  describe('I2', () => {
    const second = associate(2_500, 'oob', { id: 'second' });
    const textTwice = [text(2_000), text(2_500), text(3_500)];
    const why = 'I2: associate 2 follows from no login, no request for a text and no call cut off';

    it('refuses a second text that nobody asked for', () => {
      expect(said({ journal: journalWith(second), texts: textTwice })).toContain(why);
    });

    it('refuses one although another call was cut off', () => {
      const disturbances = [cut(2_100, 'kill', 'confirm', 'list')];
      expect(said({ journal: journalWith(second), texts: textTwice, disturbances })).toEqual([why]);
    });

    it('allows one for the request of the person, and for a call that was cut off', () => {
      const journal = journalWith(second);
      const resend = [...FINE.sent, sent(2_400, 'resend')];
      expect(said({ journal, texts: textTwice, sent: resend })).toEqual([]);
      const disturbances = [cut(2_100, 'kill', 'associate')];
      const readBefore = journalWith(second, list(2_400));
      expect(said({ journal: readBefore, texts: textTwice, disturbances })).toEqual([]);
    });

    it('refuses a repeat before which the list was not read', () => {
      const disturbances = [cut(2_100, 'kill', 'associate')];
      const journal = journalWith(list(1_900), second, list(2_600));
      expect(said({ journal, texts: textTwice, disturbances })).toEqual([
        'I2: associate 2 repeats one without reading the list',
      ]);
    });

    it('tells how often a text went out again because an answer was lost', () => {
      const disturbances = [cut(2_100, 'kill', 'associate')];
      const repeated = { journal: journalWith(second, list(2_400)), disturbances };
      expect(secondTexts({ ...FINE, ...repeated })).toBe(1);
      const undisturbed = { ...repeated, disturbances: [] };
      expect(secondTexts({ ...FINE, ...undisturbed })).toBe(0);
      const unsent = associate(2_500, 'oob', { effect: 'none' });
      const refused = { journal: journalWith(unsent, list(2_400)), disturbances };
      expect(secondTexts({ ...FINE, ...refused })).toBe(0);
    });

    it('refuses the repeat of a repeat, even of one that had no effect', () => {
      const dropped = associate(2_500, 'oob', { effect: 'none' });
      const journal = journalWith(dropped, list(2_400), list(2_650), associate(2_700, 'oob'));
      const disturbances = [cut(2_100, 'fault', 'associate'), cut(2_600, 'fault', 'associate')];
      expect(said({ journal, texts: textTwice, disturbances })).toEqual([
        'I2: associate 3 follows from no login, no request for a text and no call cut off',
      ]);
    });

    it('does not count what Auth0 has turned away', () => {
      const limited = associate(1_500, 'oob', { effect: 'none', status: 429 });
      const disturbances = [cut(1_500, 'fault', 'associate')];
      expect(said({ journal: journalWith(limited), disturbances })).toEqual([]);
    });

    it('refuses a sixth text, whoever asked for it', () => {
      const times = [2_100, 2_200, 2_300, 2_400, 2_500];
      const journal = journalWith(...times.map((at) => associate(at, 'oob')));
      const asked = [...FINE.sent, ...times.map((at) => sent(at - 10, 'resend'))];
      const texts = [...FINE.texts, ...times.map(text)];
      expect(said({ journal, texts, sent: asked })).toEqual([
        'I2: 6 texts were sent, 5 are allowed',
      ]);
    });

    it('refuses a text that the journal does not know', () => {
      expect(said({ texts: textTwice })).toEqual([
        'I2: 3 texts arrived, 1 were asked for and 1 sent at login',
      ]);
    });
  });

  describe('I3', () => {
    const again = judged(3_100, 'oob', 'code-judged-wrong');
    const why = 'I3: challenge 1: 2 judgements, 1 accounted for';

    it('refuses a second judgement of one code', () => {
      expect(said({ journal: journalWith(again) })).toContain(why);
    });

    it('refuses one although another call was cut off', () => {
      const disturbances = [cut(2_100, 'kill', 'associate', 'login')];
      expect(said({ journal: journalWith(again), disturbances })).toEqual([why]);
    });

    it('allows one where the call was cut off, and where another code was sent', () => {
      const journal = journalWith(again);
      const readBefore = journalWith(again, list(3_080));
      const disturbances = [cut(3_050, 'kill', 'confirm')];
      expect(said({ journal: readBefore, disturbances })).toEqual([]);
      expect(said({ journal, sent: [...FINE.sent, sent(3_010, 'code', 'now')] })).toEqual([]);
    });

    it('refuses a repeat before which the list was not read', () => {
      const disturbances = [cut(3_050, 'kill', 'confirm')];
      expect(said({ journal: journalWith(again, list(2_900), list(3_200)), disturbances })).toEqual(
        ['I3: challenge 1: a code was repeated without reading the list'],
      );
    });

    it('allows no repeat of a repeat', () => {
      const journal = journalWith(again, judged(3_200, 'oob', 'code-judged-wrong'));
      const disturbances = [cut(3_050, 'kill', 'confirm'), cut(3_150, 'kill', 'confirm')];
      expect(said({ journal, disturbances })).toEqual([
        'I3: challenge 1: 3 judgements, 2 accounted for',
      ]);
    });

    it('refuses the judgement of a code for an earlier challenge', () => {
      const journal = journalWith(judged(5_500, 'otp', 'code-judged-wrong'));
      const late = [...FINE.sent, sent(5_400, 'code', 'never')];
      expect(said({ journal, sent: late })).toEqual([
        'I3: challenge 2: 2 judgements, 1 accounted for',
      ]);
    });

    it('refuses a judgement before there is a challenge', () => {
      const journal = journalWith(judged(1_500, 'oob', 'code-judged-wrong'));
      const early = [...FINE.sent, sent(1_400, 'code', 'later')];
      expect(said({ journal, sent: early })).toContain(
        'I3: 1 codes were judged before there was a challenge',
      );
    });

    it('refuses a fifth wrong code for one challenge', () => {
      const times = [2_100, 2_200, 2_300, 2_400, 2_500];
      const journal = journalWith(...times.map((at) => judged(at, 'oob', 'code-judged-wrong')));
      const codes = [...FINE.sent, ...times.map((at) => sent(at - 10, 'code', 'now'))];
      expect(said({ journal, sent: codes })).toEqual(['I3: challenge 1 had 5 wrong codes judged']);
    });

    it('refuses that one factor is confirmed twice', () => {
      const journal = journalWith(judged(3_200, 'oob', 'authenticator-confirmed'));
      const codes = [...FINE.sent, sent(3_100, 'code', 'now')];
      expect(said({ journal, sent: codes })).toEqual(['I3: mfa-oob confirmed 2 authenticators']);
    });
  });
});
