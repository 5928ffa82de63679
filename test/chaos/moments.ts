import type { HistoryEvent } from './history-follower.ts';

/**
 * The events at which something new has happened to a run, by their numbers. Others are written together
 * with the one before them, in one step of the server's: what a workflow task asks for with its
 * completion, a task that is scheduled with what it is for, an activity that is started with its end or
 * with the task that asked for it. A worker that is killed at those is killed at the same moment.
 */
export function moments(events: readonly HistoryEvent[]): readonly number[] {
  return events.filter((event) => !isWrittenAlong(event)).map(({ eventId }) => Number(eventId));
}

function isWrittenAlong(event: HistoryEvent): boolean {
  if (event.workflowTaskScheduledEventAttributes ?? event.activityTaskStartedEventAttributes) {
    return true;
  }
  return Object.values(event).some(
    (attributes: unknown) =>
      typeof attributes === 'object' &&
      attributes !== null &&
      'workflowTaskCompletedEventId' in attributes &&
      Number(attributes.workflowTaskCompletedEventId) > 0,
  );
}
