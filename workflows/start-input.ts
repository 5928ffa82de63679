/** The input of an enrollment, checked: a raw client may start the workflow with anything. */
import type { WorkflowInfo } from '@temporalio/workflow';
import {
  type EnrollMfaInput,
  type Factor,
  FACTORS,
  LIMITS,
  type LoginProof,
} from './contract/enroll-mfa.ts';
import { TENANT } from './contract/patterns.ts';
import { enrollMfaWorkflowId, userIdProblem } from './contract/workflow-id.ts';
import { type Checked, checkLoginProof, Fields, isBareMfaToken } from './message-guards.ts';

/** The input with its defaults filled in. */
export interface StartInput extends EnrollMfaInput {
  readonly factors: readonly Factor[];
  readonly deadlineMs: number;
}

export type StartOptions = Pick<WorkflowInfo, 'workflowId'>;

/** Every problem at once, each naming field, rule and way out. */
export function checkStartInput(input: unknown, start: StartOptions): Checked<StartInput> {
  const fields = new Fields(input, 'the input of enrollMfa');
  const tenant = fields.text('tenant', LIMITS.tenantCharacters);
  if (tenant !== '' && !TENANT.test(tenant)) {
    fields.problem(
      'tenant',
      'must be the Auth0 domain in lower case, without https:// and slashes',
    );
  }
  const userId = fields.text('userId', LIMITS.userIdCharacters);
  const notAuth0s = userIdProblem(userId);
  if (notAuth0s !== undefined) fields.problem('userId', notAuth0s);
  const factors = plan(fields);
  const phoneNumber = numberFor(factors, fields);
  const deadlineMs =
    fields.get('deadlineMs') === undefined
      ? LIMITS.deadlineMsDefault
      : fields.wholeNumber('deadlineMs', LIMITS.deadlineMsMin, LIMITS.deadlineMsMax);
  const requestedBy = fields.text('requestedBy', LIMITS.requestedByCharacters);
  const reason = fields.optionalText('reason', LIMITS.reasonCharacters);
  const login = firstLogin(fields);
  fields.refuseUnknown();
  // One id per tenant and user is what keeps two enrollments from texting the same person.
  if (fields.problems.length === 0 && start.workflowId !== enrollMfaWorkflowId(tenant, userId)) {
    fields.problems.push(
      `workflow id: must be ${enrollMfaWorkflowId(tenant, userId)} for this tenant and user`,
    );
  }
  return fields.checked({
    tenant,
    userId,
    factors,
    deadlineMs,
    requestedBy,
    ...(phoneNumber !== undefined && { phoneNumber }),
    ...(reason !== undefined && { reason }),
    ...(login !== undefined && { login }),
  });
}

function plan(fields: Fields): readonly Factor[] {
  const named = fields.get('factors');
  const given: unknown = named === undefined ? FACTORS : named;
  const known = FACTORS.join(', ');
  if (!Array.isArray(given) || given.length === 0 || given.length > FACTORS.length) {
    fields.problem('factors', `must list each wanted factor once, in order; known are ${known}`);
    return [];
  }
  const factors = given.filter(isFactor);
  if (factors.length < given.length) {
    fields.problem('factors', `holds an unknown factor; known are ${known}`);
  }
  if (new Set(factors).size < factors.length) {
    fields.problem('factors', 'names a factor twice; list each once');
  }
  return factors;
}

function isFactor(value: unknown): value is Factor {
  return FACTORS.some((factor) => factor === value);
}

function numberFor(factors: readonly Factor[], fields: Fields): string | undefined {
  const given = fields.get('phoneNumber') !== undefined;
  if (!given && !factors.includes('sms')) return undefined;
  return fields.phoneNumber('phoneNumber');
}

function firstLogin(fields: Fields): LoginProof | undefined {
  const given = fields.get('login');
  if (given === undefined) return undefined;
  if (isBareMfaToken(given)) {
    fields.problem(
      'login',
      'an mfa_token does not say whose it is; send a code of an MFA API login',
    );
    return undefined;
  }
  const proof = checkLoginProof(given);
  if (proof.ok) return proof.value;
  fields.problems.push(...proof.problems.map((problem) => `login.${problem}`));
  return undefined;
}
