/**
 * Open is what has not ended, whatever Temporal calls its state: one that is paused (since Temporal
 * 1.30) goes on one day and needs its keys and its workers then. So it is told by its end. A question
 * for `ExecutionStatus = "Running"` misses the paused ones; test/docs finds it in code and documents.
 */

/** In a query to Temporal's list; the same in docs/upgrades.md. */
export const OPEN_EXECUTIONS = 'CloseTime IS NULL';

/** Of a description, or of an entry of a list. */
export function isOpen({ closeTime }: { readonly closeTime?: Date | undefined }): boolean {
  return closeTime === undefined;
}
