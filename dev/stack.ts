import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TASK_QUEUE_DEFAULT } from '../workflows/contract/task-queue.ts';
import { LOOPBACK } from './loopback-port.ts';
import { startNodeProgram } from './node-program.ts';
import { ensureWorkerKeysFile } from './worker-keys-file.ts';
import { CODEC_FILES, startStackCodec } from './stack-codec.ts';
import { type StackPorts } from './stack-ports.ts';
import { StackProcesses } from './stack-processes.ts';
import { findTemporalCli } from './temporal-cli.ts';
import { startTemporalServer } from './temporal-server.ts';

/** The person whom the local stack enrolls. The id is fixed: the emulator forgets, histories do not. */
export const DEMO_USER = {
  userId: 'auth0|5f7c8ec7c33c6c004bbafe82',
  email: 'ada@example.com',
  password: 'correct-horse-battery-staple',
} as const;
export const DEMO_PHONE_NUMBER = '+14155550123';

const CLIENT = {
  clientId: 'mfa-enrollment',
  clientSecret: 'mfa-enrollment-secret',
  redirectUri: 'http://127.0.0.1:4747/callback',
} as const;

/** `.local/stack.json`: for scripts. */
export interface StackDescription {
  readonly temporalAddress: string;
  readonly temporalUi: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly issuer: string;
  readonly domain: string;
  readonly audience: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** A page for people; JSON for programs. */
  readonly inbox: string;
  readonly emulatorControl: string;
  /** For `MFA_PAYLOAD_KEYS_FILE`: the worker's keyring. */
  readonly payloadKeysFile: string;
  /** For the CLI, with the token in the file beside it. */
  readonly codecEndpoint: string;
  readonly codecTokenFile: string;
  /** The Temporal CLI's executable. */
  readonly temporalCli: string;
  readonly user: typeof DEMO_USER;
  readonly phoneNumber: string;
}

export interface StackOptions {
  /** Holds the database, keys and logs. */
  readonly folder: string;
  readonly ports: StackPorts;
  /** Told in words what is being started or fetched. */
  readonly report: (line: string) => void;
  /** Aborted, it stops everything, however far the start has come; {@link stopStarting} waits for it. */
  readonly signal: AbortSignal;
}

/** Temporal, the emulator and a worker, each a process that dies with us. */
export interface Stack {
  readonly description: StackDescription;
  /** Resolves with the cause when a process ends that nobody stopped. */
  readonly broken: Promise<string>;
  /** The worker's process now. */
  workerPid(): number;
  /** SIGKILL to the worker; the stack goes on without one. */
  killWorker(): Promise<void>;
  startWorker(): Promise<void>;
  /** All of them, in order: worker, emulator, Temporal. */
  stop(): Promise<void>;
}

export class StackError extends Error {
  override readonly name = 'StackError';
}

export async function startStack(options: StackOptions): Promise<Stack> {
  const { folder, ports, report } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const cli = await findTemporalCli({ report });
  const description = describe(folder, ports, cli.path);
  const workerKeysFile = join(folder, 'worker-keys.json');
  await ensureWorkerKeysFile(workerKeysFile, 'local-1');
  const processes = new StackProcesses(options.signal);
  const { temporalUi: origin, namespace } = description;
  try {
    const codec = await processes.start('codec', async () => {
      const server = await startStackCodec({ folder, port: ports.codec, origin, namespace });
      return { ...server, stop: () => server.close(), ended: new Promise<string>(() => undefined) };
    });
    report(`Starting Temporal ${cli.version} (from ${cli.source}) …`);
    await processes.start('temporal', async (signal) => {
      const server = await startTemporalServer({
        cli: cli.path,
        port: ports.temporal,
        uiPort: ports.webUi,
        uiCodecEndpoint: codec.uiEndpoint,
        databaseFile: join(folder, 'temporal.db'),
        logFile: join(folder, 'temporal.log'),
        signal,
      });
      return {
        stop: () => server.stop(),
        ended: server.ended.then(() => `The Temporal server ended.\n${server.lastWords()}`),
      };
    });
    report('Starting the emulator and the worker …');
    const startWorker = () =>
      processes.start('worker', (signal) =>
        startNodeProgram({ ...workerProgram(folder, description, workerKeysFile), signal }),
      );
    const startEmulator = () =>
      processes.start('emulator', (signal) =>
        startNodeProgram({ ...emulatorProgram(folder, ports), signal }),
      );
    let [, worker] = await both(startEmulator(), startWorker());
    return {
      description,
      broken: processes.broken,
      workerPid: () => worker.pid,
      killWorker: () => processes.end('worker', () => worker.kill()),
      startWorker: async () => {
        worker = await startWorker();
      },
      stop: () => processes.stop(),
    };
  } catch (error) {
    // Why a worker finds no server is known best by the server.
    const { cause } = processes;
    await processes.stop();
    throw cause === undefined ? error : new StackError(`${cause}\n${messageOf(error)}`);
  }
}

