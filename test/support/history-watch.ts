import type { WorkflowHandle } from '@temporalio/client';

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
export type HistoryEvent = NonNullable<History['events']>[number];

/** The server lets a wait for something new go after twenty seconds, or at once where a deadline is near. */
const WAITS_MAX = 1_000;

/** The events so far, then those that come, as they come, until the run has ended. No worker is needed. */
export async function* newEvents(handle: WorkflowHandle): AsyncGenerator<readonly HistoryEvent[]> {
  const { client, workflowId } = handle;
  const execution = { workflowId };
  let nextPageToken: Uint8Array = new Uint8Array();
  for (let waits = 0; waits < WAITS_MAX;) {
    const page = await client.workflowService.getWorkflowExecutionHistory({
      ...{ namespace: client.options.namespace, execution, waitNewEvent: true, nextPageToken },
    });
    const events = page.history?.events ?? [];
    if (events.length > 0) yield events;
    waits = events.length > 0 ? 0 : waits + 1;
    nextPageToken = page.nextPageToken;
    if (nextPageToken.length === 0) return;
  }
}

/** Resolves once the run's history holds such an event. */
export async function untilEvent(
  handle: WorkflowHandle,
  matches: (event: HistoryEvent) => boolean,
): Promise<void> {
  for await (const events of newEvents(handle)) if (events.some(matches)) return;
  throw new Error('The history does not hold the event.');
}

export function isTimerFired(event: HistoryEvent): boolean {
  return Boolean(event.timerFiredEventAttributes);
}

/** The id of the update that this event accepts. */
export function acceptedUpdate(event: HistoryEvent): string | undefined {
  return (
    event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.meta?.updateId ??
    undefined
  );
}

export function isActivityTimedOut(event: HistoryEvent): boolean {
  return Boolean(event.activityTaskTimedOutEventAttributes);
}

/** How often a worker could not go on with the run. */
export async function tasksFailed(handle: WorkflowHandle): Promise<number> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).filter(
    (event) => event.workflowTaskFailedEventAttributes ?? event.workflowTaskTimedOutEventAttributes,
  ).length;
}
