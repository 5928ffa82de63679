import type { WorkflowHandle } from '@temporalio/client';

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
export type HistoryEvent = NonNullable<History['events']>[number];

/** Each look is a round trip to the server: longer in all than a heartbeat that is missed. */
const LOOKS_MAX = 20_000;

/** Resolves once the run's history holds such an event; no worker is needed for that. */
export async function untilEvent(
  handle: WorkflowHandle,
  matches: (event: HistoryEvent) => boolean,
): Promise<void> {
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    const { events } = await handle.fetchHistory();
    if ((events ?? []).some(matches)) return;
  }
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
