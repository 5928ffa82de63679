import type { WorkflowHandle } from '@temporalio/client';

/** What one enrollment costs at a Temporal server. */
export interface HistoryCounts {
  readonly events: number;
  /** Size of the history in bytes, as the server counts it. */
  readonly bytes: number;
  /**
   * What Temporal Cloud bills as Actions: the start, each attempt of an activity, updates, signals,
   * timers and upserts of search attributes. A rejected update is billed too, but leaves no trace.
   */
  readonly billedActions: number;
}

export async function historyCounts(handle: WorkflowHandle): Promise<HistoryCounts> {
  const { events } = await handle.fetchHistory();
  const { historySize } = await handle.describe();
  const all = events ?? [];
  const billedActions = all.reduce((sum, event) => {
    if (event.activityTaskStartedEventAttributes) {
      return sum + (event.activityTaskStartedEventAttributes.attempt ?? 1);
    }
    const billed =
      event.workflowExecutionStartedEventAttributes ??
      event.workflowExecutionUpdateAcceptedEventAttributes ??
      event.workflowExecutionSignaledEventAttributes ??
      event.timerStartedEventAttributes ??
      event.upsertWorkflowSearchAttributesEventAttributes;
    return billed ? sum + 1 : sum;
  }, 0);
  return { events: all.length, bytes: historySize ?? 0, billedActions };
}
