/** What Temporal itself knows of an enrollment: one description, or an entry of a list. */
import type { WorkflowExecutionInfo } from '@temporalio/client';
import { MEMO, type Outcome, type Progress } from '../workflows/contract/enroll-mfa.ts';
import {
  MFA_LAST_REFUSAL,
  MFA_OUTCOME,
  MFA_PHASE,
  MFA_REASON,
  MFA_REFUSALS,
  MFA_REQUESTED_BY,
  MFA_WAITING_SINCE,
} from '../workflows/contract/search-attributes.ts';
import { outcomeOf } from './temporal-errors.ts';

/**
 * Where an enrollment stands, told without a worker.
 *
 * @example
 * ```ts
 * const { phase, waitingSince, endedAt } = await enrollment.describe();
 * ```
 */
export interface EnrollmentDescription {
  readonly workflowId: string;
  readonly runId: string;
  /** The Auth0 user id where it stands in the workflow id; `undefined` where that holds its hash. */
  readonly userId: string | undefined;
  /** What is awaited, or the outcome: a `Phase` of the release that the worker has. */
  readonly phase: string | undefined;
  readonly waitingSince: Date | undefined;
  readonly requestedBy: string | undefined;
  /** The last `Refusal`, and how many there have been. */
  readonly lastRefusal: string | undefined;
  readonly refusals: number;
  readonly startedAt: Date;
  /** Absent while it is open, a paused one too. */
  readonly endedAt: Date | undefined;
  readonly outcome: Outcome | undefined;
  /** Why it ended so; while it is parked, what an operator has to mend. */
  readonly reason: string | undefined;
  /** What Temporal calls its state: `RUNNING`, `PAUSED`, `TERMINATED`, … */
  readonly status: string;
  /** Absent until a worker has taken it. */
  readonly progress: Progress | undefined;
}

type Info = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'runId' | 'typedSearchAttributes' | 'startTime' | 'closeTime' | 'status' | 'memo'
>;

export function describedAs(info: Info): EnrollmentDescription {
  const { workflowId, runId, typedSearchAttributes: attributes, memo } = info;
  return {
    ...{ workflowId, runId, userId: userIdOf(workflowId) },
    phase: attributes.get(MFA_PHASE),
    waitingSince: attributes.get(MFA_WAITING_SINCE),
    requestedBy: attributes.get(MFA_REQUESTED_BY),
    lastRefusal: attributes.get(MFA_LAST_REFUSAL),
    refusals: attributes.get(MFA_REFUSALS) ?? 0,
    ...{ startedAt: info.startTime, endedAt: info.closeTime, status: info.status.name },
    outcome: outcomeOf(attributes.get(MFA_OUTCOME)),
    reason: attributes.get(MFA_REASON),
    progress: memo?.[MEMO.progress] as Progress | undefined,
  };
}

/** Users whose id a machine did not surely make are hashed there; anybody may start under an id of no form at all. */
export function userIdOf(workflowId: string): string | undefined {
  const user = workflowId.slice(workflowId.lastIndexOf('/') + 1);
  if (user.startsWith('h-')) return undefined;
  try {
    return decodeURIComponent(user);
  } catch {
    return undefined;
  }
}
