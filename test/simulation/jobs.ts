/** What can happen to a run, as core tells the sandbox about it. */
import proto from '@temporalio/proto';
import { ENROLL_MFA_WORKFLOW } from '../../workflows/contract/enroll-mfa.ts';
import type { Job } from './sandbox.ts';
import { payloadOf, timestampOf } from './wire-values.ts';

export interface RunIds {
  readonly workflowId: string;
  readonly runId: string;
  readonly startedAt: number;
}

/** Why Temporal itself ends an attempt, or one that nobody has taken. */
export type TimeoutType =
  'START_TO_CLOSE' | 'SCHEDULE_TO_START' | 'SCHEDULE_TO_CLOSE' | 'HEARTBEAT';

/** Of `ApplicationFailure`, what travels. */
export interface FailureOfActivity {
  readonly type?: string | null | undefined;
  readonly message: string;
  readonly nonRetryable?: boolean | null | undefined;
  readonly details?: readonly unknown[] | null | undefined;
}

const IDENTITY = 'simulation';
const RETRY_STATE_NON_RETRYABLE = 2;

const { WorkflowActivationJob } = proto.coresdk.workflow_activation;
const { Failure } = proto.temporal.api.failure.v1;

export function started(ids: RunIds, input: unknown, options: object = {}): Job {
  return WorkflowActivationJob.fromObject({
    initializeWorkflow: {
      ...{ workflowType: ENROLL_MFA_WORKFLOW, workflowId: ids.workflowId },
      arguments: [payloadOf(input)],
      ...{ randomnessSeed: 1, headers: {}, firstExecutionRunId: ids.runId, attempt: 1 },
      startTime: timestampOf(ids.startedAt),
      workflowTaskTimeout: timestampOf(5_000),
      ...options,
    },
  });
}

export function signalled(signalName: string, ...args: readonly unknown[]): Job {
  const input = args.map(payloadOf);
  return { signalWorkflow: { signalName, input, identity: IDENTITY, headers: {} } };
}

export function updated(id: string, name: string, argument: unknown): Job {
  return {
    doUpdate: {
      ...{ id, protocolInstanceId: id, name, input: [payloadOf(argument)], headers: {} },
      ...{ meta: { updateId: id, identity: IDENTITY }, runValidator: true },
    },
  };
}

export function cancelled(): Job {
  return { cancelWorkflow: { reason: 'cancelled through Temporal' } };
}

export function fired(seq: number): Job {
  return { fireTimer: { seq } };
}

export function resolved(seq: number, value: unknown): Job {
  return { resolveActivity: { seq, result: { completed: { result: payloadOf(value) } } } };
}

export function localEnded(seq: number, failure: FailureOfActivity | undefined): Job {
  const { resolveActivity } = failure === undefined ? resolved(seq, null) : failed(seq, failure);
  return { resolveActivity: { ...resolveActivity, isLocal: true } };
}

/** An activity's own failure, as the worker reports it, after which it is not tried again. */
export function failed(seq: number, failure: FailureOfActivity): Job {
  const { type, message } = failure;
  const details = failure.details ?? [];
  const cause = Failure.fromObject({
    ...{ message, source: IDENTITY },
    applicationFailureInfo: {
      ...{ type: type ?? '', nonRetryable: failure.nonRetryable === true },
      details: { payloads: details.map(payloadOf) },
    },
  });
  return failing(seq, cause);
}

/** Temporal's own verdict about an attempt that it had started: its effect is not known. */
export function timedOut(seq: number, timeoutType: TimeoutType): Job {
  const cause = Failure.fromObject({
    ...{ message: 'activity timed out', source: IDENTITY },
    timeoutFailureInfo: { timeoutType: `TIMEOUT_TYPE_${timeoutType}` },
  });
  return failing(seq, cause);
}

/** What a workflow hears that has asked for the cancellation and does not wait for its end. */
export function activityCancelled(seq: number): Job {
  const cause = Failure.fromObject({
    ...{ message: 'activity cancelled', source: IDENTITY },
    canceledFailureInfo: {},
  });
  return {
    resolveActivity: { seq, result: { cancelled: { failure: activityFailure(seq, cause) } } },
  };
}

function failing(seq: number, cause: proto.temporal.api.failure.v1.IFailure): Job {
  return { resolveActivity: { seq, result: { failed: { failure: activityFailure(seq, cause) } } } };
}

function activityFailure(seq: number, cause: proto.temporal.api.failure.v1.IFailure) {
  return Failure.fromObject({
    ...{ message: 'activity failed', source: IDENTITY, cause },
    activityFailureInfo: {
      ...{ activityType: { name: 'activity' }, activityId: String(seq), identity: IDENTITY },
      ...{ retryState: RETRY_STATE_NON_RETRYABLE, scheduledEventId: 0, startedEventId: 0 },
    },
  });
}
