import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { CompleteAsyncError, Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { LIST } from '../support/auth0-record.ts';
import { killed } from '../support/child-program.ts';
import { Enrollee } from '../support/enrollee.ts';
import { untilSeen } from '../support/repeated-look.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWorkerProgram } from '../support/worker-program.ts';
import { createWorld } from '../support/world.ts';
import type { PolicyName, ScriptedActivities, TimeOut } from './policies/workflow.ts';

/** The heart beats of a killed worker are missed for six seconds. */
const TIMEOUT_MS = 90_000;
/** `RetryState`, `TimeoutType` and `PendingActivityState` of Temporal's API. */
const NON_RETRYABLE_FAILURE = 2;
const MAXIMUM_ATTEMPTS_REACHED = 4;
const START_TO_CLOSE = 1;
const SCHEDULE_TO_START = 2;
const HEARTBEAT = 4;
const STARTED = 2;

interface Ended {
  /** The attempt that was the last. */
  readonly attempt: number;
  readonly how: 'completed' | 'failed' | 'timed-out';
  readonly retryState?: number;
  readonly timeoutType?: number;
}

/** How each call of an activity type ended. */
async function calls(handle: WorkflowHandle, type: string): Promise<readonly Ended[]> {
  const { events } = await handle.fetchHistory();
  const ofType = new Set<string>();
  const attempts = new Map<string, number>();
  const ended: Ended[] = [];
  for (const event of events ?? []) {
    if (event.activityTaskScheduledEventAttributes?.activityType?.name === type) {
      ofType.add(String(event.eventId));
    }
    const started = event.activityTaskStartedEventAttributes;
    if (started) attempts.set(String(started.scheduledEventId), started.attempt ?? 0);
    const completed = event.activityTaskCompletedEventAttributes;
    const failed = event.activityTaskFailedEventAttributes;
    const timedOut = event.activityTaskTimedOutEventAttributes;
    const id = String((completed ?? failed ?? timedOut)?.scheduledEventId);
    if (!ofType.has(id)) continue;
    const attempt = attempts.get(id) ?? 0;
    if (completed) ended.push({ attempt, how: 'completed' });
    if (failed) ended.push({ attempt, how: 'failed', retryState: Number(failed.retryState) });
    if (timedOut) {
      const timeoutType = Number(timedOut.failure?.timeoutFailureInfo?.timeoutType);
      ended.push({
        attempt,
        how: 'timed-out',
        retryState: Number(timedOut.retryState),
        timeoutType,
      });
    }
  }
  return ended;
}

/** Runs `callWith` on a worker of its own, which takes no activities where there is none. */
async function callOf(
  policy: PolicyName,
  timeOut: TimeOut,
  call?: ScriptedActivities['call'],
): Promise<readonly Ended[]> {
  await using world = await createWorld({ worker: false });
  const connection = await NativeConnection.connect({ address: world.address });
  try {
    const worker = await Worker.create({
      connection,
      taskQueue: world.taskQueue,
      workflowBundle: await bundle,
      debugMode: true,
      ...(call !== undefined && { activities: { call } }),
    });
    const args: [PolicyName, TimeOut] = [policy, timeOut];
    const { taskQueue, client } = world;
    const handle = await client.workflow.start('callWith', {
      ...{ args, taskQueue, workflowId: randomUUID() },
    });
    await worker.runUntil(handle.result().catch(() => undefined));
    return await calls(handle, 'call');
  } finally {
    await connection.close();
  }
}

const bundle = bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('policies/workflow.ts', import.meta.url)),
  logger: new DefaultLogger('ERROR'),
});

/** The worker lets go of the first attempt: nothing comes back, and no heart beats. */
function silentOnce(): Promise<number> {
  const { attempt } = Context.current().info;
  if (attempt === 1) throw new CompleteAsyncError();
  return Promise.resolve(attempt);
}

function notSent(): Promise<number> {
  throw ApplicationFailure.retryable('not sent', 'unavailable');
}

/** Resolves once a worker has taken it. */
async function untilStarted(handle: WorkflowHandle, type: string): Promise<void> {
  await untilSeen(`somebody has taken ${type}`, async () => {
    const { raw } = await handle.describe();
    const [pending] = raw.pendingActivities ?? [];
    return pending?.activityType?.name === type && Number(pending.state) === STARTED;
  });
}

describe('an attempt that may have run', () => {
  it.each([
    ['startToCloseTimeout', START_TO_CLOSE],
    ['heartbeatTimeout', HEARTBEAT],
  ] as const)('is not repeated after its %s where the call is made once', async (timeOut, type) => {
    expect(await callOf('once', timeOut, silentOnce)).toEqual([
      { attempt: 1, how: 'timed-out', retryState: NON_RETRYABLE_FAILURE, timeoutType: type },
    ]);
  });

  it.each(['startToCloseTimeout', 'heartbeatTimeout'] as const)(
    'is repeated after its %s where it may be, or where the policy would not name it',
    async (timeOut) => {
      const repeated = [{ attempt: 2, how: 'completed' }];
      const ended = await Promise.all([
        callOf('repeatable', timeOut, silentOnce),
        callOf('unnamed', timeOut, silentOnce),
      ]);
      expect(ended).toEqual([repeated, repeated]);
    },
  );
});

describe('an attempt that certainly did not run', () => {
  it.each(['once', 'repeatable'] as const)(
    'because no worker has taken it is given up, under the policy %s',
    async (policy) => {
      const [ended, ...others] = await callOf(policy, 'scheduleToStartTimeout');
      expect(ended).toMatchObject({ how: 'timed-out', timeoutType: SCHEDULE_TO_START });
      expect(others).toEqual([]);
    },
  );

  it('is repeated: three times where the call is made once, four where it is a read', async () => {
    expect(await callOf('once', 'startToCloseTimeout', notSent)).toMatchObject([
      { attempt: 3, how: 'failed', retryState: MAXIMUM_ATTEMPTS_REACHED },
    ]);
    expect(await callOf('repeatable', 'startToCloseTimeout', notSent)).toMatchObject([
      { attempt: 4, how: 'failed', retryState: MAXIMUM_ATTEMPTS_REACHED },
    ]);
  });
});

describe('a worker process that dies with', () => {
  it(
    'a list in hand: the next worker asks again',
    async () => {
      await using folder = await temporaryFolder();
      await using world = await createWorld({ worker: false });
      const person = await Enrollee.start(world);
      await using program = await startWorkerProgram(world, folder.path);
      await person.logIn();
      const action = { delayMs: 60_000 };
      world.emulator.faults.add({ endpoint: LIST, when: 'before', action });
      await person.handle.signal('cancel', { by: 'admin', reason: 'test' });
      await untilStarted(person.handle, 'listAuthenticators');
      await killed(program);
      await world.startWorker();
      expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
      // One attempt more may have gone to the poll that the dead process had left open.
      const [list, ...others] = await calls(person.handle, 'listAuthenticators');
      expect(list).toMatchObject({ how: 'completed' });
      expect(list?.attempt).toBeGreaterThan(1);
      expect(others).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
