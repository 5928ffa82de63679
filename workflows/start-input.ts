/** The input and the options of a start, checked: a raw client may start the workflow with anything. */
import type { WorkflowInfo } from '@temporalio/workflow';
import {
  DEFAULT_PLAN,
  type EnrollMfaInput,
  type Factor,
  FACTORS,
  LIMITS,
} from './contract/enroll-mfa.ts';
import { needsNumber } from './contract/factors.ts';
import { isTenant, TENANT_RULE } from './contract/tenant.ts';
import { enrollMfaWorkflowId, userIdProblem } from './contract/workflow-id.ts';
import { type Checked, Fields } from './message-guards.ts';

/** The input with its defaults filled in. */
export interface StartInput extends EnrollMfaInput {
  readonly factors: readonly Factor[];
  readonly deadlineMs: number;
  /** How far `deadlineMs` can be put off: the contract's bound, or what the time-outs leave. */
  readonly deadlineMsMax: number;
}

/**
 * What the start itself says besides its input. A retry policy is not among it: no failure of ours
 * is retried.
 */
export type StartOptions = Pick<
  WorkflowInfo,
  'workflowId' | 'executionTimeoutMs' | 'runTimeoutMs' | 'cronSchedule'
>;

/** Every problem at once, each naming field, rule and way out. */
export function checkStartInput(input: unknown, start: StartOptions): Checked<StartInput> {
  const fields = new Fields(input, 'the input of enrollMfa');
  const tenant = fields.text('tenant', LIMITS.tenantCharacters);
  if (tenant !== '' && !isTenant(tenant)) fields.problem('tenant', TENANT_RULE);
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
  fields.refuseUnknown();
  // One id per tenant and user is what keeps two enrollments from texting the same person.
  if (fields.problems.length === 0 && start.workflowId !== enrollMfaWorkflowId(tenant, userId)) {
    // The id is not told: it may hold the user's id, and this stands in clear.
    fields.problems.push(
      'workflow id: must be the one made of this tenant and userId; npm run -s mfa -- workflow-id prints it, ' +
        'and workflows/contract/README.md says how it is made',
    );
  }
  const deadlineMsMax = latestDeadline(start);
  fields.problems.push(...optionProblems(start, deadlineMs));
  return fields.checked({
    tenant,
    userId,
    factors,
    deadlineMs,
    deadlineMsMax,
    requestedBy,
    ...(phoneNumber !== undefined && { phoneNumber }),
    ...(reason !== undefined && { reason }),
  });
}

/** Temporal ends a run at a time-out without asking it: nothing is cleaned up, nobody is told. */
const TIME_OUTS = [
  ['execution time-out', 'executionTimeoutMs'],
  ['run time-out', 'runTimeoutMs'],
] as const;

function optionProblems(start: StartOptions, deadlineMs: number): readonly string[] {
  const needed = deadlineMs + LIMITS.afterDeadlineMs;
  const problems = TIME_OUTS.filter(([, field]) => limitOf(start, field) < needed).map(
    ([name]) =>
      `${name}: must be at least ${needed} ms, the deadline and ${LIMITS.afterDeadlineMs} ms for ` +
      'its clean-up; leave it out',
  );
  return start.cronSchedule === undefined || start.cronSchedule === ''
    ? problems
    : [
        ...problems,
        'cron schedule: an enrollment is started once for a user; terminate this workflow id, or ' +
          'Temporal starts it again, and start it without',
      ];
}

function latestDeadline(start: StartOptions): number {
  const limits = TIME_OUTS.map(([, field]) => limitOf(start, field) - LIMITS.afterDeadlineMs);
  return Math.min(LIMITS.deadlineMsMax, ...limits);
}

/** The server writes zero, or nothing, for none. */
function limitOf(start: StartOptions, field: (typeof TIME_OUTS)[number][1]): number {
  const limit = start[field];
  return limit === undefined || limit === 0 ? Number.POSITIVE_INFINITY : limit;
}

function plan(fields: Fields): readonly Factor[] {
  const named = fields.get('factors');
  const given: unknown = named === undefined ? DEFAULT_PLAN : named;
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
  if (!given && !needsNumber(factors)) return undefined;
  return fields.phoneNumber('phoneNumber');
}
