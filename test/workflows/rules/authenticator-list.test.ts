import { describe, expect, it } from '@jest/globals';
import type { Authenticator } from '../../../activities/enrollment-activities.ts';
import {
  associationMade,
  confirmationMade,
  doubtful,
  foreignIn,
  newlyActive,
  oursUnconfirmed,
} from '../../../workflows/rules/authenticator-list.ts';
import { type EnrollmentState, initialState } from '../../../workflows/rules/enrollment-state.ts';

/** One text has been asked for, for +14155550123. */
function asked(foreign: readonly string[] = []): EnrollmentState {
  const start = {
    startedAt: 0,
    deadlineMs: 1,
    factors: ['sms'],
    phoneNumber: '+14155550123',
  } as const;
  return { ...initialState(start), foreign, unconfirmed: { sms: 1, totp: 0 } };
}

const sms = (entry: Partial<Authenticator>): Authenticator => ({
  id: 'sms|dev_1',
  kind: 'sms',
  ...entry,
});
const UNKNOWN: Authenticator = { id: '', kind: 'other' };

describe('a masked name', () => {
  it.each([
    ...['XXXXXXXX0123', '*******0123', '(***) ***-0123', '+1 (XXX) XXX-01 23', '••• 0123'],
    ...['+14155550123', '0123', 'xxx.xxx.0123'],
  ])('that ends in four digits is of the number that ends in them: %j', (maskedName) => {
    expect(associationMade(asked(), [sms({ active: false, maskedName })], 'sms')).toBe('made');
    expect(confirmationMade(asked(), [sms({ active: true, maskedName })], 'sms')).toBe('confirmed');
  });

  it.each(['XXXXXXXX9167', '*******9167', '(***) ***-9167', '+1 (XXX) XXX-91 67', '9167'])(
    'that ends in others is of another number: %j',
    (maskedName) => {
      const [inactive, active] = [false, true].map((active) => sms({ active, maskedName }));
      expect(associationMade(asked(), [inactive ?? UNKNOWN], 'sms')).toBe('not-made');
      expect(confirmationMade(asked(), [active ?? UNKNOWN], 'sms')).toBe('not-confirmed');
    },
  );

  it.each([
    ...['+1123XXXXX', '+1 (XXX) XXX-X167', 'XXXXXXXXX167', '', ' ', 'XXXXXXXXXXXX', '167'],
    ...['My phone', 'Pixel 9167', 'XXXXXXXX９１６７', 'XXXXXXXX٩١٦٧'],
  ])('of which the last digits cannot be compared says nothing: %j', (maskedName) => {
    expect(associationMade(asked(), [sms({ active: false, maskedName })], 'sms')).toBe('made');
    expect(confirmationMade(asked(), [sms({ active: true, maskedName })], 'sms')).toBe('confirmed');
  });
});

describe('an entry that does not say whether it is active', () => {
  it.each([
    ['of our factor', sms({})],
    ['of which nothing is known', UNKNOWN],
  ] as const)(
    '%s is a doubt: neither confirmed, nor ours to delete, nor nothing new',
    (_which, entry) => {
      expect(associationMade(asked(), [entry], 'sms')).toBe('cannot-tell');
      expect(confirmationMade(asked(), [entry], 'sms')).toBe('cannot-tell');
      expect(newlyActive(asked(), [entry])).toEqual([]);
      expect(oursUnconfirmed(asked(), [entry], 'sms')).toEqual([]);
      expect(doubtful(asked(), [entry], 'sms')).toEqual([entry]);
      // It may read `active: false` the next time.
      expect(foreignIn(asked(), [entry])).toEqual([]);
    },
  );

  it('is none where it was there before we asked', () => {
    const before = { ...asked(), unconfirmed: { sms: 0, totp: 0 } };
    const list = [sms({}), UNKNOWN];
    const foreign = foreignIn(before, list);
    expect(foreign).toEqual(['sms|dev_1', '']);
    expect(doubtful(asked(foreign), list, 'sms')).toEqual([]);
    expect(confirmationMade(asked(foreign), list, 'sms')).toBe('not-confirmed');
  });

  it('is none of another kind', () => {
    const other: Authenticator = { id: 'webauthn-roaming|dev_2', kind: 'other' };
    expect(doubtful(asked(), [other], 'sms')).toEqual([]);
    expect(associationMade(asked(), [other], 'sms')).toBe('not-made');
  });

  it('does not hide one that says so', () => {
    expect(confirmationMade(asked(), [UNKNOWN, sms({ active: true })], 'sms')).toBe('confirmed');
  });
});
