import type { WorkflowHandle } from '@temporalio/client';

export interface EnrollmentCost {
  readonly historyEvents: number;
  readonly historyBytes: number;
  /**
   * As Temporal Cloud counts them ("Actions" in its pricing): the start, each activity and each
   * retry of it, each update, signal, timer and upsert of search attributes.
   */
  readonly billedActions: number;
}

/** What one enrollment cost, from its history. */
export async function enrollmentCost(handle: WorkflowHandle): Promise<EnrollmentCost> {
  const [{ events }, description] = [await handle.fetchHistory(), await handle.describe()];
  let billedActions = 0;
  for (const event of events ?? []) {
    if (
      event.workflowExecutionStartedEventAttributes ||
      event.workflowExecutionUpdateAcceptedEventAttributes ||
      event.workflowExecutionSignaledEventAttributes ||
      event.timerStartedEventAttributes ||
      event.upsertWorkflowSearchAttributesEventAttributes
    ) {
      billedActions += 1;
    }
    // Written once an activity has ended, with the number of its last attempt.
    billedActions += event.activityTaskStartedEventAttributes?.attempt ?? 0;
  }
  return {
    historyEvents: description.historyLength,
    historyBytes: description.historySize ?? 0,
    billedActions,
  };
}
