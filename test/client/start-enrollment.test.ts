import { describe, expect, it } from '@jest/globals';
import {
  checkedInput,
  COMPARED_FIELDS,
  type ComparedField,
  differences,
  loginKey,
  startAttributes,
  type StartEnrollmentInput,
  staticDetails,
  staticSummary,
} from '../../client/start-enrollment.ts';
import type { CodeProof, EnrollMfaInput } from '../../workflows/contract/enroll-mfa.ts';

const TENANT = 'example.eu.auth0.com';
const INPUT = { userId: 'auth0|abc', phoneNumber: '+1 415 555 0123', requestedBy: 'crm' };
const CHECKED: EnrollMfaInput = { ...INPUT, tenant: TENANT, phoneNumber: '+14155550123' };
const LOGIN = { code: 'secret-code', codeVerifier: 'v', redirectUri: 'https://a/cb', nonce: 'n' };

describe('the input of a start', () => {
  it('gets its tenant, and its number in E.164', () => {
    expect(checkedInput(TENANT, INPUT, {})).toEqual({ input: CHECKED });
    const typed = { ...INPUT, phoneNumber: '415 555 0123' };
    expect(checkedInput(TENANT, typed, { defaultCountry: 'US' })).toEqual({ input: CHECKED });
  });

  it('needs no number for TOTP alone', () => {
    const input = { userId: 'auth0|abc', requestedBy: 'crm', factors: ['totp'] as const };
    expect(checkedInput(TENANT, input, {})).toEqual({ input: { ...input, tenant: TENANT } });
  });

  it('may be spelt out by a client that writes null for what it leaves out', () => {
    const spelt = { ...INPUT, factors: null, expiresInMs: null, reason: null, login: null };
    expect(checkedInput(TENANT, spelt as unknown as StartEnrollmentInput, {})).toEqual({
      input: CHECKED,
    });
    const none = { ...INPUT, phoneNumber: null } as unknown as StartEnrollmentInput;
    expect(() => checkedInput(TENANT, none, {})).toThrow(/phoneNumber: must be an E\.164 number/);
  });

  it('is refused with every problem, the number’s own among them', () => {
    const input = { userId: '', phoneNumber: '415 555 1234', requestedBy: 'crm', expiresInMs: 1 };
    expect(() => checkedInput(TENANT, input, {})).toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        problems: [
          'userId: must be a string of 1 to 1024 characters',
          'expiresInMs: must be a whole number from 60000 to 604800000',
          'phoneNumber: has no country; write it with + and the country code, such as +1 415 555 0123',
        ],
      }),
    );
  });

  it('is refused with the workflow’s name for its life, which reads like a call’s time-out', () => {
    const input = { ...INPUT, deadlineMs: 3_600_000 } as StartEnrollmentInput;
    expect(() => checkedInput(TENANT, input, {})).toThrow(/deadlineMs: is called expiresInMs here/);
  });

  it.each(['__proto__', 'constructor', 'mfa.undecodable'])(
    'is refused with a field %s that came as JSON',
    (name) => {
      const json = JSON.stringify({ ...INPUT, field: {} }).replace('field', name);
      const input = JSON.parse(json) as StartEnrollmentInput;
      expect(() => checkedInput(TENANT, input, {})).toThrow(/a name that no field has/);
    },
  );

  it('keeps its login apart, for the run is not given it', () => {
    const login = { ...LOGIN, sealTo: null } as unknown as CodeProof;
    expect(checkedInput(TENANT, { ...INPUT, login }, {})).toEqual({ input: CHECKED, login: LOGIN });
  });

  it('is refused for a login of the wrong shape, with all that is wrong besides', () => {
    const { nonce: _nonce, ...cut } = LOGIN;
    const problemsWith = (login: unknown) => () =>
      checkedInput(TENANT, { ...INPUT, requestedBy: '', login } as StartEnrollmentInput, {});
    const requestedBy = 'requestedBy: must be a string of 1 to 128 characters';
    for (const [login, problem] of [
      [cut, 'login.nonce: must be a string of 1 to 2048 characters'],
      ['Fe26.2*x', expect.stringMatching(/^login: an mfa_token does not say whose it is; /)],
    ]) {
      expect(problemsWith(login)).toThrow(
        expect.objectContaining({ problems: [requestedBy, problem] }),
      );
    }
  });

  it('is refused for a number of a refused country', () => {
    const run = () => checkedInput(TENANT, INPUT, { allowedCountries: ['DE'] });
    expect(run).toThrow(/phoneNumber: is of US, which is not among the allowed countries \(DE\)/);
  });
});

describe('a second start', () => {
  it('does not differ by what has a default', () => {
    const spelt = { ...CHECKED, factors: ['sms', 'totp'], deadlineMs: 24 * 3600 * 1000 };
    expect(differences(CHECKED, spelt)).toEqual([]);
  });

  it('does not differ by null, nor by how its number is written', () => {
    const nulls = { factors: null, deadlineMs: null, reason: null };
    expect(
      differences(CHECKED, { ...CHECKED, ...nulls, phoneNumber: '+1 (415) 555-0123' }),
    ).toEqual([]);
  });

  it.each<[ComparedField, Partial<EnrollMfaInput>]>([
    ['phoneNumber', { phoneNumber: '+447400123456' }],
    ['factors', { factors: ['totp', 'sms'] }],
    ['expiresInMs', { deadlineMs: 3_600_000 }],
    ['requestedBy', { requestedBy: 'help desk' }],
    ['reason', { reason: 'new phone' }],
  ])('differs in %s', (field, change) => {
    expect(differences({ ...CHECKED, ...change }, CHECKED)).toEqual([field]);
  });

  it.each([undefined, 'text', { tenant: TENANT }])(
    'differs in everything from a run that was started with %j',
    (running) => {
      expect(differences(CHECKED, running)).toEqual(COMPARED_FIELDS);
    },
  );
});

describe('what everybody may see of a start', () => {
  const personal = { ...CHECKED, reason: 'Jane lost her phone' };

  it('is the plan, the requesting system and times', () => {
    const shown = [
      staticSummary(personal),
      staticDetails(personal),
      JSON.stringify(startAttributes(personal, 0)),
    ].join('\n');
    expect(shown).toContain('sms, then totp');
    expect(shown).toContain('crm');
    expect(shown).toContain('awaiting-login');
    for (const secret of ['0123', 'Jane', 'abc']) expect(shown).not.toContain(secret);
    expect(Buffer.byteLength(staticSummary(personal))).toBeLessThanOrEqual(200);
  });

  it('keeps the name of the requesting system out of the markdown’s own signs', () => {
    expect(staticDetails({ ...CHECKED, requestedBy: 'a`b' })).toContain("`a'b`");
  });
});

describe('the idempotency key of a login that is given with a start', () => {
  it('is the same for the same login, and does not hold it', () => {
    expect(loginKey(LOGIN)).toBe(loginKey({ ...LOGIN }));
    expect(loginKey(LOGIN)).not.toBe(loginKey({ ...LOGIN, code: 'other' }));
    expect(loginKey({ accessToken: 'a', idToken: 'b' })).toMatch(/^start-login-[\w-]{43}$/);
    expect(loginKey(LOGIN)).not.toContain('secret-code');
  });
});
