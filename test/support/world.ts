import { randomUUID } from 'node:crypto';
import { Client, type Connection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, type WorkerPlugin } from '@temporalio/worker';
import { type Auth0Config, createActivities } from '../../activities/index.ts';
import { parseWorkerKeyring } from '../../activities/seal.ts';
import type { EncryptionPlugin } from '../../temporal/encryption/encryption-plugin.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '@durable-mfa/tenant-emulator';
import { createWorker } from '../../worker/create-worker.ts';
import {
  type CodeProof,
  ENROLL_MFA_WORKFLOW,
  type EnrollMfaInput,
  SIGNALS,
} from '../../workflows/contract/enroll-mfa.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { MovableClock } from './movable-clock.ts';
import { requiredVariable } from './required-variable.ts';
import { newWorkerKeysJson } from './worker-keys.ts';
import { connectTo } from './temporal-connection.ts';
import { tenantKey } from './tenant-key.ts';

// Jest's own handling of Ctrl-C stays in force, and a test's output is its own.
Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });

export const CLIENT_ID = 'mfa-enrollment';
export const CLIENT_SECRET = 'mfa-enrollment-secret';
export const REDIRECT_URI = 'http://127.0.0.1:4747/callback';
export const PHONE_NUMBER = '+14155550123';
export const PASSWORD = 'correct horse battery staple';
const NAMESPACE = 'default';
/** A test that stops a worker goes on with the next one as soon as this has passed. */
const STICKY_PATIENCE_MS = 200;
const WORKFLOW_TASK_TIMEOUT_MS_DEFAULT = 2_000;

export interface WorldOptions {
  /** `false`: no worker until {@link World.startWorker}. Default `true`. */
  readonly worker?: boolean;
  readonly emulator?: Omit<EmulatorOptions, 'now'>;
  /** Default 5,000. */
  readonly httpDeadlineMs?: number;
  /** The tenant's clock and the person's run this much ahead of the worker's. Default 0. */
  readonly tenantAheadMs?: number;
  /** 0 replays the whole history at each workflow task. Default that of production. */
  readonly maxCachedWorkflows?: number;
  /** Default 2,000: so long a killed worker costs. More where one worker has a queue of tasks to work off. */
  readonly workflowTaskTimeoutMs?: number;
  /** A Temporal server of the test's own. Default the one that all files share. */
  readonly address?: string;
  /** Default `default`; `ENCRYPTED_NAMESPACE` where a worker program encrypts. */
  readonly namespace?: string;
  /**
   * Workflows get a thread of the worker's, as in production: for a worker that has hundreds of tasks, and
   * where a promise of theirs rejects that nobody awaits, which jest would take for the test's. Default the
   * test's thread: loading the SDK once more is most of what a worker's start costs.
   */
  readonly workflowThread?: true;
  /** Of the world's worker and client. Default none: payloads are plaintext. */
  readonly encryption?: EncryptionPlugin;
}

export interface WorldUser {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
}

/** What sets one worker of the fleet apart: a slip of its operator's. */
export interface WorkerSlip {
  readonly clientSecret?: string;
  /** In place of the world's. */
  readonly encryption?: WorkerPlugin;
}

export interface RunningWorker {
  /** As SIGTERM does: what is in hand is finished. May be called twice. */
  stop(): Promise<void>;
}

/** Everything that one test needs; it shares only the Temporal server with others. */
export interface World extends AsyncDisposable {
  readonly emulator: Emulator;
  /** A user of the emulator who has no factor yet. */
  readonly user: WorldUser;
  /** The emulator's domain: `EnrollMfaInput.tenant`. */
  readonly tenant: string;
  readonly client: Client;
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly auth0: Auth0Config;
  /** The workers' keys, as the file that `MFA_WORKER_KEYS_FILE` names holds them. */
  readonly workerKeysJson: string;
  /** The clock of activities, and of the emulator; the workflow's is the server's. */
  readonly clock: MovableClock;
  addUser(): WorldUser;
  startWorker(slip?: WorkerSlip): Promise<RunningWorker>;
  /**
   * Starts `enrollMfa`, by default for the world's user, as any Temporal client would.
   *
   * @param firstLogin - signalled with the start
   */
  start(input?: Partial<EnrollMfaInput>, firstLogin?: CodeProof): Promise<WorkflowHandle>;
  close(): Promise<void>;
}

