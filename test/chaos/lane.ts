/**
 * A place to play enrollments in, one after the other: a Temporal server with its file, a tenant, and a
 * worker as a process of its own. Server and worker can be killed, and come back.
 */
import { join } from 'node:path';
import { freeLoopbackPort } from '../../dev/loopback-port.ts';
import { startTemporalServer, type TemporalServer } from '../../dev/temporal-server.ts';
import { type ChildProgram, startChild } from '../support/child-program.ts';
import { requiredVariable } from '../support/required-variable.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { WORKER_RUNS, workerEnvironment } from '../support/worker-program.ts';
import { createWorld, type World } from '../support/world.ts';

const WORKER = 'test/chaos/waiting-worker.ts';

export class Lane implements AsyncDisposable {
  readonly world: World;
  readonly #folder: TemporaryFolder;
  readonly #env: NodeJS.ProcessEnv;
  readonly #startServer: () => Promise<TemporalServer>;
  #server: TemporalServer;
  #worker: ChildProgram;
  #spare: ChildProgram | undefined;
  /** Kills and recoveries, one after the other. */
  #repairs: Promise<void> = Promise.resolve();
  #repairing = 0;
  #expectedKills = 0;

  private constructor(parts: {
    world: World;
    folder: TemporaryFolder;
    env: NodeJS.ProcessEnv;
    startServer: () => Promise<TemporalServer>;
    server: TemporalServer;
  }) {
    this.world = parts.world;
    this.#folder = parts.folder;
    this.#env = parts.env;
    this.#startServer = parts.startServer;
    this.#server = parts.server;
    this.#worker = this.#waitingWorker();
  }

  static async open(): Promise<Lane> {
    const folder = await temporaryFolder();
    const port = await freeLoopbackPort();
    const startServer = () =>
      startTemporalServer({
        cli: requiredVariable('TEMPORAL_CLI'),
        port,
        databaseFile: join(folder.path, 'temporal.db'),
        logFile: join(folder.path, 'temporal.log'),
      });
    const server = await startServer();
    const world = await createWorld({
      address: server.address,
      worker: false,
      // So many logins in so little time are not what is to be found out here.
      emulator: { settings: { requestsPerSecond: 'off' } },
    });
    const env = await workerEnvironment(world, folder.path);
    const lane = new Lane({ world, folder, env, startServer, server });
    await take(lane.#worker);
    return lane;
  }

  /** So many more workers will be killed: the next one may load its code while this one works. */
  expectKills(count: number): void {
    this.#expectedKills = count;
    if (count > 0) this.#spare ??= this.#waitingWorker();
  }

  /** Resolves once the worker is dead; the next one starts by itself. */
  killWorker(): Promise<void> {
    return this.#repair(
      async () => {
        this.#worker.kill('SIGKILL');
        await this.#worker.ended;
      },
      async () => {
        this.#worker = this.#spare ?? this.#waitingWorker();
        this.#spare = undefined;
        await take(this.#worker);
        this.expectKills(this.#expectedKills - 1);
      },
    );
  }

  /** Resolves once the server is dead; it comes back on the same port with the same file. */
  killServer(): Promise<void> {
    return this.#repair(
      // `stop` is SIGKILL: there is nothing that the development server would do at its end.
      () => this.#server.stop(),
      async () => {
        this.#server = await this.#startServer();
      },
    );
  }

  /** Resolves once server and worker are up. */
  async whole(): Promise<void> {
    await this.#repairs;
  }

  #waitingWorker(): ChildProgram {
    return startChild(WORKER, { env: this.#env, listens: true });
  }

  /** At once, where nothing is being repaired: what is to be hit is happening now. */
  async #repair(kill: () => Promise<void>, recover: () => Promise<void>): Promise<void> {
    const killed = this.#repairing === 0 ? kill() : this.#repairs.then(kill);
    this.#repairing += 1;
    this.#repairs = killed.then(recover).finally(() => {
      this.#repairing -= 1;
    });
    // Whoever asks whether the lane is whole is told; until then it must not look like nobody's.
    this.#repairs.catch(() => undefined);
    await killed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#repairs.catch(() => undefined);
    await this.world.close();
    await this.#kill();
  }

  /** Something still asks: its connection is left to it, or the SDK would throw where nobody catches. */
  async abandon(): Promise<void> {
    await this.#repairs.catch(() => undefined);
    await this.world.emulator.close();
    await this.#kill();
  }

  async #kill(): Promise<void> {
    await this.#worker[Symbol.asyncDispose]();
    await this.#spare?.[Symbol.asyncDispose]();
    await this.#server.stop();
    await this.#folder[Symbol.asyncDispose]();
  }
}

/** It need not have loaded yet: the line waits for it. */
async function take(worker: ChildProgram): Promise<void> {
  worker.say('start');
  await worker.line(WORKER_RUNS);
}
