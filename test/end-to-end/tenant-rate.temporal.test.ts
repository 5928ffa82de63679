import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { z } from 'zod';
import { SIGNALS } from '../../workflows/contract/enroll-mfa.ts';
import { ASSOCIATE } from '../support/auth0-record.ts';
import { Enrollee } from '../support/enrollee.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { unreplayable } from '../support/replays.ts';
import { requiredVariable } from '../support/required-variable.ts';
import { recordOf } from '../support/run-record.ts';
import { startWorkerProgram } from '../support/worker-program.ts';
import { createWorld, type World } from '../support/world.ts';

const execute = promisify(execFile);

const TIMEOUT_MS = 120_000;

/** Activities a second, of both workers together. */
const WORKERS_RATE = 4;
/** Each takes two activities. */
const PEOPLE = 16;

/** What each worker has told the server to hold the whole queue to. */
async function ratesOf({ address, taskQueue }: World): Promise<readonly number[]> {
  const { stdout } = await execute(requiredVariable('TEMPORAL_CLI'), [
    ...['task-queue', 'describe', '--task-queue', taskQueue, '--task-queue-type', 'activity'],
    ...['--address', address, '--output', 'json'],
  ]);
  const { pollers } = z
    .object({ pollers: z.array(z.object({ ratePerSecond: z.number() })) })
    .parse(JSON.parse(stdout));
  return pollers.map(({ ratePerSecond }) => ratePerSecond);
}

/** When the server handed out each activity, epoch ms on its own clock. */
async function handedOut(handle: WorkflowHandle): Promise<readonly number[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started, eventTime }) =>
    started && eventTime ? [tsToMs(eventTime)] : [],
  );
}

describe('two workers on one task queue', () => {
  it(
    'stay together below AUTH0_RATE, and everybody gets a text',
    async () => {
      await using folder = await temporaryFolder();
      // The people's own requests at the pages are not the load that the workers make.
      const settings = { requestsPerSecond: 'off' } as const;
      await using world = await createWorld({ worker: false, emulator: { settings } });
      const env = { AUTH0_RATE: String(WORKERS_RATE) };
      await using one = await startWorkerProgram(world, folder.path, env);
      await using other = await startWorkerProgram(world, folder.path, env);
      const arrivals: { person: Enrollee; proof: unknown }[] = [];
      for (let n = 10; n < 10 + PEOPLE; n += 1) {
        const person = await Enrollee.start(
          world,
          { phoneNumber: `+141555501${n}` },
          world.addUser(),
        );
        arrivals.push({ person, proof: await person.proof() });
      }
      await Promise.all(
        arrivals.map(({ person, proof }) => person.handle.signal(SIGNALS.loginCompleted, proof)),
      );
      const people = arrivals.map(({ person }) => person);
      const { journal } = world.emulator;
      await journal.waitFor(() => journal.count(ASSOCIATE, { status: 200 }) >= PEOPLE);
      await Promise.all(people.map((person) => person.untilPhase('awaiting-sms-code')));

      const handles = people.map(({ handle }) => handle);
      const records = await Promise.all(handles.map(recordOf));
      expect(new Set(records.flatMap((record) => record.processes))).toEqual(
        new Set([one.pid, other.pid]),
      );
      expect(await ratesOf(world)).toEqual([WORKERS_RATE, WORKERS_RATE]);
      expect(await unreplayable(handles)).toEqual([]);
      // A slow machine makes the time longer only. A second's worth may come at once, to each worker.
      const times = (await Promise.all(handles.map(handedOut))).flat();
      expect(times).toHaveLength(2 * PEOPLE);
      const seconds = (Math.max(...times) - Math.min(...times)) / 1_000;
      expect(times.length).toBeLessThanOrEqual(WORKERS_RATE * (seconds + 2));
    },
    TIMEOUT_MS,
  );
});
