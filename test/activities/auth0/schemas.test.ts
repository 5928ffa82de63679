import { describe, expect, it } from '@jest/globals';
import {
  authenticatorList,
  deletion,
  smsAssociation,
  tokens,
  totpAssociation,
} from '../../../activities/auth0/schemas.ts';

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

describe('a list', () => {
  it.each([
    [{ id: 'sms|dev_1' }, 'sms'],
    [{ id: 'totp|dev_1', oob_channel: 'sms' }, 'totp'],
    [{ id: 'dev_1', authenticator_type: 'oob', oob_channel: 'sms' }, 'sms'],
    [{ id: 'dev_1', authenticator_type: 'oob', oob_channel: 'voice' }, 'voice'],
    [{ id: 'dev_1', authenticator_type: 'oob', oob_channel: 'auth0' }, 'push'],
    [{ id: 'phone|dev_1', oob_channel: 'sms' }, 'sms'],
    [{ id: 'dev_1', authenticator_type: 'otp' }, 'totp'],
    [{ id: 'dev_1', authenticator_type: 'recovery-code' }, 'recovery-code'],
    [{ id: 'dev_1', authenticator_type: 'oob' }, 'other'],
    [{ id: 'webauthn|dev_1', authenticator_type: 'webauthn-roaming' }, 'other'],
    [{ id: 'dev_1', oob_channel: 5 }, 'other'],
  ])('knows the kind of %j', (entry, kind) => {
    const text = JSON.stringify([{ ...entry, active: true }]);
    expect(authenticatorList({ status: 200, text })).toEqual([
      { id: entry.id, active: true, kind },
    ]);
  });
});

describe('a deletion', () => {
  it.each([
    [true, { statusCode: 404, error: 'Not Found', message: 'x', errorCode: 'not_found' }],
    [true, { error: 'not_found', error_description: 'No such authenticator.' }],
    [undefined, { timestamp: 'x', status: 404, error: 'Not Found', path: '/mfa' }],
    [undefined, { error: 'Not Found' }],
    [undefined, { message: 'no Route matched with those values' }],
  ])('is done, or gone already in Auth0’s own words: %s, %j', (done, body) => {
    expect(deletion({ status: 404, text: JSON.stringify(body) })).toBe(done);
  });
});

describe('a TOTP set-up', () => {
  const SECRET = 'JBSWY3DPEHPK3PXP';
  const read = (barcode_uri: unknown) =>
    totpAssociation({ status: 200, text: JSON.stringify({ secret: SECRET, barcode_uri }) });

  it.each(['otpauth', 'OTPAUTH', 'OtpAuth'])('is taken with the scheme %s, as it is', (scheme) => {
    const uri = `${scheme}://totp/app:jane?secret=${SECRET}`;
    expect(read(uri)?.barcode_uri).toBe(uri);
  });

  it.each(['https://otpauth://', ' otpauth://totp/x', 'otpauth:totp/x', '', null, 5, undefined])(
    'is not taken with the address %j',
    (uri) => {
      expect(read(uri)).toBeUndefined();
    },
  );
});

describe('the life of a token', () => {
  const read = (expires_in: unknown) =>
    tokens({ status: 200, text: JSON.stringify({ access_token: 'x', expires_in }) });

  it.each([
    [600, 600],
    ['600', 600],
    [599.5, 599.5],
    ['599.5', 599.5],
    [2_592_000, 2_592_000],
  ])('is read from %j', (given, seconds) => {
    expect(read(given)).toEqual({ access_token: 'x', expires_in: seconds });
  });

  it.each([
    ...[
      true,
      false,
      null,
      undefined,
      [600],
      [],
      {},
      '',
      ' ',
      '600s',
      '0x10',
      '6e2',
      ' 600',
      '-600',
    ],
    ...[0, -1, '0', '9'.repeat(400), 2_592_001, 1e300, 'Infinity', '2030-01-01T00:00:00Z'],
  ])('is not said where it is %j, and the token is taken', (given) => {
    expect(read(given)?.expires_in).toBeUndefined();
    expect(read(given)?.access_token).toBe('x');
  });
});
