/**
 * Whether this attempt may still write to Auth0. A worker that was frozen, or cut off from Temporal,
 * may wake up after its attempt was given up; it must not send then what another one has sent.
 */
import { Context } from '@temporalio/activity';

/** A dead worker is told from a slow Auth0 within a few of these. */
const HEARTBEAT_MS = 1_000;
/**
 * An attempt that begins this far from when it was handed out may have been given up on the way: it was
 * in the poll of a process that was frozen, or it waited for its turn. Then, or where the two clocks
 * differ by as much, Temporal is asked.
 */
const PROMPT_MS = 1_000;
const ASK_TIMEOUT_MS = 2_000;

export interface Ownership {
  /** Right before writing: the attempt is ours, and `neededMs` are left of it. */
  holds(neededMs: number): boolean;
}

/**
 * Heartbeats while `run` runs. Uses the machine's clock: the attempt's end is Temporal's, not Auth0's.
 */
export async function owning<T>(run: (ownership: Ownership) => Promise<T>): Promise<T> {
  const context = Context.current();
  const { startToCloseTimeoutMs, heartbeatTimeoutMs = Infinity } = context.info;
  const begunAt = Date.now();
  const given = isPrompt(context, begunAt) || (await isStillGiven(context));
  const endsAt = begunAt + startToCloseTimeoutMs;
  let beatAt = begunAt;
  const timer = setInterval(() => {
    // A beat that is due too late was not heard in time: it may not vouch for an attempt given up.
    if (Date.now() - beatAt < heartbeatTimeoutMs) beatAt = Date.now();
    context.heartbeat();
  }, HEARTBEAT_MS);
  try {
    return await run({
      holds: (neededMs) => {
        const now = Date.now();
        return (
          given &&
          !context.cancellationSignal.aborted &&
          now - beatAt < heartbeatTimeoutMs &&
          now + neededMs <= endsAt
        );
      },
    });
  } finally {
    clearInterval(timer);
  }
}

function isPrompt({ info }: Context, now: number): boolean {
  return Math.abs(now - info.currentAttemptScheduledTimestampMs) < PROMPT_MS;
}

/** A heart beat that is answered. Without an answer nobody may write, and the attempt is repeated. */
async function isStillGiven({ client, info }: Context): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + ASK_TIMEOUT_MS, () =>
      client.workflowService.recordActivityTaskHeartbeat({
        namespace: info.namespace,
        taskToken: info.taskToken,
      }),
    );
    return true;
  } catch {
    return false;
  }
}
