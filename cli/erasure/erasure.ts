import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { Enrollment } from '../../client/enrollment.ts';
import { EnrollmentEnded, EnrollmentError, TemporalRefused } from '../../client/errors.ts';
import { callServer } from '../../client/temporal-call.ts';
import { type Execution, EXECUTIONS_MAX, executionOf, executionsOf } from './executions.ts';

/** Rounds of {@link EXECUTIONS_MAX}: a user with more has been enrolled every hour for a year. */
const ROUNDS_MAX = 50;
const LOOK_EVERY_MS = 250;
/**
 * Temporal deletes in the background, and a run that has just ended only once its queues have noted
 * how far they are, which they do every half minute.
 */
const GONE_MS_MAX = 180_000;

export interface ErasureOptions {
  readonly client: Client;
  readonly workflowId: string;
  /** Absent: an open enrollment is a refusal. */
  readonly cancel?: {
    /** Noted in the enrollment as who cancelled. */
    readonly by: string;
    /** How long to wait for its end, clean-up at Auth0 included. */
    readonly waitMs: number;
  };
}

/** Why not everything was deleted, and what to do. Names no more than whoever asked has named. */
export class ErasureError extends EnrollmentError {
  override readonly name = 'ErasureError';
  readonly code = 'erasure';
}

/**
 * Deletes every execution under the workflow id and waits until Temporal has none. One that is open
 * is cancelled first where that was asked for, never deleted: its clean-up at Auth0 would be lost.
 *
 * @returns what was deleted; asked a second time, nothing
 * @throws EnrollmentError
 */
export async function eraseEnrollments(options: ErasureOptions): Promise<readonly Execution[]> {
  const { client, workflowId } = options;
  const deleted: Execution[] = [];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const found = await executionsOf(client, workflowId);
    if (found.length === 0) return deleted;
    const open = found.find(({ state }) => state === 'open');
    if (open !== undefined) {
      await cancelled(options, open, deleted.length);
      // Looked at anew, so that what is told is how it ended.
      continue;
    }
    for (const execution of found) {
      if (execution.state === 'closed' && (await deletes(options, execution.runId))) {
        deleted.push(execution);
      }
    }
    await untilGone(options, new Set(found.map(({ runId }) => runId)));
  }
  throw new ErasureError(
    `After ${ROUNDS_MAX} rounds of ${EXECUTIONS_MAX} there are still executions. Ask again.`,
  );
}

/** @throws ErasureError where it may not be cancelled, cannot hear it, or does not end in time */
async function cancelled(
  { client, workflowId, cancel }: ErasureOptions,
  { runId, status }: Execution,
  deletedBefore: number,
): Promise<void> {
  const before =
    deletedBefore === 0 ? 'Nothing was deleted.' : `${deletedBefore} ended ones were deleted.`;
  if (cancel === undefined) {
    throw new ErasureError(
      `The enrollment ${workflowId} is still open (run ${runId}). ${before} Wait for its end, or ` +
        'have it cancelled first, with its clean-up at Auth0: --cancel.',
    );
  }
  if (status === 'PAUSED') {
    throw new ErasureError(
      `The enrollment ${workflowId} is paused (run ${runId}), so it would not act on a cancel. ${before} ` +
        `Let it go on, then ask again: temporal workflow unpause --workflow-id '${workflowId}'.`,
    );
  }
  try {
    // Nothing in it is personal, so it may go in clear.
    const enrollment = new Enrollment({ client, workflowId, runId, allowPlaintext: true });
    await enrollment.cancel({ by: cancel.by, reason: 'erasure' });
  } catch (error) {
    if (!(error instanceof EnrollmentEnded)) throw error;
  }
  const ended = await looksUntil(
    cancel.waitMs,
    async () => (await executionOf(client, workflowId, runId))?.state !== 'open',
  );
  if (ended) return;
  throw new ErasureError(
    `The enrollment ${workflowId} was told to cancel and is still open after ` +
      `${cancel.waitMs / 1_000} s. ${before} It needs a worker, and as long as Auth0 puts off its ` +
      'clean-up; ask again, or longer with --wait.',
  );
}

/** @returns `false` where somebody else was quicker */
async function deletes({ client, workflowId }: ErasureOptions, runId: string): Promise<boolean> {
  const { namespace } = client.options;
  try {
    await callServer({ client, workflowId, runId, what: 'delete' }, () =>
      client.workflowService.deleteWorkflowExecution({
        namespace,
        workflowExecution: { workflowId, runId },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof TemporalRefused && error.status === 'NOT_FOUND') return false;
    throw error;
  }
}

async function untilGone(
  { client, workflowId }: ErasureOptions,
  runIds: ReadonlySet<string>,
): Promise<void> {
  const gone = await looksUntil(GONE_MS_MAX, async () => {
    const found = await executionsOf(client, workflowId);
    return found.every(({ runId }) => !runIds.has(runId));
  });
  if (gone) return;
  throw new ErasureError(
    `Temporal was told to delete and still shows executions of ${workflowId} after ` +
      `${GONE_MS_MAX / 1_000} s. It deletes in the background; ask again.`,
  );
}

async function looksUntil(patienceMs: number, look: () => Promise<boolean>): Promise<boolean> {
  const end = Date.now() + patienceMs;
  for (;;) {
    if (await look()) return true;
    if (Date.now() >= end) return false;
    await delay(LOOK_EVERY_MS);
  }
}
