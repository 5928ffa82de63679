/** What a start needs besides Temporal: the checked input, and what everybody may see of it. */
import { createHash } from 'node:crypto';
import { type SearchAttributePair } from '@temporalio/common';
import { duration } from '../workflows/contract/duration.ts';
import {
  DEFAULT_PLAN,
  type EnrollMfaInput,
  LIMITS,
  type LoginProof,
} from '../workflows/contract/enroll-mfa.ts';
import { verbatim } from '../workflows/contract/markdown.ts';
import {
  MFA_PHASE,
  MFA_REQUESTED_BY,
  MFA_WAITING_SINCE,
} from '../workflows/contract/search-attributes.ts';
import { check, checkStrictly, object, optional } from '../workflows/contract/shape.ts';
import { enrollMfaInput, loginProof } from '../workflows/contract/shapes.ts';
import { InvalidInput } from './errors.ts';
import { checkPhoneNumber, type PhoneNumberRules } from './phone-number.ts';

/** The workflow's input, with the number as a person types it. */
export interface StartEnrollmentInput extends Omit<EnrollMfaInput, 'tenant' | 'deadlineMs'> {
  /** Life of the enrollment from its start. Default 24 h, at most 7 days. */
  readonly expiresInMs?: number;
  /** A first login: delivered to the new enrollment, or to the one that runs. */
  readonly login?: LoginProof;
}

export interface CheckedStart {
  readonly input: EnrollMfaInput;
  readonly login?: LoginProof;
}

const firstLogin = object<{ login?: LoginProof }>('the input of start', {
  login: optional(loginProof),
});

/** Fields in which a start may differ from the enrollment that runs already. */
export const COMPARED_FIELDS = [
  'phoneNumber',
  'factors',
  'expiresInMs',
  'requestedBy',
  'reason',
] as const;
export type ComparedField = (typeof COMPARED_FIELDS)[number];

/** @throws InvalidInput with every problem at once. */
export function checkedInput(
  tenant: string,
  input: StartEnrollmentInput,
  rules: PhoneNumberRules,
): CheckedStart {
  const { phoneNumber: typed, login: given, expiresInMs, ...rest } = input;
  const number = typeof typed === 'string' ? checkPhoneNumber(typed, rules) : undefined;
  const checked = checkStrictly(enrollMfaInput, {
    ...rest,
    tenant,
    ...(expiresInMs !== undefined && { deadlineMs: expiresInMs }),
    ...(typed !== undefined && { phoneNumber: number?.ok === true ? number.e164 : typed }),
  });
  const first = checkStrictly(firstLogin, given === undefined ? {} : { login: given });
  const problems = [
    // What one call waits is `timeoutMs`; the workflow's own name for the life would be mistaken for it.
    ...('deadlineMs' in rest ? ['deadlineMs: is called expiresInMs here'] : []),
    ...[checked, first].flatMap((one) => (one.ok ? [] : one.problems)),
  ].map((problem) => problem.replace(/^deadlineMs: must/, 'expiresInMs: must'));
  // The number's own problem says more than that it is not E.164.
  const all =
    number?.ok === false
      ? [...problems.filter(notOfNumber), `phoneNumber: ${number.problem}`]
      : problems;
  if (!checked.ok || !first.ok || all.length > 0) throw new InvalidInput('The input of start', all);
  const { login } = first.value;
  return { input: checked.value, ...(login !== undefined && { login }) };
}

function notOfNumber(problem: string): boolean {
  return !problem.startsWith('phoneNumber:');
}

/** @param running - the input that the running enrollment was started with, whoever wrote it */
export function differences(wanted: EnrollMfaInput, running: unknown): readonly ComparedField[] {
  const checked = check(enrollMfaInput, running);
  if (!checked.ok) return COMPARED_FIELDS;
  const [a, b] = [comparable(wanted), comparable(checked.value)];
  return COMPARED_FIELDS.filter((field) => a[field] !== b[field]);
}

function comparable(input: EnrollMfaInput): Record<ComparedField, string | number | undefined> {
  return {
    phoneNumber: input.phoneNumber,
    factors: (input.factors ?? DEFAULT_PLAN).join(','),
    expiresInMs: input.deadlineMs ?? LIMITS.deadlineMsDefault,
    requestedBy: input.requestedBy,
    reason: input.reason,
  };
}

/** Constants, times and the requesting system's name: Temporal keeps these in clear. */
export function startAttributes(input: EnrollMfaInput, now: number): SearchAttributePair[] {
  return [
    { key: MFA_PHASE, value: 'awaiting-login' },
    { key: MFA_REQUESTED_BY, value: input.requestedBy },
    { key: MFA_WAITING_SINCE, value: new Date(now) },
  ];
}

/** A line for the Temporal UI, at most 200 bytes; no personal data. */
export function staticSummary(input: EnrollMfaInput): string {
  return `MFA enrollment: ${(input.factors ?? DEFAULT_PLAN).join(', then ')}`;
}

/** Markdown for the Temporal UI. The reason is left out, for people write names into it. */
export function staticDetails(input: EnrollMfaInput): string {
  const life = duration(input.deadlineMs ?? LIMITS.deadlineMsDefault);
  return [
    `Takes one user of ${verbatim(input.tenant)} through ${(input.factors ?? DEFAULT_PLAN).join(', then ')}.`,
    '',
    `Asked for by ${verbatim(input.requestedBy)}; ends at the latest ${life} after its start, unless an ` +
      'administrator gives it more time.',
  ].join('\n');
}

/**
 * The idempotency key of a login that comes with a start: delivered twice it is one update. A login's code or token is random and soon worthless;
 * its hash may stand in an id, which Temporal keeps in clear.
 */
export function loginKey(login: LoginProof): string {
  const secret = 'code' in login ? login.code : login.accessToken;
  return `start-login-${createHash('sha256').update(secret).digest('base64url')}`;
}
