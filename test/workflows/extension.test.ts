/** More time, counted from the start or from now: on the simulation. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { signalled, started } from '../simulation/jobs.ts';
import { openSandbox, type Sandbox } from '../simulation/sandbox.ts';
import { SimulatedRun } from '../simulation/simulated-run.ts';
import { requiredVariable } from '../support/required-variable.ts';

const T0 = 1_800_000_000_000;
const HOUR = 3_600_000;
const WHO = { by: 'ops', reason: 'asked for' };
const INPUT = {
  ...{ tenant: 'tenant.example', userId: 'auth0|5f7c8ec7c33c6c004bbafe82' },
  ...{ requestedBy: 'test', phoneNumber: '+14155550123', deadlineMs: 2 * HOUR },
};
const workflowId = enrollMfaWorkflowId(INPUT.tenant, INPUT.userId);
const IDS = { workflowId, runId: 'run', startedAt: T0 };

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox(await readFile(requiredVariable('WORKFLOW_BUNDLE'), 'utf8'));
});
afterAll(() => sandbox.close());

/** An hour after the start of an enrollment that lives for two. */
async function extended(extension: object): Promise<unknown> {
  const run = await SimulatedRun.open(sandbox, IDS);
  await run.task(T0, [started(IDS, INPUT)]);
  await run.task(T0 + HOUR, [signalled('extendDeadline', { ...WHO, ...extension })]);
  await run.dispose();
  return run.memo['progress'];
}

describe('an extension', () => {
  it.each([
    ['from the start', { deadlineMs: 5 * HOUR }, T0 + 5 * HOUR],
    ['from now', { moreMs: 5 * HOUR }, T0 + 6 * HOUR],
  ])('counts %s', async (_how, extension, deadline) => {
    expect(await extended(extension)).toMatchObject({
      deadline: new Date(deadline).toISOString(),
    });
  });

  it.each([
    ['of less than is left', { moreMs: HOUR / 2 }, 'deadline-not-later'],
    ['past seven days from the start', { moreMs: 7 * 24 * HOUR }, 'deadline-too-late'],
    ['of both kinds', { moreMs: 5 * HOUR, deadlineMs: 5 * HOUR }, 'malformed'],
    ['of neither kind', {}, 'malformed'],
  ])('%s is refused, and the deadline stays', async (_what, extension, refusal) => {
    expect(await extended(extension)).toMatchObject({
      lastRefusal: { refusal, message: 'extendDeadline' },
      deadline: new Date(T0 + 2 * HOUR).toISOString(),
    });
  });
});
