import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { SIGNALS } from '../../workflows/contract/enroll-mfa.ts';
import { ASSOCIATE } from '../support/auth0-record.ts';
import { Enrollee } from '../support/enrollee.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { requiredVariable } from '../support/required-variable.ts';
import { recordOf } from '../support/run-record.ts';
import { startWorkerProgram } from '../support/worker-program.ts';
import { createWorld, type World, type WorldOptions } from '../support/world.ts';

const execute = promisify(execFile);

const TIMEOUT_MS = 120_000;

/** Requests a second that the tenant takes, with as many at once. */
const TENANT_RATE = 15;
/** Activities a second; one makes two requests at most here, and a second's worth may come at once. */
const WORKERS_RATE = 3;
/** Without a limit they ask 72 times within a second or two. */
const PEOPLE = 24;

/** Logged in on the tenant's page; nothing is delivered yet. */
interface Arrival {
  readonly person: Enrollee;
  readonly proof: unknown;
}

async function crowd(world: World): Promise<readonly Arrival[]> {
  const arrivals: Arrival[] = [];
  for (let one = 0; one < PEOPLE; one += 1) {
    const phoneNumber = `+141555501${String(one).padStart(2, '0')}`;
    const person = await Enrollee.start(world, { phoneNumber }, world.addUser());
    arrivals.push({ person, proof: await person.proof() });
  }
  return arrivals;
}

async function deliver(arrivals: readonly Arrival[]): Promise<void> {
  await Promise.all(
    arrivals.map(({ person, proof }) => person.handle.signal(SIGNALS.loginCompleted, proof)),
  );
}

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

function tenant(): WorldOptions {
  return { worker: false, emulator: { settings: { requestsPerSecond: TENANT_RATE } } };
}

describe('two workers on one task queue', () => {
  it(
    'ask more of the tenant than it takes, where nobody limits them',
    async () => {
      await using folder = await temporaryFolder();
      await using world = await createWorld(tenant());
      await using one = await startWorkerProgram(world, folder.path);
      await using other = await startWorkerProgram(world, folder.path);
      expect(one.pid).not.toBe(other.pid);
      await deliver(await crowd(world));
      await world.emulator.journal.waitFor(({ status }) => status === 429);
    },
    TIMEOUT_MS,
  );

  it(
    'stay together below it with AUTH0_RATE: nothing is refused, and everybody gets a text',
    async () => {
      await using folder = await temporaryFolder();
      await using world = await createWorld(tenant());
      const env = { AUTH0_RATE: String(WORKERS_RATE) };
      await using one = await startWorkerProgram(world, folder.path, env);
      await using other = await startWorkerProgram(world, folder.path, env);
      const arrivals = await crowd(world);
      await deliver(arrivals);
      const { journal } = world.emulator;
      await journal.waitFor(() => journal.count(ASSOCIATE) >= PEOPLE);
      expect(journal.entries.filter(({ status }) => status === 429)).toEqual([]);
      const records = await Promise.all(arrivals.map(({ person }) => recordOf(person.handle)));
      const processes = new Set(records.flatMap((record) => record.processes));
      expect(processes).toEqual(new Set([one.pid, other.pid]));
      expect(await ratesOf(world)).toEqual([WORKERS_RATE, WORKERS_RATE]);
    },
    TIMEOUT_MS,
  );
});
