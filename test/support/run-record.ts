import type { WorkflowHandle } from '@temporalio/client';
import { untilSeen } from './repeated-look.ts';

/** `WorkflowTaskFailedCause` of Temporal's API. */
const NON_DETERMINISTIC_ERROR = 24;

/** Who ran what of an enrollment, as its history has it. */
export interface RunRecord {
  /** The build that completed each workflow task; `unversioned` where the worker was. */
  readonly builds: readonly string[];
  /** The processes that ran its activities. */
  readonly processes: readonly number[];
  /** Workflow tasks that failed because the code did not fit the history. */
  readonly nonDeterminismErrors: number;
}

export async function recordOf(handle: WorkflowHandle): Promise<RunRecord> {
  const { events } = await handle.fetchHistory();
  const builds: string[] = [];
  const processes: number[] = [];
  let nonDeterminismErrors = 0;
  for (const event of events ?? []) {
    const completed = event.workflowTaskCompletedEventAttributes;
    if (completed) builds.push(completed.deploymentVersion?.buildId ?? 'unversioned');
    // `PID@HOST`
    const identity = event.activityTaskStartedEventAttributes?.identity;
    if (typeof identity === 'string') processes.push(Number.parseInt(identity, 10));
    const cause: number = event.workflowTaskFailedEventAttributes?.cause ?? 0;
    if (cause === NON_DETERMINISTIC_ERROR) nonDeterminismErrors += 1;
  }
  return { builds: [...new Set(builds)], processes: [...new Set(processes)], nonDeterminismErrors };
}

/** Resolves once a worker has found that its code does not fit. */
export async function untilStuck(handle: WorkflowHandle): Promise<void> {
  await untilSeen(
    'its workflow tasks fail',
    async () => (await recordOf(handle)).nonDeterminismErrors > 0,
  );
}
