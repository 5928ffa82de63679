import type { Client } from '@temporalio/client';
import { EnrollmentNotFound } from '../../client/errors.ts';
import { isOpen } from '../../temporal/open-executions.ts';
import { withoutPayloads } from '../../temporal/encryption/without-payloads.ts';
import { callServer } from '../../client/temporal-call.ts';

/** Looked at in one go; whoever erases comes back for more. */
export const EXECUTIONS_MAX = 200;

/** One run under a workflow id. */
export interface Execution {
  readonly runId: string;
  /** `gone`: Temporal still lists it, and has it no more. */
  readonly state: 'open' | 'closed' | 'gone';
  /** As Temporal calls it, `COMPLETED` and so on. */
  readonly status: string;
  readonly startedAt: Date | undefined;
  readonly closedAt: Date | undefined;
}

/**
 * The executions under a workflow id, open and closed, at most {@link EXECUTIONS_MAX}; the newest is
 * among them. The list lags behind by seconds, so the newest and each state are asked for one by one.
 *
 * @throws EnrollmentError
 */
export async function executionsOf(
  client: Client,
  workflowId: string,
): Promise<readonly Execution[]> {
  const newest = await executionOf(client, workflowId);
  const found = newest === undefined ? [] : [newest];
  for (const runId of await listedRuns(client, workflowId)) {
    if (found.length >= EXECUTIONS_MAX) break;
    if (runId === newest?.runId) continue;
    found.push((await executionOf(client, workflowId, runId)) ?? gone(runId));
  }
  return found;
}

async function listedRuns(client: Client, workflowId: string): Promise<readonly string[]> {
  // The contract makes ids without quotes.
  const { workflow } = withoutPayloads(client);
  const query = `WorkflowId = '${workflowId}'`;
  return callServer({ client, workflowId, what: 'list' }, async () => {
    const runIds: string[] = [];
    for await (const { runId } of workflow.list({ query, pageSize: EXECUTIONS_MAX })) {
      runIds.push(runId);
      if (runIds.length >= EXECUTIONS_MAX) break;
    }
    return runIds;
  });
}

/** @returns `undefined` where there is none. @throws EnrollmentError */
export async function executionOf(
  client: Client,
  workflowId: string,
  ofRun?: string,
): Promise<Execution | undefined> {
  const run = ofRun === undefined ? {} : { runId: ofRun };
  const handle = withoutPayloads(client).workflow.getHandle(workflowId, ofRun);
  try {
    const described = await callServer({ client, workflowId, ...run, what: 'describe' }, () =>
      handle.describe(),
    );
    const { runId, status, startTime, closeTime } = described;
    const state = isOpen(described) ? 'open' : 'closed';
    return { runId, state, status: status.name, startedAt: startTime, closedAt: closeTime };
  } catch (error) {
    if (error instanceof EnrollmentNotFound) return undefined;
    throw error;
  }
}

function gone(runId: string): Execution {
  return { runId, state: 'gone', status: 'GONE', startedAt: undefined, closedAt: undefined };
}
