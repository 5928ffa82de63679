/** What programs of ours end with: one table, so that a script may branch on any of them. */
export const EXIT = {
  /** Done, or stopped by a signal. */
  done: 0,
  failed: 1,
  /** Called or configured wrongly: nothing was done. */
  usage: 2,
  /** Temporal cannot be reached, or its namespace is not prepared. */
  temporal: 3,
  /** The enrollment has ended. */
  ended: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
