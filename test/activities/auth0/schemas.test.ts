import { describe, expect, it } from '@jest/globals';
import { smsAssociation } from '../../../activities/auth0/schemas.ts';

describe('an association', () => {
  it.each([[[null]], ['x'], [{}], [5], [null]])(
    'is taken though its recovery codes are odd: %j',
    (recovery_codes) => {
      const text = JSON.stringify({ oob_code: 'x', recovery_codes });
      expect(smsAssociation({ status: 200, text })).toMatchObject({ oob_code: 'x' });
    },
  );

  it('brings its recovery code', () => {
    const text = JSON.stringify({ oob_code: 'x', recovery_codes: ['MZCRK3YX5V3AKNNYY6JEBQCL'] });
    expect(smsAssociation({ status: 200, text })?.recovery_codes).toEqual([
      'MZCRK3YX5V3AKNNYY6JEBQCL',
    ]);
  });
});
