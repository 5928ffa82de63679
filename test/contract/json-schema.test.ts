/** The shapes as JSON Schema, read by a validator that knows nothing of them. The examples are written by hand. */
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { checkStrictly, type Shape } from '../../workflows/contract/shape.ts';
import {
  cancelMessage,
  changePhoneNumberMessage,
  codeMessage,
  enrollMfaInput,
  extendDeadlineMessage,
  loginProof,
  requestedResend,
  setUp,
  submittedCode,
} from '../../workflows/contract/shapes.ts';

const X = 'A'.repeat(43);
const KEY = { kty: 'EC', crv: 'P-256', x: X, y: X };
const PROOF = { code: 'c', codeVerifier: 'v', redirectUri: 'https://app/cb', nonce: 'n' };
const TOKENS = { accessToken: 'a', idToken: 'i' };
const TOTP = { tenant: 't.example', userId: 'auth0|x', requestedBy: 'crm', factors: ['totp'] };
const { factors: _factors, ...NO_PLAN } = TOTP;
const SMS = { ...NO_PLAN, phoneNumber: '+14155550123' };
const WHO = { by: 'ops', reason: 'asked for' };
const SEALED = { kid: 'k', jwe: 'j' };

const EXAMPLES: [what: string, shape: Shape<unknown>, right: object[], wrong: unknown[]][] = [
  [
    'a start',
    enrollMfaInput,
    [
      ...[SMS, TOTP, { ...SMS, factors: ['totp', 'sms'] }, { ...SMS, factors: null }],
      { ...TOTP, phoneNumber: null, deadlineMs: null, reason: null },
      { ...SMS, deadlineMs: 604_800_000, reason: 'r' },
    ],
    [
      ...['x', [SMS], NO_PLAN, { ...NO_PLAN, factors: null }, { ...NO_PLAN, factors: ['sms'] }],
      ...[
        { ...SMS, phoneNumber: null },
        { ...SMS, deadline: 1 },
        { ...SMS, phoneNumbr: '+1' },
      ],
      ...[[], ['fax'], ['sms', 'sms'], 'sms', [null]].map((factors) => ({ ...SMS, factors })),
      ...[59_999, 604_800_001, 60_000.5, '1h'].map((deadlineMs) => ({ ...SMS, deadlineMs })),
      ...[
        { ...SMS, requestedBy: '' },
        { ...SMS, requestedBy: 'x'.repeat(129) },
      ],
    ],
  ],
  [
    'a login proof',
    loginProof,
    [PROOF, TOKENS, { ...PROOF, sealTo: { ...KEY, kid: 'k' } }, { ...TOKENS, sealTo: null }],
    [
      ...[{}, 7, { ...PROOF, nonce: '' }, { accessToken: 'a' }, { ...PROOF, ...TOKENS }],
      ...[{ d: X }, { crv: 'P-384' }, { x: 'short' }, { y: 7 }].map((change) => ({
        ...PROOF,
        sealTo: { ...KEY, ...change },
      })),
    ],
  ],
  [
    'a code',
    codeMessage,
    [{ code: '123456' }, { code: '123 456', challenge: 2 }, { code: '000000', challenge: null }],
    [{}, { code: true }, { code: '123456', challenge: 0 }, { code: '123456', chalenge: 1 }],
  ],
  [
    'a submitted code',
    submittedCode,
    [{ code: '123456', challenge: 1 }],
    [{ code: '123456' }, { code: '123456', challenge: null }, { challenge: 1 }],
  ],
  ['a resend', requestedResend, [{ challenge: 1 }], [{}, { challenge: 1.5 }, { challenge: '1' }]],
  [
    'a change of number',
    changePhoneNumberMessage,
    [{ phoneNumber: '+14155550123' }],
    [{}, { phoneNumber: 14155550123 }, { phoneNumber: '+14155550123', more: 1 }],
  ],
  ['a cancel', cancelMessage, [WHO], [{}, { by: 'ops' }, { ...WHO, reason: 'x'.repeat(1_025) }]],
  [
    'an extension',
    extendDeadlineMessage,
    [
      { ...WHO, deadlineMs: 60_000 },
      { ...WHO, moreMs: 604_800_000 },
    ],
    [
      ...[WHO, { ...WHO, deadlineMs: 60_000, moreMs: 60_000 }, { ...WHO, moreMs: 604_800_001 }],
      ...[{ moreMs: 60_000 }, { ...WHO, moreMs: 59_999 }, { ...WHO, deadlineMs: 59_999 }],
    ],
  ],
  [
    'a set-up',
    setUp,
    [{}, { totp: { challenge: 1, ...SEALED }, recoveryCode: SEALED, later: 1 }],
    [{ totp: SEALED }, { outcome: 'over' }, { recoveryCode: 'x' }],
  ],
];

describe('the JSON Schema', () => {
  it.each(EXAMPLES)('of %s takes and refuses what its shape does', (_what, shape, right, wrong) => {
    // It wants each rule beside the type that it is for; a rule of several fields has none.
    const validate = new Ajv2020({
      strict: true,
      strictTypes: false,
      strictRequired: false,
    }).compile(shape.jsonSchema());
    for (const [takes, inputs] of [
      [true, right],
      [false, wrong],
    ] as const) {
      for (const input of inputs) {
        const verdicts = { shape: checkStrictly(shape, input).ok, schema: validate(input) };
        expect({ input, ...verdicts }).toEqual({ input, shape: takes, schema: takes });
      }
    }
  });

  it('says how a program writes a code and a number', () => {
    expect(submittedCode.jsonSchema()).toMatchObject({
      properties: { code: { type: 'string', examples: ['123456'] } },
    });
    expect(changePhoneNumberMessage.jsonSchema()).toMatchObject({
      properties: { phoneNumber: { type: 'string', examples: ['+14155550123'] } },
    });
  });
});
