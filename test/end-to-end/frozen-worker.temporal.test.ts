import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { NativeConnection, Worker } from '@temporalio/worker';
import { PAYLOAD_CONVERTER_PATH } from '../../worker/bundle.ts';
import { SIGNALS } from '../../workflows/contract/enroll-mfa.ts';
import { ASSOCIATE } from '../support/auth0-record.ts';
import { type ChildProgram, startChild, stopped } from '../support/child-program.ts';
import { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { isActivityTimedOut, untilEvent } from '../support/history-watch.ts';
import { requiredVariable } from '../support/required-variable.ts';
import { unreplayable } from '../support/replays.ts';
import { recordOf } from '../support/run-record.ts';
import { untilSeen } from '../support/repeated-look.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWorkerProgram, WORKER_RUNS, workerEnvironment } from '../support/worker-program.ts';
import { createWorld, type World } from '../support/world.ts';

const execute = promisify(execFile);

const TIMEOUT_MS = 120_000;
/** Longer than the pause before the third text, and short enough for the session. */
const COOL_DOWN_MS = 61_000;

/** Somebody who has got a text and may ask for another; no worker is up. */
async function waiting(world: World): Promise<Enrollee> {
  const worker = await world.startWorker();
  const person = await Enrollee.start(world);
  await person.logIn();
  await fastForward(world, person.handle, COOL_DOWN_MS);
  await worker.stop();
  return person;
}

/** It goes on where it was stopped, finishes what it has in hand, and ends. */
async function thawed(program: ChildProgram): Promise<void> {
  program.kill('SIGCONT');
  await stopped(program);
}

/** While `meanwhile` runs there is a worker that takes no activities: the frozen one is given them. */
async function whileDeciding(
  { address, taskQueue }: World,
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    ...{ connection, taskQueue, enableNonLocalActivities: false },
    workflowBundle: { codePath: requiredVariable('WORKFLOW_BUNDLE') },
    dataConverter: { payloadConverterPath: PAYLOAD_CONVERTER_PATH },
  });
  await worker.runUntil(meanwhile);
  await connection.close();
}

/** Until the server has its polls for activities. */
async function untilPolling({ address, taskQueue }: World, { pid }: ChildProgram): Promise<void> {
  await untilSeen('it polls', async () => {
    const { stdout } = await execute(requiredVariable('TEMPORAL_CLI'), [
      ...['task-queue', 'describe', '--task-queue', taskQueue, '--task-queue-type', 'activity'],
      ...['--address', address, '--output', 'json'],
    ]);
    return stdout.includes(`"${pid}@`);
  });
}

/** The list leaves a doubt, for an earlier text’s entry is there; the next text is the second. */
async function goesOn(world: World, person: Enrollee): Promise<void> {
  await world.startWorker();
  await fastForward(world, person.handle, COOL_DOWN_MS);
  const before = await person.progress();
  expect(before.lastRefusal?.refusal).toBe('association-unresolved');
  await person.resend(before.challenge ?? 0);
  const { challenge = 0 } = await person.progress();
  expect(await person.submit(person.texted(), challenge)).toMatchObject({ status: 'confirmed' });
  expect(world.emulator.journal.count(ASSOCIATE)).toBe(2);
  expect(world.emulator.inbox.messages(person.phoneNumber)).toHaveLength(2);
  expect(await unreplayable([person.handle])).toEqual([]);
}

describe('a worker that was frozen until its attempt had been given up sends nothing', () => {
  it(
    'when it stood before the first byte',
    async () => {
      await using folder = await temporaryFolder();
      await using world = await createWorld({ worker: false });
      const person = await waiting(world);
      const env = await workerEnvironment(world, folder.path);
      await using frozen = startChild('test/end-to-end/freezing-worker.ts', { env });
      await frozen.line(WORKER_RUNS);
      await person.handle.signal(SIGNALS.resendCode);
      await frozen.line('frozen');
      await whileDeciding(world, () => untilEvent(person.handle, isActivityTimedOut));
      expect((await recordOf(person.handle)).processes).toContain(frozen.pid);
      await thawed(frozen);
      expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
      await goesOn(world, person);
    },
    TIMEOUT_MS,
  );

  it(
    'when it had not even read what it was given',
    async () => {
      await using folder = await temporaryFolder();
      await using world = await createWorld({ worker: false });
      const person = await waiting(world);
      await using frozen = await startWorkerProgram(world, folder.path);
      await untilPolling(world, frozen);
      frozen.kill('SIGSTOP');
      await whileDeciding(world, async () => {
        await person.handle.signal(SIGNALS.resendCode);
        await untilEvent(person.handle, isActivityTimedOut);
      });
      expect((await recordOf(person.handle)).processes).toContain(frozen.pid);
      await thawed(frozen);
      expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
      await goesOn(world, person);
    },
    TIMEOUT_MS,
  );
});
