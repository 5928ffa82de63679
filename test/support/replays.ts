import type { WorkflowHandle } from '@temporalio/client';
import { type ReplayWorkerOptions, Worker } from '@temporalio/worker';
import { PAYLOAD_CONVERTER_PATH } from '../../worker/bundle.ts';
import { requiredVariable } from './required-variable.ts';

/** As the worker of today would replay it. */
function today(): ReplayWorkerOptions {
  return {
    workflowBundle: { codePath: requiredVariable('WORKFLOW_BUNDLE') },
    dataConverter: { payloadConverterPath: PAYLOAD_CONVERTER_PATH },
  };
}

/** One replay at a time: the SDK's runtime goes down with its last worker, and another must not begin then. */
let before: Promise<unknown> = Promise.resolve();

/** Of each run that cannot be replayed, why. A run may have ended well and be none the less spoilt. */
export function unreplayable(handles: readonly WorkflowHandle[]): Promise<readonly string[]> {
  const replayed = before.then(() => problemsOf(handles));
  before = replayed.catch(() => undefined);
  return replayed;
}

async function problemsOf(handles: readonly WorkflowHandle[]): Promise<readonly string[]> {
  const histories = await Promise.all(
    handles.map(async (handle) => ({
      workflowId: handle.workflowId,
      history: await handle.fetchHistory(),
    })),
  );
  const problems: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories(today(), histories)) {
    if (error !== undefined) problems.push(`${workflowId}: ${error.message}`);
  }
  return problems;
}
