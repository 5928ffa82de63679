import { describe, expect, it } from '@jest/globals';
import { type ChildProgram, stopped } from '../support/child-program.ts';
import { Enrollee } from '../support/enrollee.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWorkerProgram } from '../support/worker-program.ts';
import { ENCRYPTED_NAMESPACE } from '../support/running-server.ts';
import { createWorld } from '../support/world.ts';
import { tasksFailed } from '../support/history-watch.ts';
import { type Answer, deliver, type Place } from './delivery.ts';
import { drawn, MARKER, type Message } from './messages.ts';
import { sealing } from './sealing.ts';

/** `npm run test:fuzz` asks for 10,000; more than a few hundred take minutes. */
const MESSAGES = Number(process.env['FUZZ_MESSAGES'] ?? 200);
const SEED = Number(process.env['FUZZ_SEED'] ?? 7);
/** Far below the events at which Temporal would have a run begin anew. */
const PER_ENROLLMENT = 100;
/** At `trace` the SDK writes whole activations, which is too much for the long form. */
const LEVEL = MESSAGES > 1_000 ? 'debug' : 'trace';
/** Enrollments at a time. */
const LANES = 2;
/** That of the tests' server. */
const MS_PER_MESSAGE = 200;
const MS_BESIDE = 60_000;

const counts = new Map<string, number>();

async function deliverAll(
  place: Place,
  person: Enrollee,
  messages: readonly Message[],
): Promise<void> {
  for (const message of messages) {
    const answer = await deliver(place, person.handle.workflowId, message).catch(
      (error: unknown): never => {
        const shown = JSON.stringify(message, (_key, value: unknown) =>
          value instanceof Uint8Array ? Buffer.from(value).toString('latin1').slice(0, 500) : value,
        );
        throw new Error(`Seed ${SEED}: ${shown}`, { cause: error });
      },
    );
    count(message, answer);
  }
}

function count({ way, payloads }: Message, answer: Answer): void {
  const encrypted = payloads.some((payload) => 'spoiling' in payload) ? 'encrypted ' : '';
  const key = `${encrypted}${way} ${answer}`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** One enrollment, with a third of the messages in each of the states in which it waits. */
async function round(
  place: Place,
  phoneNumber: string,
  messages: readonly Message[],
): Promise<void> {
  const { world } = place;
  const third = Math.ceil(messages.length / 3);
  const [first, second, last] = [0, 1, 2].map((part) =>
    messages.slice(part * third, (part + 1) * third),
  );
  const user = world.addUser();
  const person = await Enrollee.start(world, { phoneNumber }, user);
  await deliverAll(place, person, first ?? []);
  await person.logIn();
  await deliverAll(place, person, second ?? []);
  expect((await person.progress()).next).toMatchObject({ type: 'enter-sms-code', attemptsLeft: 4 });
  const { challenge = 0 } = await person.progress();
  expect(await person.submit(person.texted(), challenge)).toMatchObject({ status: 'confirmed' });
  await person.logIn();
  await person.scan();
  await deliverAll(place, person, last ?? []);
  const { next, challenge: set = 0 } = await person.progress();
  expect(next).toMatchObject({ type: 'scan-and-enter-otp', attemptsLeft: 4 });
  expect(await person.submit(person.otp(), set)).toMatchObject({ status: 'confirmed' });
  expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
  expect(await tasksFailed(person.handle)).toBe(0);
  const { raw } = await person.handle.describe();
  expect(JSON.stringify(raw)).not.toContain(MARKER);
}

/** What it has printed, without what it says of itself. */
function expectQuiet(worker: ChildProgram): void {
  const lines = worker.output().split('\n');
  expect(lines.filter((line) => line.includes(MARKER))).toEqual([]);
  expect(lines.filter((line) => /"level":"error"/.test(line))).toEqual([]);
}

async function play(place: Place, messages: readonly Message[]): Promise<void> {
  const rounds = Array.from({ length: Math.ceil(messages.length / PER_ENROLLMENT) }, (_, i) => i);
  const lane = async (): Promise<void> => {
    for (let index = rounds.shift(); index !== undefined; index = rounds.shift()) {
      const from = index * PER_ENROLLMENT;
      const phoneNumber = `+1415555${1_000 + index}`;
      await round(place, phoneNumber, messages.slice(from, from + PER_ENROLLMENT));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

describe('a worker that is sent anything', () => {
  it.each([
    ['with a keyring', true],
    ['without one', false],
  ])(
    'takes or refuses it, %s, is none the worse, and every enrollment completes',
    async (_which, encrypts) => {
      await using folder = await temporaryFolder();
      const namespace = encrypts ? ENCRYPTED_NAMESPACE : 'default';
      await using seals = await sealing(namespace);
      await using world = await createWorld({
        ...{ namespace, worker: false },
        ...(encrypts && { encryption: seals.keys.plugin }),
      });
      await using worker = await startWorkerProgram(world, folder.path, {
        MFA_LOG_LEVEL: LEVEL,
        ...(encrypts && { MFA_PAYLOAD_KEYS_FILE: seals.keys.file }),
      });
      const half = MESSAGES / 2;
      const messages = drawn(MESSAGES, SEED).slice(...(encrypts ? [0, half] : [half]));
      counts.clear();
      await play({ world, sealing: seals }, messages);
      await stopped(worker);
      expectQuiet(worker);
      const told = [...counts.values()].reduce((sum, each) => sum + each, 0);
      expect(told).toBe(messages.length);
      if (process.env['FUZZ_MESSAGES'] !== undefined) {
        process.stdout.write(`${JSON.stringify(Object.fromEntries([...counts].sort()))}\n`);
      }
    },
    MESSAGES * MS_PER_MESSAGE + MS_BESIDE,
  );
});
