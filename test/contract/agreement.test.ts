import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import {
  cancelMessageSchema,
  changePhoneNumberMessageSchema,
  codeMessageSchema,
  enrollMfaInputSchema,
  extendDeadlineMessageSchema,
  loginProofSchema,
  resendMessageSchema,
} from '../../workflows/contract/schemas.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import {
  type Checked,
  checkCancel,
  checkChangePhoneNumber,
  checkCode,
  checkExtendDeadline,
  checkLoginProof,
  checkResend,
} from '../../workflows/message-guards.ts';
import { checkStartInput } from '../../workflows/start-input.ts';

const KEY = { kty: 'EC', crv: 'P-256', x: 'a'.repeat(43), y: 'b'.repeat(43) };
const PROOF = { code: 'c', codeVerifier: 'v', redirectUri: 'http://127.0.0.1/cb', nonce: 'n' };
const INPUT = {
  tenant: 'example.eu.auth0.com',
  userId: 'auth0|5f7c8ec7c33c6c004bbafe82',
  phoneNumber: '+14155550123',
  requestedBy: 'crm',
};
const WHO = { by: 'admin', reason: 'why' };
const NEVER = [undefined, null, 0, true, '', [], 'x'.repeat(5_000), { constructor: 1 }];

/** As the workflow sees it, under the id that this input asks for. */
function checkInput(input: unknown): Checked<unknown> {
  return checkStartInput(input, enrollMfaWorkflowId(INPUT.tenant, INPUT.userId));
}

/** As it arrives: JSON knows no `undefined`. */
function overTheWire(input: unknown): unknown {
  return input === undefined ? undefined : JSON.parse(JSON.stringify(input));
}

type Pair = readonly [
  name: string,
  guard: (input: unknown) => Checked<unknown>,
  schema: z.ZodType,
  inputs: readonly unknown[],
];

const PAIRS: readonly Pair[] = [
  [
    'a code',
    checkCode,
    codeMessageSchema,
    [
      ...['123456', '12 34 56', '12345', 'abcdef', 123456, '１２３４５６'],
      ...[{ code: '123456' }, { code: '123456', challenge: 1 }, { code: '123456', challenge: 0 }],
      ...[{ code: '123456', challenge: '1' }, { code: '123456', chalenge: 1 }, { challenge: 1 }],
    ],
  ],
  [
    'a resend',
    checkResend,
    resendMessageSchema,
    [{}, { challenge: 1 }, { challenge: 1.5 }, { challenge: -1 }, { number: 1 }],
  ],
  [
    'a change of number',
    checkChangePhoneNumber,
    changePhoneNumberMessageSchema,
    ['+14155550123', { phoneNumber: '+14155550123' }, { phoneNumber: '4155550123' }, '+0123456'],
  ],
  ['a cancel', checkCancel, cancelMessageSchema, [WHO, { by: 'a' }, { ...WHO, more: 1 }]],
  [
    'an extension',
    checkExtendDeadline,
    extendDeadlineMessageSchema,
    [
      { ...WHO, deadlineMs: 60_000 },
      { ...WHO, deadlineMs: 59_999 },
      { ...WHO, deadlineMs: '1h' },
    ],
  ],
  [
    'a login proof',
    checkLoginProof,
    loginProofSchema,
    [
      ...[PROOF, { ...PROOF, sealTo: KEY }, { ...PROOF, sealTo: { ...KEY, d: 'x' } }],
      ...[
        { ...PROOF, sealTo: { ...KEY, crv: 'P-384' } },
        { ...PROOF, nonce: undefined },
      ],
      ...[
        { ...PROOF, code: 'x'.repeat(2_049) },
        { ...PROOF, more: 1 },
      ],
      ...[{ accessToken: 'a', idToken: 'i' }, { accessToken: 'a' }, { ...PROOF, idToken: 'i' }],
    ],
  ],
  [
    'the input',
    checkInput,
    enrollMfaInputSchema,
    [
      ...[
        INPUT,
        { ...INPUT, factors: ['totp'], phoneNumber: undefined },
        { ...INPUT, login: PROOF },
      ],
      ...[
        { ...INPUT, factors: ['sms', 'sms'] },
        { ...INPUT, factors: [] },
      ],
      ...[
        { ...INPUT, factors: ['fax'] },
        { ...INPUT, factors: 'sms' },
      ],
      ...[
        { ...INPUT, phoneNumber: undefined },
        { ...INPUT, phoneNumber: '415 555 0123' },
      ],
      ...[
        { ...INPUT, deadlineMs: 1 },
        { ...INPUT, deadlineMs: 7 * 86_400_000 },
      ],
      ...[
        { ...INPUT, deadlineMs: 7 * 86_400_000 + 1 },
        { ...INPUT, requestedBy: '' },
      ],
      ...[
        { ...INPUT, requestedBy: 'x'.repeat(129) },
        { ...INPUT, reason: 'x'.repeat(1_025) },
      ],
      ...[
        { ...INPUT, tenant: 'https://x/' },
        { ...INPUT, more: 1 },
        { ...INPUT, login: {} },
      ],
    ],
  ],
];

describe('the guards of the workflow and the schemas of the edge', () => {
  it.each(PAIRS)('say the same of %s', (_name, guard, schema, inputs) => {
    const verdicts = [...inputs, ...NEVER].map(overTheWire).map((input) => ({
      input,
      workflow: guard(input).ok,
      edge: schema.safeParse(input).success,
    }));
    expect(verdicts.filter(({ workflow, edge }) => workflow !== edge)).toEqual([]);
    expect(new Set(verdicts.map(({ workflow }) => workflow))).toEqual(new Set([true, false]));
  });
});
