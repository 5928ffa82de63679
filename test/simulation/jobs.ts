/** What can happen to a run, as core tells the sandbox about it. */
import { coresdk, temporal } from '@temporalio/proto';
import type { FailureDetail } from '../../activities/enrollment-activities.ts';
import { ENROLL_MFA_WORKFLOW } from '../../workflows/contract/enroll-mfa.ts';
import type { Job } from './sandbox.ts';
import type { RunIds } from './simulated-run.ts';
import { payloadOf, timestampOf } from './wire-values.ts';

const IDENTITY = 'simulation';
const RETRY_STATE_NON_RETRYABLE = 2;

const { Failure } = temporal.api.failure.v1;

export function started(ids: RunIds, input: unknown, options: object = {}): Job {
  return coresdk.workflow_activation.WorkflowActivationJob.fromObject({
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

/** An activity's own failure, which no retry policy repeats any more. */
export function failed(seq: number, detail: FailureDetail): Job {
  const cause = Failure.fromObject({
    ...{ message: detail.type, source: IDENTITY },
    applicationFailureInfo: {
      ...{ type: detail.type, nonRetryable: true },
      details: { payloads: [payloadOf(detail)] },
    },
  });
  return { resolveActivity: { seq, result: { failed: { failure: activityFailure(seq, cause) } } } };
}

/** Temporal's own verdict about an attempt that it had started: its effect is not known. */
export function timedOut(seq: number, timeoutType: 'START_TO_CLOSE' | 'HEARTBEAT'): Job {
  const cause = Failure.fromObject({
    ...{ message: 'activity timed out', source: IDENTITY },
    timeoutFailureInfo: { timeoutType: `TIMEOUT_TYPE_${timeoutType}` },
  });
  return { resolveActivity: { seq, result: { failed: { failure: activityFailure(seq, cause) } } } };
}

function activityFailure(seq: number, cause: temporal.api.failure.v1.IFailure) {
  return Failure.fromObject({
    ...{ message: 'activity failed', source: IDENTITY, cause },
    activityFailureInfo: {
      ...{ activityType: { name: 'activity' }, activityId: String(seq), identity: IDENTITY },
      ...{ retryState: RETRY_STATE_NON_RETRYABLE, scheduledEventId: 0, startedEventId: 0 },
    },
  });
}
