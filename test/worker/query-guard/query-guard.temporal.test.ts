import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Client, type WorkflowHandle } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundle,
} from '@temporalio/worker';
import { temporal } from '@temporalio/proto';
import { requiredVariable } from '../../support/required-variable.ts';
import { connectTo } from '../../support/temporal-connection.ts';

// Jest's own handling of Ctrl-C stays in force, and a test's output is its own.
Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const GUARD = pathOf('../../../workflows/sandbox/query-guard.ts');

/** Within which the server has surely taken a query that was sent before: it answers in order. */
const ROUND_TRIPS = 50;
/** `TaskQueueKind` of the protocol. */
const NORMAL = temporal.api.enums.v1.TaskQueueKind.TASK_QUEUE_KIND_NORMAL;
/** Without a deadline the server refuses to be polled. */
const POLL_MS = 20_000;
/** The dying worker may be handed the query in place of the task, or be given up too soon; then it is tried anew. */
const TRIES_MAX = 10;
/** Within which the next worker has to start and answer. */
const TASK_MS = 5_000;
const TIMEOUT_MS = 240_000;

const { connection, close } = await connectTo(requiredVariable('TEMPORAL_TEST_ADDRESS'));

afterAll(close);

function bundled(...interceptors: string[]): Promise<WorkflowBundle> {
  return bundleWorkflowCode({
    workflowsPath: pathOf('asked-workflow.ts'),
    workflowInterceptorModules: interceptors,
    logger: new DefaultLogger('ERROR'),
  });
}

async function running(taskQueue: string, workflowBundle: WorkflowBundle) {
  const native = await NativeConnection.connect({
    address: requiredVariable('TEMPORAL_TEST_ADDRESS'),
  });
  const worker = await Worker.create({
    ...{ connection: native, taskQueue, workflowBundle, stickyQueueScheduleToStartTimeout: 200 },
    debugMode: true,
  });
  const run = worker.run();
  return {
    [Symbol.asyncDispose]: async () => {
      worker.shutdown();
      await run;
      await native.close();
    },
  };
}

/**
 * A worker stops; a query and a signal come; another worker takes the signal's task and dies with it; a
 * third one comes. Its query is answered from a history that goes beyond the last completed task.
 */
async function askedInBetween(workflowBundle: WorkflowBundle): Promise<WorkflowHandle> {
  const client = new Client({ connection });
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const taskQueue = `asked-${randomUUID()}`;
    const options = { taskQueue, workflowId: taskQueue, workflowTaskTimeout: TASK_MS };
    const handle = await client.workflow.start('asked', options);
    {
      await using worker = await running(taskQueue, workflowBundle);
      void worker;
      await handle.query('poked');
    }
    const query = handle.query('poked');
    for (let trip = 1; trip <= ROUND_TRIPS; trip += 1) await handle.describe();
    await handle.signal('poke');
    const taken = await connection.withDeadline(Date.now() + POLL_MS, () =>
      client.workflowService.pollWorkflowTaskQueue({
        ...{ namespace: 'default', identity: 'dies' },
        taskQueue: { name: taskQueue, kind: NORMAL },
      }),
    );
    if (taken.query) {
      query.catch(() => undefined);
      await handle.terminate();
      continue;
    }
    await using worker = await running(taskQueue, workflowBundle);
    void worker;
    expect(await query).toBe(1);
    if (!(await isTaskStarted(handle))) {
      await handle.terminate();
      continue;
    }
    expect(await handle.executeUpdate('update')).toBe(1);
    return handle;
  }
  throw new Error(
    `In ${TRIES_MAX} tries the query was never answered while the dead worker had the task.`,
  );
}

/** The dead worker's task has not been given up yet: its start is the newest event. */
async function isTaskStarted(handle: WorkflowHandle): Promise<boolean> {
  const { events } = await handle.fetchHistory();
  return Boolean(events?.at(-1)?.workflowTaskStartedEventAttributes);
}

async function replayed(handle: WorkflowHandle, workflowBundle: WorkflowBundle): Promise<void> {
  const history = await handle.fetchHistory();
  await handle.terminate();
  await Worker.runReplayHistory({ workflowBundle }, history, handle.workflowId);
}

describe('a query that comes while a worker is away', () => {
  it(
    'spoils the history without the guard: where this fails, a release has mended it and the guard goes',
    async () => {
      const bundle = await bundled();
      await expect(replayed(await askedInBetween(bundle), bundle)).rejects.toThrow('TMPRL1100');
    },
    TIMEOUT_MS,
  );

  it(
    'spoils nothing with the guard',
    async () => {
      const bundle = await bundled(GUARD);
      await replayed(await askedInBetween(bundle), bundle);
    },
    TIMEOUT_MS,
  );
});
