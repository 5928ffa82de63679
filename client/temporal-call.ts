/**
 * One call to Temporal: its deadline, and what its errors mean to a caller. The SDK itself repeats
 * what Temporal certainly did not take, within the deadline; nothing is repeated here.
 */
import { type Call as FailingCall, SERVER_DEADLINE_MS, translated } from './temporal-errors.ts';

/** Of a run that a worker has taken it is read at once; of a new one when a worker has come. */
export const READ_DEADLINE_MS = 10_000;

/**
 * An answer comes when it is known. Longer than a call to Auth0 with its repeats takes, and shorter than browsers and
 * proxies wait; the same idempotency key takes the answer up again.
 */
export const UPDATE_DEADLINE_MS = 25_000;

export interface Call extends FailingCall {
  readonly deadlineMs: number;
}

/** @throws EnrollmentError and nothing else: see `temporal-errors.ts` */
export async function callTemporal<T>(call: Call, run: () => Promise<T>): Promise<T> {
  const began = performance.now();
  try {
    return await call.client.withDeadline(Date.now() + call.deadlineMs, run);
  } catch (error) {
    throw await translated({ call, error, waitedMs: performance.now() - began });
  }
}

/** One that Temporal answers by itself, without a worker. Throws as {@link callTemporal} does. */
export function callServer<T>(
  call: Pick<Call, 'client' | 'workflowId' | 'runId' | 'what'>,
  run: () => Promise<T>,
): Promise<T> {
  return callTemporal({ ...call, deadlineMs: SERVER_DEADLINE_MS, answeredByWorker: false }, run);
}
