/** The place of one canary enrollment: a Temporal server with a database of its own, a recorded tenant. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes, randomUUID } from 'node:crypto';
import { freeLoopbackPort, LOOPBACK } from '../../dev/loopback-port.ts';
import { startTemporalServer } from '../../dev/temporal-server.ts';
import { type ChildProgram, stopped } from '../support/child-program.ts';
import { Enrollee } from '../support/enrollee.ts';
import { payloadKeys } from '../support/payload-keys.ts';
import { reportsInto } from '../support/plain-environment.ts';
import { payloadsOf, rawEvents, textOf } from '../support/raw-history.ts';
import { requiredVariable } from '../support/required-variable.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWorkerProgram } from '../support/worker-program.ts';
import { createWorld, type World, type WorldUser } from '../support/world.ts';
import { startCanaryCodec } from './codec.ts';
import { type Traces, tracesOf } from './traces.ts';
import { Wire } from './wire.ts';

/** Nobody else's in these tests, and one that Auth0's masking shows the end of. */
export const PHONE_NUMBER = '+14155550187';

export interface Stage extends AsyncDisposable {
  readonly world: World;
  readonly wire: Wire;
  /** Whose password and address of mail occur nowhere else. */
  readonly user: WorldUser;
  readonly worker: ChildProgram;
  /** Ends worker and codec server as told, and gathers what is left behind. */
  traces(workflowId: string, answers: readonly unknown[], end: End): Promise<Traces>;
  /** All payloads of a run as whoever holds the payload keys reads them. */
  decrypted(workflowId: string): Promise<string>;
  /** The same, by the codec server. */
  decoded(workflowId: string): Promise<string>;
}

/** `reported` is a signal at which Node writes a report where it is allowed to. */
export type End = 'stopped' | 'reported';

/** @param encrypted - whether worker and client have a keyring */
export async function openStage(encrypted: boolean): Promise<Stage> {
  const closers: (() => PromiseLike<void>)[] = [];
  const close = async (): Promise<void> => {
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer();
  };
  const keep = <T extends AsyncDisposable>(resource: T): T => {
    closers.push(() => resource[Symbol.asyncDispose]());
    return resource;
  };
  try {
    return await built(encrypted, keep, close);
  } catch (error) {
    await close();
    throw error;
  }
}

type Keep = <T extends AsyncDisposable>(resource: T) => T;

async function built(encrypted: boolean, keep: Keep, close: () => Promise<void>): Promise<Stage> {
  const folder = keep(await temporaryFolder());
  const files = {
    database: join(folder.path, 'temporal.db'),
    serverLog: join(folder.path, 'server.log'),
    reports: join(folder.path, 'reports'),
  };
  await mkdir(files.reports);
  const server = await startTemporalServer({
    cli: requiredVariable('TEMPORAL_CLI'),
    port: await freeLoopbackPort(),
    databaseFile: files.database,
    logFile: files.serverLog,
  });
  keep({ [Symbol.asyncDispose]: () => server.stop() });
  const port = await freeLoopbackPort();
  const wire = keep(await Wire.open(port));
  const emulator = { port, issuer: wire.issuer, settings: { recoveryCodes: true } };
  const keys = keep(await payloadKeys());
  const { plugin } = keys;
  const world = keep(
    await createWorld({
      ...{ address: server.address, worker: false, emulator },
      ...(encrypted && { encryption: plugin }),
    }),
  );
  const user = uniqueUser(world);
  addKnown(wire, world, user);
  wire.add('payload key', keyIn(await readFile(keys.file, 'utf8'), 'key'));
  const metricsPort = String(await freeLoopbackPort());
  const reporting = reportsInto(files.reports);
  const env = {
    ...reporting,
    MFA_LOG_LEVEL: 'trace',
    MFA_METRICS_PORT: metricsPort,
    ...(encrypted && { MFA_PAYLOAD_KEYS_FILE: keys.file }),
  };
  const worker = keep(await startWorkerProgram(world, folder.path, env));
  const { namespace } = world;
  const codec = await startCanaryCodec({
    ...{ folder: folder.path, keysFile: keys.file, namespace, env: reporting },
  });
  keep(codec.program);
  wire.add('codec token', codec.token);
  const payloads = async (workflowId: string) =>
    payloadsOf(await rawEvents(world.client, workflowId));
  return {
    ...{ world, wire, user, worker },
    traces: async (workflowId, answers, end) => {
      const codecRefusals = await codec.refusals(await payloads(workflowId));
      const metrics = await (await fetch(`http://${LOOPBACK}:${metricsPort}/metrics`)).text();
      for (const program of [worker, codec.program]) await ended(program, end);
      const { addresses } = wire;
      const said = {
        ...{ workerOutput: worker.output(), codecOutput: codec.program.output() },
        ...{ codecRefusals, metrics, addresses, answers },
      };
      return tracesOf(world, workflowId, files, said);
    },
    decrypted: async (workflowId) => {
      const context = { type: 'workflow', namespace, workflowId } as const;
      return textOf(await plugin.codec().decode(await payloads(workflowId), context));
    },
    decoded: async (workflowId) => codec.decoded(await payloads(workflowId)),
    [Symbol.asyncDispose]: close,
  };
}

async function ended(program: ChildProgram, end: End): Promise<void> {
  // It kills where nobody listens to it any more, and the second is for where somebody does.
  if (end === 'stopped') return stopped(program);
  program.kill('SIGUSR2');
  program.kill('SIGTERM');
  await program.ended;
}

function uniqueUser(world: World): WorldUser {
  const email = `canary-${randomUUID()}@example.com`;
  const password = `canary ${randomBytes(12).toString('base64')}`;
  const { userId } = world.emulator.addUser({ email, password });
  return { userId, email, password };
}

/** What nobody needs to say for it to be a secret. */
function addKnown(wire: Wire, world: World, user: WorldUser): void {
  wire.add('e-mail', user.email);
  wire.add('password', user.password);
  wire.add('phone number', PHONE_NUMBER);
  wire.add('phone number', PHONE_NUMBER.slice(1));
  wire.add('worker key', keyIn(world.workerKeysJson, 'k'));
}

function keyIn(json: string, name: string): string {
  const key = new RegExp(`"${name}":\\s*"([^"]+)"`).exec(json)?.[1];
  if (key === undefined) throw new Error(`There is no ${name} in it.`);
  return key;
}

/** The person, whose phone and account are this stage's. */
export function startCanary(stage: Stage): Promise<Enrollee> {
  return Enrollee.start(stage.world, { phoneNumber: PHONE_NUMBER }, stage.user);
}
