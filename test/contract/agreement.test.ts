import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import {
  cancelMessageSchema,
  changePhoneNumberMessageSchema,
  codeMessageSchema,
  enrollMfaInputSchema,
  extendDeadlineMessageSchema,
  loginProofSchema,
  problemsOf,
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
import {
  CODE_SPELLINGS,
  NUMBER_SPELLINGS,
  NUMBERS_REFUSED,
  NUMBERS_WITH_ZERO,
} from '../support/typed-cases.ts';

const KEY = { kty: 'EC', crv: 'P-256', x: 'a'.repeat(43), y: 'b'.repeat(43) };
const PROOF = { code: 'c', codeVerifier: 'v', redirectUri: 'http://127.0.0.1/cb', nonce: 'n' };
const INPUT = {
  tenant: 'example.eu.auth0.com',
  userId: 'auth0|5f7c8ec7c33c6c004bbafe82',
  phoneNumber: '+14155550123',
  requestedBy: 'crm',
};
const WHO = { by: 'admin', reason: 'why' };
const NO_CODE = { code: null, codeVerifier: null, redirectUri: null, nonce: null };
const NEVER = [undefined, null, 0, true, '', [], 'x'.repeat(5_000), { constructor: 1 }];

/** As the workflow sees it, under the id that this input asks for. */
function checkInput(input: unknown): Checked<unknown> {
  const workflowId = enrollMfaWorkflowId(INPUT.tenant, INPUT.userId);
  return checkStartInput(input, { workflowId });
}

function isRecord(input: unknown): input is object {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

function problemsOfGuard(checked: Checked<unknown>): string {
  return checked.ok ? '' : checked.problems.join('; ');
}

function problemsOfSchema(schema: z.ZodType, input: unknown): string {
  const { error } = schema.safeParse(input);
  return error === undefined ? '' : problemsOf(error).join('; ');
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
      ...CODE_SPELLINGS.flatMap(([, spell]) => [spell('123456'), { code: spell('123456') }]),
      ...['12345', 'abcdef', 123456, 12345, -123456, 1234567, 123456.5, '１２３４５', { code: 12 }],
      ...[{ code: 123456 }, { code: null }, { code: '123456', challenge: null }],
      ...[{ code: '123456' }, { code: '123456', challenge: 1 }, { code: '123456', challenge: 0 }],
      ...[{ code: '123456', challenge: '1' }, { code: '123456', chalenge: 1 }, { challenge: 1 }],
    ],
  ],
  [
    'a resend',
    checkResend,
    resendMessageSchema,
    [
      ...[{}, { challenge: 1 }, { challenge: 1.5 }, { challenge: -1 }, { number: 1 }],
      ...[{ challenge: null }, { number: null }],
    ],
  ],
  [
    'a change of number',
    checkChangePhoneNumber,
    changePhoneNumberMessageSchema,
    [
      ...NUMBERS_WITH_ZERO.map(([typed]) => typed),
      ...[...NUMBER_SPELLINGS, ...NUMBERS_REFUSED].flatMap(([, typed]) => [
        typed,
        { phoneNumber: typed },
      ]),
      ...[{ phoneNumber: null }, { phoneNumber: '+14155550123', more: null }, '+0123456'],
      14155550123,
    ],
  ],
  [
    'a cancel',
    checkCancel,
    cancelMessageSchema,
    [...[WHO, { by: 'a' }, { by: 'a', reason: null }, { ...WHO, more: 1 }, { ...WHO, more: null }]],
  ],
  [
    'an extension',
    checkExtendDeadline,
    extendDeadlineMessageSchema,
    [
      { ...WHO, deadlineMs: 60_000 },
      { ...WHO, deadlineMs: 59_999 },
      { ...WHO, deadlineMs: '1h' },
      { ...WHO, deadlineMs: null },
      { ...WHO, deadlineMs: 60_000, moreMs: null },
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
      { ...PROOF, accessToken: null, idToken: null, sealTo: null },
      { ...NO_CODE, accessToken: 'a', idToken: 'i', sealTo: null },
      { ...NO_CODE, accessToken: 'a', idToken: null },
      { ...NO_CODE, accessToken: null, idToken: null },
      { ...PROOF, nonce: null },
      ...[
        { ...PROOF, sealTo: { ...KEY, d: null, kid: null } },
        { ...PROOF, sealTo: { ...KEY, x: null } },
      ],
    ],
  ],
  [
    'the input',
    checkInput,
    enrollMfaInputSchema,
    [
      ...[INPUT, { ...INPUT, factors: ['totp'], phoneNumber: undefined }],
      ...[
        { ...INPUT, factors: ['sms', 'sms'] },
        { ...INPUT, factors: [] },
      ],
      ...[
        { ...INPUT, factors: ['fax'] },
        { ...INPUT, factors: 'sms' },
      ],
      { ...INPUT, factors: null, deadlineMs: null, reason: null, remindAfterMs: null },
      { ...INPUT, factors: ['totp'], phoneNumber: null },
      { ...INPUT, phoneNumber: null },
      { ...INPUT, factors: [null] },
      ...[
        { ...INPUT, tenant: null },
        { ...INPUT, requestedBy: null },
      ],
      ...[
        'auth0%7C5f7c8ec7c33c6c004bbafe82',
        ' auth0|abc',
        'auth0|abc\u202c',
        '%257c',
        'a&#124;b',
        'a｜b',
      ].map((userId) => ({ ...INPUT, userId })),
      ...[...NUMBER_SPELLINGS, ...NUMBERS_REFUSED].map(([, phoneNumber]) => ({
        ...INPUT,
        phoneNumber,
      })),
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
        { ...INPUT, login: PROOF },
      ],
    ],
  ],
];

