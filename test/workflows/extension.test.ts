/** More time, counted from the start or from now: on the simulation. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openBundled, IDS, T0, WHO } from '../simulation/bare-run.ts';
import { signalled, started } from '../simulation/jobs.ts';
import type { Sandbox } from '../simulation/sandbox.ts';
import { SimulatedRun } from '../simulation/simulated-run.ts';

const HOUR = 3_600_000;
const BY = { by: 'ops', reason: 'asked for' };
const INPUT = { ...WHO, deadlineMs: 2 * HOUR };

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openBundled();
});
afterAll(() => sandbox.close());

/** An hour after the start of an enrollment that lives for two. */
async function extended(extension: object): Promise<unknown> {
  const run = await SimulatedRun.open(sandbox, IDS);
  await run.task(T0, [started(IDS, INPUT)]);
  await run.task(T0 + HOUR, [signalled('extendDeadline', { ...BY, ...extension })]);
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
