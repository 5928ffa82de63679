import { describe, expect, it } from '@jest/globals';
import type { WorkflowStartOptions } from '@temporalio/client';
import {
  ENROLL_MFA_WORKFLOW,
  LIMITS,
  type Progress,
  QUERIES,
  SIGNALS,
} from '../../workflows/contract/enroll-mfa.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { clientOf, inputOf } from '../support/client-enrollment.ts';
import { fastForward } from '../support/fast-forward.ts';
import { createWorld, PHONE_NUMBER, type World } from '../support/world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function startWith(
  world: World,
  options: Partial<WorkflowStartOptions>,
  deadlineMs?: number | null,
) {
  const { tenant, taskQueue } = world;
  const { userId } = world.user;
  const input = { tenant, userId, phoneNumber: PHONE_NUMBER, requestedBy: 'test', deadlineMs };
  return world.client.workflow.start(ENROLL_MFA_WORKFLOW, {
    workflowId: enrollMfaWorkflowId(tenant, userId),
    taskQueue,
    args: [input],
    ...options,
  });
}

describe('a start', () => {
  it.each<[string, Partial<WorkflowStartOptions>, string]>([
    ['an execution time-out of seconds', { workflowExecutionTimeout: '15s' }, 'execution time-out'],
    ['one that ends with the deadline', { workflowExecutionTimeout: DAY }, 'execution time-out'],
    ['a run time-out', { workflowRunTimeout: HOUR }, 'run time-out'],
  ])('with %s is refused, and asks Auth0 nothing', async (_what, options, name) => {
    await using world = await createWorld();
    const handle = await startWith(world, options);
    const failed: unknown = await handle.result().catch((error: unknown) => error);
    expect(failed).toMatchObject({
      cause: {
        type: 'invalid-input',
        message: expect.stringContaining(`${name}: must be at least`),
      },
    });
    expect((await handle.describe()).status.name).toBe('FAILED');
    expect(world.emulator.journal.entries).toEqual([]);
  });

  it('with a cron schedule is refused, and its first run asks Auth0 nothing', async () => {
    await using world = await createWorld();
    const handle = await startWith(world, { cronSchedule: '@every 1s' });
    const { workflowId, firstExecutionRunId: runId } = handle;
    const first = world.client.workflow.getHandle(workflowId, runId, { followRuns: false });
    await first.result().catch(() => undefined);
    // Temporal starts one run after the other; whoever set the schedule ends that.
    await world.client.workflow.getHandle(workflowId).terminate('the test has seen it');
    expect((await first.describe()).status.name).toBe('FAILED');
    const { events } = await first.fetchHistory();
    const { failure } = events?.at(-1)?.workflowExecutionFailedEventAttributes ?? {};
    expect(failure?.applicationFailureInfo?.type).toBe('invalid-input');
    const text = Buffer.from(failure?.encodedAttributes?.data ?? '').toString();
    expect([failure?.message, text].join('\n')).toContain(
      'cron schedule: an enrollment is started once',
    );
    expect(world.emulator.journal.entries).toEqual([]);
  });

  it('with time-outs beyond the deadline is taken, and expires by itself', async () => {
    await using world = await createWorld();
    const deadlineMs = 2 * HOUR;
    const handle = await startWith(
      world,
      { workflowExecutionTimeout: deadlineMs + LIMITS.afterDeadlineMs },
      deadlineMs,
    );
    await fastForward(world, handle, deadlineMs);
    expect(await handle.result()).toMatchObject({ outcome: 'expired' });
  });

  it('by our client ends where no worker ever takes it, beyond the latest deadline', async () => {
    await using world = await createWorld({ worker: false });
    const { enrollment } = await clientOf(world).start(inputOf(world));
    const { raw } = await world.client.workflow.getHandle(enrollment.workflowId).describe();
    const seconds = Number(raw.executionConfig?.workflowExecutionTimeout?.seconds);
    expect(seconds * 1_000).toBe(LIMITS.deadlineMsMax + LIMITS.afterDeadlineMs);
  });
});

describe('an extension of the deadline', () => {
  it('past a time-out is refused with what is left, and one before it is taken', async () => {
    await using world = await createWorld();
    const handle = await startWith(world, { workflowExecutionTimeout: 30 * HOUR });
    const extend = (deadlineMs: number) =>
      handle.signal(SIGNALS.extendDeadline, { deadlineMs, by: 'admin', reason: 'was ill' });
    const progress = () => handle.query<Progress>(QUERIES.progress);
    const { deadline } = await progress();
    await extend(30 * HOUR);
    const refused = await progress();
    expect(refused).toMatchObject({ deadline, lastRefusal: { refusal: 'deadline-too-late' } });
    const latest = 30 * HOUR - LIMITS.afterDeadlineMs;
    expect(refused.lastRefusal?.hint).toContain(
      `deadlineMs: must be at most ${latest} in this run.`,
    );
    await extend(latest);
    expect(Date.parse((await progress()).deadline) - Date.parse(deadline)).toBe(latest - DAY);
  });
});
