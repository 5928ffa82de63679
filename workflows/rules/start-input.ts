/** The input and the options of a start, checked: a raw client may start the workflow with anything. */
import { DEFAULT_PLAN, type EnrollMfaInput, type Factor, LIMITS } from '../contract/enroll-mfa.ts';
import { Problems } from '../contract/problems.ts';
import { type Checked, Reading } from '../contract/shape.ts';
import { enrollMfaInput } from '../contract/shapes.ts';
import { enrollMfaWorkflowId } from '../contract/workflow-id.ts';

/** The input with its defaults filled in. */
export interface StartInput extends EnrollMfaInput {
  readonly factors: readonly Factor[];
  readonly deadlineMs: number;
  /** How far `deadlineMs` can be put off: the contract's bound, or what the time-outs leave. */
  readonly deadlineMsMax: number;
}

/**
 * What Temporal says of the start besides its input; times in ms. A retry policy is not among it: no
 * failure of ours is retried.
 */
export interface StartOptions {
  readonly workflowId: string;
  readonly executionTimeoutMs?: number;
  readonly runTimeoutMs?: number;
  readonly cronSchedule?: string;
}

/** Every problem at once, each naming field, rule and way out. */
export function checkStartInput(input: unknown, start: StartOptions): Checked<StartInput> {
  const problems = new Problems();
  const given = enrollMfaInput.read(input, new Reading(problems, false));
  // One id per tenant and user is what keeps two enrollments from texting the same person.
  if (problems.none && given !== undefined && start.workflowId !== workflowIdOf(given)) {
    // The id is not told: it may hold the user's id, and this stands in clear.
    problems.add(
      'workflow id: must be the one made of this tenant and userId; npm run -s mfa -- workflow-id prints it, ' +
        'and workflows/contract/README.md says how it is made',
    );
  }
  const deadlineMs = given?.deadlineMs ?? LIMITS.deadlineMsDefault;
  for (const problem of optionProblems(start, deadlineMs)) problems.add(problem);
  if (given === undefined || !problems.none) return { ok: false, problems: problems.told };
  const { factors = DEFAULT_PLAN } = given;
  const value = { ...given, factors, deadlineMs, deadlineMsMax: latestDeadline(start) };
  return { ok: true, value };
}

function workflowIdOf({ tenant, userId }: EnrollMfaInput): string {
  return enrollMfaWorkflowId(tenant, userId);
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
