import type { JournalEntry } from '../http/journal.ts';

/** Parts of a query string; those that are absent or empty let everything through. */
interface JournalQuery {
  /** A part of method and route: `/mfa/`. */
  readonly endpoint?: string;
  readonly userId?: string;
  readonly status?: string;
  readonly effect?: string;
  /** The id of an entry: those after it. */
  readonly after?: string;
}

export function filtered(
  entries: readonly JournalEntry[],
  query: JournalQuery,
): readonly JournalEntry[] {
  const { endpoint = '', userId = '', status = '', effect = '', after = '' } = query;
  return entries.filter(
    (entry) =>
      entry.endpoint.includes(endpoint) &&
      (userId === '' || entry.userId === userId) &&
      (status === '' || String(entry.status ?? 'dropped') === status) &&
      (effect === '' || entry.effect === effect) &&
      (after === '' || Number(entry.id) > Number(after)),
  );
}
