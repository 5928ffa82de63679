/**
 * While a call runs the activity shows that it lives, and nothing is written to Auth0 by an attempt
 * that Temporal may have given up already: a frozen process that wakes late must not send an SMS.
 */
import { Context } from '@temporalio/activity';

/** Well under the heartbeat time-out: a dead worker is told from a slow Auth0 in seconds. */
export const HEARTBEAT_INTERVAL_MS = 1_000;

export interface Ownership {
  /**
   * Whether the attempt still is ours and a full HTTP deadline is left of it. A request that was
   * written is never aborted: its reply says what happened.
   */
  readonly mayWrite: () => boolean;
}

export async function owned<T>(
  httpDeadlineMs: number,
  work: (ownership: Ownership) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  const startedAt = performance.now();
  const { startToCloseTimeoutMs } = context.info;
  const mayWrite = (): boolean =>
    !context.cancellationSignal.aborted &&
    performance.now() - startedAt + httpDeadlineMs <= startToCloseTimeoutMs;
  // Only an attempt with a heartbeat time-out gains from them, but cancellation arrives with them.
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_INTERVAL_MS);
  try {
    return await work({ mayWrite });
  } finally {
    clearInterval(timer);
  }
}