/** `await using world = await createWorld();` */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const address = options.address ?? requiredVariable('TEMPORAL_TEST_ADDRESS');
  const clock = new MovableClock();
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer();
  };
  try {
    const { tenantAheadMs = 0 } = options;
    const now = () => clock.now() + tenantAheadMs;
    const emulator = await startEmulator({ ...tenantKey(), ...options.emulator, now });
    closers.push(() => emulator.close());
    const { connection, close: disconnect } = await connectTo(address);
    closers.push(disconnect);
    const world = buildWorld(options, { address, clock, emulator, connection, closers, close });
    if (options.worker !== false) await world.startWorker();
    return world;
  } catch (error) {
    await close();
    throw error;
  }
}

interface Parts {
  readonly address: string;
  readonly clock: MovableClock;
  readonly emulator: Emulator;
  readonly connection: Connection;
  readonly closers: (() => Promise<void>)[];
  readonly close: () => Promise<void>;
}

function buildWorld(options: WorldOptions, parts: Parts): World {
  const { address, clock, emulator, connection, closers, close } = parts;
  const { encryption, namespace = NAMESPACE } = options;
  const plugins = encryption === undefined ? [] : [encryption];
  const client = new Client({ connection, namespace, plugins });
  const taskQueue = `test-${randomUUID()}`;
  const workerKeysJson = newWorkerKeysJson();
  const auth0: Auth0Config = {
    domain: emulator.domain,
    issuer: new URL(emulator.issuer),
    audience: emulator.audience,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    httpDeadlineMs: options.httpDeadlineMs ?? 5_000,
  };
  const addUser = (): WorldUser => {
    const email = `user-${randomUUID()}@example.com`;
    const { userId } = emulator.addUser({ email, password: PASSWORD });
    return { userId, email, password: PASSWORD };
  };
  const user = addUser();
  return {
    ...{ emulator, user, client, address, taskQueue, auth0, workerKeysJson, clock, addUser, close },
    tenant: emulator.domain,
    namespace,
    startWorker: async ({ encryption, ...changed } = {}) => {
      const config = { ...auth0, ...changed };
      const worker = await startWorker(
        { ...options, ...(encryption !== undefined && { encryption }) },
        { address, taskQueue, auth0: config, workerKeysJson, clock },
      );
      closers.push(() => worker.stop());
      return worker;
    },
    start: (input = {}, firstLogin) => {
      const userId = input.userId ?? user.userId;
      const full: EnrollMfaInput = {
        ...{ tenant: emulator.domain, userId, phoneNumber: PHONE_NUMBER, requestedBy: 'test' },
        ...input,
      };
      const startOptions = {
        workflowId: enrollMfaWorkflowId(full.tenant, userId),
        taskQueue,
        args: [full],
        workflowTaskTimeout: options.workflowTaskTimeoutMs ?? WORKFLOW_TASK_TIMEOUT_MS_DEFAULT,
      };
      if (firstLogin === undefined) return client.workflow.start(ENROLL_MFA_WORKFLOW, startOptions);
      const first = { signal: SIGNALS.loginCompleted, signalArgs: [firstLogin] };
      return client.workflow.signalWithStart(ENROLL_MFA_WORKFLOW, { ...startOptions, ...first });
    },
    [Symbol.asyncDispose]: close,
  };
}

async function startWorker(
  options: Omit<WorldOptions, 'encryption'> & { readonly encryption?: WorkerPlugin },
  world: Pick<World, 'address' | 'taskQueue' | 'auth0' | 'workerKeysJson' | 'clock'>,
): Promise<RunningWorker> {
  const codePath = requiredVariable('WORKFLOW_BUNDLE');
  const workerKeys = parseWorkerKeyring(JSON.parse(world.workerKeysJson));
  const activities = createActivities({ config: world.auth0, workerKeys, clock: world.clock.now });
  const connection = await NativeConnection.connect({ address: world.address });
  const worker = await createWorker({
    connection,
    activities,
    namespace: options.namespace ?? NAMESPACE,
    taskQueue: world.taskQueue,
    workflowBundle: { codePath },
    stickyPatienceMs: STICKY_PATIENCE_MS,
    debugMode: options.workflowThread !== true,
    ...(options.encryption === undefined ? {} : { encryption: options.encryption }),
    ...(options.maxCachedWorkflows === undefined
      ? {}
      : { maxCachedWorkflows: options.maxCachedWorkflows }),
  });
  const running = worker.run();
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await running;
    await activities.close();
    await connection.close();
  };
  return { stop: () => (stopped ??= stop()) };
}
