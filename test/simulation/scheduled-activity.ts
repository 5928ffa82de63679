/** What a run asks for when it schedules an activity, its time-outs and retry policy included. */
import proto from '@temporalio/proto';
import type { EnrollmentActivities } from '../../activities/enrollment-activities.ts';
import type { Command } from './sandbox.ts';
import { msOf, valueOf } from './wire-values.ts';

/** That a tenant is served is asked by a local activity: core runs it, and no server hears of it. */
export type ActivityName = Exclude<keyof EnrollmentActivities, 'servesTenant'>;

export interface ScheduledActivity {
  readonly seq: number;
  readonly name: ActivityName;
  readonly input: unknown;
  readonly at: number;
  /** In ms; infinite where there is none. */
  readonly timeouts: {
    readonly scheduleToClose: number;
    readonly scheduleToStart: number;
    readonly startToClose: number;
    readonly heartbeat: number;
  };
  readonly retry: RetryPolicy;
  /** Whether the run waits for the end of an attempt whose cancellation it has asked for. */
  readonly awaitsCancellation: boolean;
}

export interface RetryPolicy {
  readonly initialMs: number;
  readonly factor: number;
  readonly intervalMsMax: number;
  readonly attemptsMax: number;
  readonly nonRetryableTypes: readonly string[];
}

/** What the server puts where a policy is silent: one second, doubling up to a hundred of them. */
const INITIAL_MS_DEFAULT = 1_000;
const FACTOR_DEFAULT = 2;
const INTERVALS_MAX_DEFAULT = 100;

const { WAIT_CANCELLATION_COMPLETED } = proto.coresdk.workflow_commands.ActivityCancellationType;

type Schedule = NonNullable<Command['scheduleActivity']>;

export function scheduledActivity(at: number, command: Schedule): ScheduledActivity {
  const [input] = command.arguments ?? [];
  return {
    ...{ seq: command.seq ?? 0, at, name: command.activityType as ActivityName },
    input: input === undefined ? undefined : valueOf(input),
    timeouts: {
      scheduleToClose: boundOf(command.scheduleToCloseTimeout),
      scheduleToStart: boundOf(command.scheduleToStartTimeout),
      startToClose: boundOf(command.startToCloseTimeout),
      heartbeat: boundOf(command.heartbeatTimeout),
    },
    retry: retryPolicy(command.retryPolicy),
    awaitsCancellation: command.cancellationType === WAIT_CANCELLATION_COMPLETED,
  };
}

function retryPolicy(policy: Schedule['retryPolicy']): RetryPolicy {
  const initialMs = msOf(policy?.initialInterval) || INITIAL_MS_DEFAULT;
  return {
    initialMs,
    factor: policy?.backoffCoefficient || FACTOR_DEFAULT,
    intervalMsMax: msOf(policy?.maximumInterval) || initialMs * INTERVALS_MAX_DEFAULT,
    attemptsMax: policy?.maximumAttempts || Number.POSITIVE_INFINITY,
    nonRetryableTypes: policy?.nonRetryableErrorTypes ?? [],
  };
}

function boundOf(timeout: Schedule['startToCloseTimeout']): number {
  return msOf(timeout) || Number.POSITIVE_INFINITY;
}
