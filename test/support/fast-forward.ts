import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { MovableClock } from './movable-clock.ts';

/** What the server answers to a poll of a fast-forward (`FastForwardPollingResult`). */
const REACHED = 2;
const STOPPED = 3;
/** Each poll waits for about a minute at the server. */
const POLLS_MAX = 5;

/**
 * Lets `ms` pass for one run: the server skips to each timer on the way, and skips only while
 * nothing is in flight. The clock of activities and emulator follows when it has arrived, so an
 * activity on the way sees the time before: go in steps where one must see the time between.
 *
 * @returns `ended` when the run ended on the way.
 */
export async function fastForward(
  world: { readonly clock: MovableClock },
  handle: WorkflowHandle,
  ms: number,
): Promise<'reached' | 'ended'> {
  const { connection, options } = handle.client;
  const { namespace } = options;
  const workflowExecution = { workflowId: handle.workflowId };
  const fastForwardId = randomUUID();
  await connection.workflowService.updateWorkflowExecutionOptions({
    namespace,
    workflowExecution,
    updateMask: { paths: ['time_skipping_config'] },
    workflowExecutionOptions: {
      timeSkippingConfig: {
        enabled: true,
        fastForwardConfig: { id: fastForwardId, duration: msToTs(ms) },
      },
    },
  });
  for (let poll = 0; poll < POLLS_MAX; poll += 1) {
    const answer = await connection.workflowService.pollWorkflowExecutionTimeSkipping({
      namespace,
      workflowExecution,
      fastForwardId,
    });
    const result: number = answer.fastForwardPollingResult;
    if (result === REACHED) {
      world.clock.advance(ms);
      return 'reached';
    }
    if (result === STOPPED) {
      if (!answer.failedReason.includes('ended')) throw new Error(answer.failedReason);
      world.clock.advance(ms);
      return 'ended';
    }
  }
  throw new Error(`The run did not get ${ms} ms ahead.`);
}
