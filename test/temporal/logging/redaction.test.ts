import { describe, expect, it } from '@jest/globals';
import { describeError, redacted, redactedText } from '../../../temporal/logging/redaction.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhdXRoMHxqYW5lIn0.c2lnbmF0dXJlLWNhbmFyeQ';
const JWE = 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..aXYtY2FuYXJ5.Y2lwaGVy.dGFn';

describe('a text is redacted by shape', () => {
  it.each<[shape: string, text: string, secret: string]>([
    ['a number in E.164', 'no route to +14155550123.', '4155550123'],
    ['a number as people write it', 'call +1 (415) 555-0123 now', '555'],
    ['a number in a form', 'phone_number=%2B14155550123&x=1', '14155550123'],
    ['a JWT', `bad token ${JWT}: expired`, 'c2lnbmF0dXJlLWNhbmFyeQ'],
    ['a JWT cut in the middle', `got ${JWT.slice(0, 40)}`, 'eyJzdWIiOiJhd'],
    ['a JWE', `cannot open ${JWE}`, 'Y2lwaGVy'],
    ['an opaque token', 'token Fe26.2*1*ab12*cd-34_x*ef was refused', 'cd-34_x'],
    ['an opaque token in a form', 'mfa_token=Fe26.2%2A1%2Aab12%2Acd34', 'cd34'],
    ['a set-up', 'scan otpauth://totp/app:jane?secret=JBSWY3DPEHPK3PXP&issuer=a', 'JBSWY3DP'],
    ['a set-up in capitals', 'scan OTPAUTH://TOTP/APP:JANE?SECRET=JBSWY3DPEHPK3PXP', 'JBSWY3DP'],
    ['whose a set-up is', 'scan otpauth://totp/app:jane-canary?issuer=a', 'jane-canary'],
    [
      'a set-up in an address',
      'qr?data=otpauth%3A%2F%2Ftotp%2Fapp%3Fsecret%3DJBSWY3DP',
      'JBSWY3DP',
    ],
    ['a code in JSON', '{"code":"123456"}', '123456'],
    ['a code in JSON in JSON', String.raw`"{\"smsCode\":\"123456\"}"`, '123456'],
    ['a code in a form', 'grant=x&binding_code=123456&y=2', '123456'],
    ['a code in an encoded form', 'otp%3D123456', '123456'],
    ['a code with a space', 'otp: 123 456', '456'],
    ['a text message', 'Your verification code is: 123456', '123456'],
    ['a text message of Auth0', '123456 is your verification code for app', '123456'],
    ['an authorization code', 'GET /callback?code=aZ09_canary-x&state=1', 'aZ09_canary-x'],
    ['a verifier in a form', 'code_verifier=aZ09_canary-x&y', 'aZ09_canary-x'],
    ['a password in JSON', '{"password":"aZ09_canary"}', 'aZ09_canary'],
    ['recovery codes in JSON', '{"recovery_codes":["ABCD1234EFGH"]}', 'ABCD1234EFGH'],
    ['a bearer', 'authorization: Bearer aZ09.canary-x_token', 'aZ09.canary'],
    ['an address of mail', 'user jane.doe+x@mail.example.com exists', 'jane.doe'],
    ['an address of mail in a form', 'username=jane.doe%40example.com', 'jane.doe'],
  ])('%s', (_shape, text, secret) => {
    expect(text).toContain(secret);
    expect(redactedText(text)).not.toContain(secret);
    expect(redactedText(text)).toContain('[redacted]');
    expect(redactedText(redactedText(text))).toBe(redactedText(text));
  });

  it.each([
    'worker is running',
    'at openSession (/srv/node_modules/@temporalio/worker/lib/worker.js:123:45)',
    'POST /oauth/token (mfa-oob): wrong-code (HTTP 403)',
    'exit code 137, status code: 503, code ECONNREFUSED',
    '2026-11-24T12:00:00.123Z',
    'auth0|65f0c0ffee1234567890abcd',
    'enroll-mfa/tenant.example.com/auth0%7C65f0c0ffee1234567890abcd',
    'a bearer token is asked for',
  ])('and nothing of: %s', (text) => {
    expect(redactedText(text)).toBe(text);
  });

  it('costs a long text no more than its length', () => {
    for (const part of ['+1 ', 'eyJ', 'a.', 'code ', 'Fe26.2*', 'secret="']) {
      const text = part.repeat(200_000);
      expect(redactedText(text).length).toBeLessThanOrEqual(text.length * 10);
    }
  });
});

describe('a value is redacted', () => {
  it.each([
    'accessToken',
    'access_token',
    'Authorization',
    'barcode_uri',
    'body',
    'code',
    'codeVerifier',
    'email',
    'headers',
    'id_token',
    'jwe',
    'oob_code',
    'otp',
    'password',
    'phone-number',
    'recovery_codes',
    'set-cookie',
  ])('at the key %s, however deep', (key) => {
    const value = { a: [{ b: { c: { [key]: ['marker-4711'] } } }] };
    expect(JSON.stringify(redacted(value))).not.toContain('marker-4711');
  });

  it('where a JWK holds more than everybody may know', () => {
    const key = { kty: 'EC', crv: 'P-256', kid: 'one', x: 'marker-4711', d: 'marker-4711' };
    expect(redacted({ key })).toEqual({
      key: { kty: 'EC', crv: 'P-256', kid: 'one', x: '[redacted]', d: '[redacted]' },
    });
  });

  it('where a key itself is a secret, and of bytes only the length is left', () => {
    expect(redacted({ '+14155550123': Buffer.from('marker-4711') })).toEqual({
      '[redacted]': '[11 bytes]',
    });
  });

  it('and is never followed in a circle', () => {
    const round: Record<string, unknown> = {};
    round['self'] = round;
    expect(JSON.stringify(redacted(round))).toContain('[too deep]');
  });
});

describe('an error', () => {
  it('keeps name, type, message, stack and causes, and nothing that a library hung on it', () => {
    const cause = Object.assign(new Error(`cannot parse ${JWT}`), {
      response: 'marker-4711',
      headers: { authorization: 'marker-4711' },
    });
    const error = Object.assign(new TypeError('for +14155550123', { cause }), {
      type: 'ambiguous',
      details: ['marker-4711'],
    });
    const described = redacted({ nested: [error] });
    expect(described).toMatchObject({
      nested: [
        {
          name: 'TypeError',
          type: 'ambiguous',
          message: 'for [redacted]',
          stack: expect.stringContaining('for [redacted]'),
          cause: { message: 'cannot parse [redacted]' },
        },
      ],
    });
    expect(JSON.stringify(described)).not.toMatch(/marker-4711|4155550123|eyJ/);
  });

  it('that causes itself is cut', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(describeError(error)).match(/"message"/g)).toHaveLength(6);
  });

  it('that is none is not written', () => {
    expect(describeError('marker-4711')).toEqual({ name: 'string', message: 'not an error' });
  });
});
