/**
 * One call to Temporal: its deadline, and what its errors mean to a caller. The SDK itself repeats
 * what Temporal certainly did not take, within the deadline; nothing is repeated here.
 */
import { CallAborted, InvalidInput } from './errors.ts';
import { type Call as FailingCall, SERVER_DEADLINE_MS, translated } from './temporal-errors.ts';

/** Of a run that a worker has taken it is read at once; of a new one when a worker has come. */
export const READ_DEADLINE_MS = 10_000;

/**
 * An answer comes when it is known. Longer than a call to Auth0 with its repeats takes, and shorter than browsers and
 * proxies wait; the same idempotency key takes the answer up again.
 */
export const UPDATE_DEADLINE_MS = 25_000;

/** Of every call. */
export interface CallOptions {
  /**
   * How long to wait. Default {@link READ_DEADLINE_MS} for what Temporal knows itself, {@link UPDATE_DEADLINE_MS} for
   * what a worker answers, and for a result as long as an enrollment can last.
   */
  readonly timeoutMs?: number;
  /** Ends the wait with `CallAborted`. What was sent may take effect all the same. */
  readonly signal?: AbortSignal | undefined;
}

export interface Call extends FailingCall, CallOptions {
  readonly timeoutMs: number;
}

/** What a timer of Node's holds, 24 days; gRPC ends the process beyond it. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/** @throws EnrollmentError and nothing else: see `temporal-errors.ts` */
export async function callTemporal<T>(call: Call, run: () => Promise<T>): Promise<T> {
  const { client, timeoutMs, signal } = call;
  const isAborted = () => signal?.aborted === true;
  const aborted = () => new CallAborted(call, { cause: signal?.reason });
  if (isAborted()) throw aborted();
  if (typeof timeoutMs !== 'number' || !(timeoutMs <= TIMEOUT_MS_MAX)) {
    const rule = `timeoutMs: must be a number of milliseconds up to ${TIMEOUT_MS_MAX}; leave it out for the default`;
    throw new InvalidInput('The call', [rule]);
  }
  const began = performance.now();
  const inTime = () => client.withDeadline(Date.now() + timeoutMs, run);
  try {
    // The SDK leaves a listener on its signal after each call: the caller's would gather them.
    return await (signal === undefined
      ? inTime()
      : client.withAbortSignal(AbortSignal.any([signal]), inTime));
  } catch (error) {
    if (isAborted()) throw aborted();
    throw await translated({ call, error, waitedMs: performance.now() - began });
  }
}

/** One that Temporal answers by itself, without a worker. Throws as {@link callTemporal} does. */
export function callServer<T>(
  call: Pick<Call, 'client' | 'workflowId' | 'runId' | 'what'> & CallOptions,
  run: () => Promise<T>,
): Promise<T> {
  const { timeoutMs = SERVER_DEADLINE_MS } = call;
  return callTemporal({ ...call, timeoutMs, answeredByWorker: false }, run);
}
