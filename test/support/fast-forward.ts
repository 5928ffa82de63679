import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { MovableClock } from './movable-clock.ts';

/** What the server answers to a poll of a fast-forward (`FastForwardPollingResult`). */
const REACHED = 2;
const STOPPED = 3;
/** Each poll waits for about a minute at the server. */
const POLLS_MAX = 5;

/** By workflow id: what resolves when the run's fast-forwards so far are over. */
const underWay = new Map<string, Promise<unknown>>();

/**
 * Lets `ms` pass for one run: the server skips to each timer on the way, and skips only while
 * nothing is in flight. The clock of activities and emulator follows when it has arrived, so an
 * activity on the way sees the time before: go in steps where one must see the time between.
 *
 * One at a time: the server gives up the fast-forward of a run for its next one. What is asked for
 * meanwhile, as chaos does, waits for its turn.
 *
 * @returns `ended` when the run ended on the way.
 */
export async function fastForward(
  world: { readonly clock: MovableClock },
  handle: WorkflowHandle,
  ms: number,
): Promise<'reached' | 'ended'> {
  const { workflowId } = handle;
  const passed = (underWay.get(workflowId) ?? Promise.resolve()).then(() => pass(handle, ms));
  const over = passed.catch(() => undefined);
  underWay.set(workflowId, over);
  try {
    const end = await passed;
    world.clock.advance(ms);
    return end;
  } finally {
    if (underWay.get(workflowId) === over) underWay.delete(workflowId);
  }
}

async function pass(handle: WorkflowHandle, ms: number): Promise<'reached' | 'ended'> {
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
    if (result === REACHED) return 'reached';
    if (result === STOPPED) {
      if (!answer.failedReason.includes('ended')) throw new Error(answer.failedReason);
      return 'ended';
    }
  }
  throw new Error(`The run did not get ${ms} ms ahead.`);
}
