import { describe, expect, it } from '@jest/globals';
import { violations } from './checker/checker.ts';
import {
  cut,
  ended,
  exchange,
  FINE,
  JOURNAL,
  journalWith,
  said,
  sent,
  SMS,
  TOTP,
} from './sample-evidence.ts';

describe('the checker', () => {
  it('has nothing against an enrollment in which nothing went wrong', () => {
    expect(violations(FINE)).toEqual([]);
  });

  describe('I1', () => {
    it('refuses a factor that counts as enrolled without a confirmation', () => {
      const journal = JOURNAL.filter(({ at }) => at !== 6_000);
      expect(said({ journal })).toContain('I1: totp counts as enrolled, but was never confirmed');
    });

    it('refuses a factor that counts as enrolled and is not active', () => {
      const after = [SMS, { ...TOTP, active: false }];
      expect(said({ after })).toContain(
        'I1: totp counts as enrolled, but none of this run is active',
      );
    });

    it('refuses that what was active before is gone', () => {
      const before = [{ id: 'totp|dev_0', kind: 'totp', active: true }];
      expect(said({ before })).toEqual([
        'I1: totp|dev_0 was active before the start and is no longer',
      ]);
    });
  });

  describe('I4', () => {
    it('refuses an effect for another user', () => {
      const journal = JOURNAL.map((e) => (e.at === 5_000 ? { ...e, userId: 'auth0|eve' } : e));
      expect(said({ journal })).toEqual([
        'I4: POST /mfa/associate was for another user, auth0|eve',
      ]);
    });

    it('refuses an effect before any login of this user', () => {
      const journal = JOURNAL.map((e) => (e.at === 1_000 ? exchange(1_000, 'auth0|eve') : e));
      expect(said({ journal })).toEqual(
        expect.arrayContaining([
          'I4: POST /mfa/associate came before any login',
          'I4: POST /oauth/token came before any login',
        ]),
      );
    });
  });

  describe('I5 and I7', () => {
    it.each([
      ['I5: it has not ended', { closedAt: undefined }],
      ['I5: it completed with the outcome none', { outcome: undefined }],
      ['I5: it failed without a reason', { status: 'failed', outcome: undefined }],
      ['I5: it ended in none of the four ways', { status: 'other', outcome: undefined }],
      ['I5: it ended 100000 ms after its deadline', { closedAt: 160_000 }],
      ['I5: it expired 53000 ms before its deadline', { outcome: 'expired' }],
      ['I5: nobody cancelled it', { outcome: 'cancelled' }],
      [
        'I7: it ended failed (unexpected-response)',
        { status: 'failed', reason: 'unexpected-response', outcome: undefined },
      ],
    ] as const)('refuses: %s', (why, changes) => {
      const { closedAt, outcome, ...rest } = { ...FINE.final, ...changes };
      const final = {
        ...rest,
        ...(closedAt !== undefined && { closedAt }),
        ...(outcome !== undefined && { outcome }),
      };
      expect(said({ final }).join()).toContain(why);
    });

    it('gives a clean-up that was hindered the life of a token more', () => {
      const final = (closedAt: number) => ended({ outcome: 'expired', closedAt });
      const disturbances = [cut(2_100, 'fault', 'delete')];
      expect(said({ final: final(160_000), disturbances })).toEqual([]);
      expect(said({ final: final(760_000), disturbances })).toEqual([
        'I5: it ended 700000 ms after its deadline',
      ]);
    });

    it('refuses a workflow task that failed', () => {
      expect(said({ failedTasks: ['no such command'] })).toEqual([
        'I5: a workflow task failed: no such command',
      ]);
    });

    it('refuses that it counts as enrolled with a factor missing', () => {
      const factors = [
        { factor: 'sms', status: 'enrolled' },
        { factor: 'totp', status: 'pending' },
      ];
      expect(said({ final: ended({ factors }) })).toContain('I5: it is enrolled, but totp is not');
    });

    it('refuses a login too many where no call was cut off', () => {
      const disturbances = [cut(900, 'kill')];
      expect(said({ journal: journalWith(exchange(3_800)), disturbances })).toEqual([
        'I7: no call was cut off, and yet there were 3 logins, not 2',
      ]);
    });

    it('refuses that the person had to do more than was due, where no call was cut off', () => {
      const more = [...FINE.sent, sent(5_950, 'code', 'now')];
      expect(said({ sent: more, plain: true, disturbances: [cut(900, 'kill')] })).toEqual([
        'I7: no call was cut off, and yet there were 5 messages of the person, not 4',
      ]);
    });

    it('lets a cancel and a deadline have their way', () => {
      const cancelled = { final: ended({ outcome: 'cancelled' }), sent: [sent(6_500, 'cancel')] };
      expect(
        said({
          ...FINE,
          ...cancelled,
          journal: [],
          texts: [],
          final: { ...cancelled.final, factors: [] },
        }),
      ).toEqual([]);
      const expired = ended({ outcome: 'expired', closedAt: 60_001 });
      expect(said({ final: expired })).toEqual([]);
    });
  });

  it.each([
    ['a token', 'eyJhbGciOiJ9.eyJzdWIiOiJ9.c2ln', 'I6: a token is in the history'],
    ['an opaque token', 'Fe26.2*1*abc', 'I6: an opaque token is in the history'],
    ['a set-up', 'otpauth://totp/x', 'I6: a TOTP set-up is in the history'],
    ['a set-up in capitals', 'OTPAUTH://TOTP/X', 'I6: a TOTP set-up is in the history'],
    ['a secret', FINE.secrets[0] ?? '', 'I6: a TOTP secret is in the history'],
  ])('I6: refuses %s in the history', (_what, history, why) => {
    expect(said({ history })).toEqual([why]);
  });

  describe('I8', () => {
    const orphan = { id: 'sms|dev_9', kind: 'sms', active: false };
    const after = [SMS, TOTP, orphan];
    const disturbances = [cut(2_100, 'kill', 'associate', 'delete')];

    it('refuses an unconfirmed authenticator that stays behind and is not named', () => {
      expect(said({ after, disturbances })).toEqual([
        'I8: sms|dev_9 stays behind, and nobody is told',
      ]);
    });

    it('lets one stay that is named, where something hindered its deletion', () => {
      const named = (given: { authenticatorId?: string }) =>
        ended({ orphans: [{ factor: 'sms', ...given }] });
      expect(said({ after, disturbances, final: named({ authenticatorId: orphan.id }) })).toEqual(
        [],
      );
      expect(said({ after, disturbances, final: named({}) })).toEqual([]);
      expect(said({ after, disturbances, final: named({ authenticatorId: 'sms|dev_8' }) })).toEqual(
        ['I8: sms|dev_9 stays behind, and nobody is told'],
      );
    });

    it('refuses one that is named, where nothing hindered its deletion', () => {
      const final = ended({ orphans: [{ factor: 'sms', authenticatorId: orphan.id }] });
      expect(said({ after, final })).toEqual([
        'I8: sms|dev_9 stays behind, though nothing hindered its deletion',
      ]);
    });

    it('leaves alone what was there before', () => {
      expect(said({ before: [orphan], after })).toEqual([]);
    });
  });
});