/** Resolves once nothing runs of a stack that may be up, on its way, or have failed. */
export async function stopStarting(
  starting: Promise<Stack>,
  abort: AbortController,
): Promise<void> {
  abort.abort();
  await starting.then(
    (stack) => stack.stop(),
    () => undefined,
  );
}

/** Waits for both, so that the message has what each of them says. */
async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([one, other]);
  if (first.status === 'fulfilled' && second.status === 'fulfilled') {
    return [first.value, second.value];
  }
  const failures = [first, second].flatMap((result) =>
    result.status === 'rejected' ? [messageOf(result.reason)] : [],
  );
  throw new StackError(failures.join('\n'));
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

function describe(folder: string, ports: StackPorts, temporalCli: string): StackDescription {
  const domain = `${LOOPBACK}:${ports.emulator}`;
  const issuer = `http://${domain}/`;
  return {
    temporalAddress: `${LOOPBACK}:${ports.temporal}`,
    temporalUi: `http://${LOOPBACK}:${ports.webUi}`,
    namespace: 'default',
    taskQueue: TASK_QUEUE_DEFAULT,
    issuer,
    domain,
    audience: `${issuer}mfa/`,
    clientId: CLIENT.clientId,
    redirectUri: CLIENT.redirectUri,
    inbox: `${issuer}_emulator/inbox`,
    emulatorControl: `${issuer}_emulator/`,
    payloadKeysFile: join(folder, CODEC_FILES.keys),
    codecEndpoint: `http://${LOOPBACK}:${ports.codec}`,
    codecTokenFile: join(folder, CODEC_FILES.token),
    temporalCli,
    user: DEMO_USER,
    phoneNumber: DEMO_PHONE_NUMBER,
  };
}

const OURS = /^(TEMPORAL|AUTH0|MFA)_/;

/** Without what a developer has set for another tenant or cluster. */
function neutralEnvironment(folder: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !OURS.test(name));
  // A file that is not there: the developer's own profile must not be read.
  return { ...Object.fromEntries(kept), TEMPORAL_CONFIG_FILE: join(folder, 'no-temporal.toml') };
}

function emulatorProgram(folder: string, ports: StackPorts) {
  const { email, password, userId } = DEMO_USER;
  return {
    name: 'emulator',
    program: 'emulator/main',
    args: [
      ...['--port', String(ports.emulator), '--control'],
      ...['--user', `${email}:${password}:${userId}`],
      ...['--client-id', CLIENT.clientId, '--client-secret', CLIENT.clientSecret],
      ...['--redirect-uri', CLIENT.redirectUri],
    ],
    env: neutralEnvironment(folder),
    logFile: join(folder, 'emulator.log'),
    readyEvent: 'listening',
  };
}

function workerProgram(folder: string, stack: StackDescription, workerKeysFile: string) {
  // It is of the code, not of a tenant or a cluster: whoever names one need not wait for another.
  const { MFA_WORKFLOW_BUNDLE: bundle } = process.env;
  return {
    name: 'worker',
    program: 'worker/main',
    env: {
      ...neutralEnvironment(folder),
      TEMPORAL_ADDRESS: stack.temporalAddress,
      TEMPORAL_NAMESPACE: stack.namespace,
      AUTH0_DOMAIN: stack.domain,
      AUTH0_ISSUER: stack.issuer,
      AUTH0_CLIENT_ID: CLIENT.clientId,
      AUTH0_CLIENT_SECRET: CLIENT.clientSecret,
      MFA_TASK_QUEUE: stack.taskQueue,
      MFA_WORKER_KEYS_FILE: workerKeysFile,
      MFA_PAYLOAD_KEYS_FILE: stack.payloadKeysFile,
      ...(bundle !== undefined && { MFA_WORKFLOW_BUNDLE: bundle }),
    },
    logFile: join(folder, 'worker.log'),
    readyEvent: 'running',
  };
}
