import { describe, expect, it } from '@jest/globals';
import {
  type Checked,
  checkCancel,
  checkChangePhoneNumber,
  checkCode,
  checkExtendDeadline,
  checkLoginProof,
  checkResend,
  isBareMfaToken,
} from '../../workflows/message-guards.ts';

const PROOF = { code: 'c', codeVerifier: 'v', redirectUri: 'http://r/', nonce: 'n' };
const KEY = { kty: 'EC', crv: 'P-256', x: 'a'.repeat(43), y: 'b'.repeat(43) };

function problems(checked: Checked<unknown>): string {
  return checked.ok ? '' : checked.problems.join('; ');
}

describe('a code', () => {
  it.each([
    ['123456', '123456'],
    [' 123 456 ', '123456'],
    [{ code: '000001', challenge: 2 }, '000001'],
    [123456, '123456'],
    [{ code: 123456 }, '123456'],
    [{ code: '123456', challenge: null }, '123456'],
  ])('%j is taken', (input, code) => {
    expect(checkCode(input)).toMatchObject({ ok: true, value: { code } });
  });

  it.each([
    12345,
    '12345',
    '1234567',
    'abcdef',
    '１２３４５',
    '',
    ' '.repeat(100) + '123456',
    null,
    undefined,
    [],
    { code: null },
    { code: 1234567 },
    { code: '123456', challenge: 'one' },
    { code: '123456', challenge: 0 },
    { code: '123456', chalenge: 1 },
    { [Symbol.for('mfa.undecodable')]: true },
    { 'mfa.undecodable': true },
    JSON.parse('{"__proto__":{"code":"123456"}}'),
  ])('%j is refused', (input) => {
    expect(problems(checkCode(input))).not.toBe('');
  });

  it.each([
    ['mfa.undecodable', '{"mfa.undecodable":true,"code":"123456"}'],
    ['mfa.missing-key', '{"mfa.missing-key":"a-key","code":"123456"}'],
    ['__proto__', '{"__proto__":{"challenge":1},"code":"123456"}'],
    ['constructor', '{"constructor":null,"toString":1,"code":"123456"}'],
  ])('with a field %s has an unknown one, and no marker of ours', (_name, json) => {
    expect(problems(checkCode(JSON.parse(json)))).toBe(
      '(a name that no field has): is not a field here; known are code, challenge',
    );
  });

  it.each(['mfa.undecodable', 'mfa.missing-key', '__proto__', 'constructor'])(
    'is taken with a field %s that is null, and so absent',
    (name) => {
      const input: unknown = JSON.parse(`{"${name}":null,"code":"123456"}`);
      expect(checkCode(input)).toEqual({ ok: true, value: { code: '123456' } });
    },
  );

  it('names field, rule and what is known', () => {
    expect(problems(checkCode({ code: '1', chalenge: 1 }))).toBe(
      'code: must be a string of six digits; chalenge: is not a field here; known are code, challenge',
    );
  });
});

describe('a login proof', () => {
  it('is a code with its verifier, redirect URI and nonce, or two tokens', () => {
    expect(checkLoginProof(PROOF)).toEqual({ ok: true, value: PROOF });
    expect(checkLoginProof({ ...PROOF, sealTo: KEY })).toMatchObject({ ok: true });
    expect(checkLoginProof({ accessToken: 'a', idToken: 'i' })).toMatchObject({ ok: true });
  });

  it.each([
    ['code', { ...PROOF, code: undefined }],
    ['code', { ...PROOF, code: 'x'.repeat(2049) }],
    ['nonce', { ...PROOF, nonce: 5 }],
    ['idToken', { accessToken: 'a' }],
    ['sealTo', { ...PROOF, sealTo: 'key' }],
    ['sealTo.kty', { ...PROOF, sealTo: { ...KEY, crv: 'P-384' } }],
    ['sealTo.x', { ...PROOF, sealTo: { ...KEY, x: 'short' } }],
    ['sealTo.d', { ...PROOF, sealTo: { ...KEY, d: 'secret' } }],
    ['a login proof', 'code'],
    ['a login proof', [PROOF]],
  ])('is refused for %s', (field, input) => {
    expect(problems(checkLoginProof(input))).toContain(field);
  });

  it.each([['Fe26.2*SERVER_1*x'], [{ mfaToken: 'Fe26.2*x' }], [{ accessToken: 'Fe26.2*x' }]])(
    'is told from a bare mfa_token: %j',
    (input) => {
      expect(isBareMfaToken(input)).toBe(true);
    },
  );
});

describe('the other messages', () => {
  it('take a number as a bare string or in an object, in E.164 only', () => {
    const number = { ok: true, value: { phoneNumber: '+14155550123' } };
    expect(checkChangePhoneNumber('+14155550123')).toEqual(number);
    expect(checkChangePhoneNumber({ phoneNumber: '+14155550123' })).toEqual(number);
    expect(problems(checkChangePhoneNumber('415 555 0123'))).toContain(
      'add + and the country code',
    );
  });

  it('take a resend without arguments', () => {
    expect(checkResend(undefined)).toEqual({ ok: true, value: {} });
    expect(problems(checkResend({ challenge: 1.5 }))).toContain('challenge');
  });

  it('want to know who cancels or extends, and why', () => {
    expect(checkCancel({ by: 'a', reason: 'b' })).toMatchObject({ ok: true });
    expect(problems(checkCancel({}))).toMatch(/by: .*; reason: /);
    expect(checkExtendDeadline({ by: 'a', reason: 'b', deadlineMs: 60_000 })).toMatchObject({
      ok: true,
    });
    expect(problems(checkExtendDeadline({ by: 'a', reason: 'b', deadlineMs: '1h' }))).toContain(
      'deadlineMs: must be a whole number',
    );
  });
});