/** Names that mean something to JavaScript, or to our own converters. */
const FOREIGN = ['__proto__', 'constructor', 'toString', 'mfa.undecodable', 'mfa.missing-key', ''];

/** The same beside it, as only JSON can have it: an object literal would set its prototype. */
function withField(input: object, name: string, value: unknown): unknown {
  const entries = [...Object.entries(input), [name, value]] as const;
  return Object.fromEntries(entries);
}

describe('the guards of the workflow and the schemas of the edge', () => {
  it.each(PAIRS)(
    'refuse a foreign field beside %s, and take it for absent where it is null',
    (...pair) => {
      const [, guard, schema, inputs] = pair;
      const right = inputs.filter((input): input is object => isRecord(input) && guard(input).ok);
      expect(right).not.toEqual([]);
      for (const input of right) {
        for (const name of FOREIGN) {
          for (const value of [1, false, {}, { code: '123456' }, []]) {
            const given = withField(input, name, value);
            const problems = [problemsOfGuard(guard(given)), problemsOfSchema(schema, given)];
            const told = expect.stringContaining('is not a field here');
            expect({ given, problems }).toEqual({ given, problems: [told, told] });
          }
          const absent = withField(input, name, null);
          expect(guard(absent)).toEqual(guard(input));
          expect(schema.parse(absent)).toEqual(schema.parse(input));
        }
      }
    },
  );

  it.each(PAIRS)('say the same of %s', (_name, guard, schema, inputs) => {
    const verdicts = [...inputs, ...NEVER].map(overTheWire).map((input) => ({
      input,
      workflow: guard(input),
      edge: schema.safeParse(input),
    }));
    expect(verdicts.filter(({ workflow, edge }) => workflow.ok !== edge.success)).toEqual([]);
    const read = verdicts.filter(({ workflow }) => workflow.ok);
    // The workflow adds the defaults.
    expect(read.map(({ workflow }) => workflow)).toMatchObject(
      read.map(({ edge }) => ({ value: edge.data })),
    );
    expect(new Set([0, verdicts.length])).not.toContain(read.length);
  });
});
