import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { SearchAttributeType } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import { SEARCH_ATTRIBUTES } from '../workflows/contract/search-attributes.ts';
import { acceptsConnections, LOOPBACK } from './loopback-port.ts';

/**
 * The development server has one shard and throttles it: without these each task that is not eager
 * waits up to 50 ms and each timer up to 1 s. The first lets tests skip time, run by run; the second lets
 * administrators pause a run; the two of acknowledgement let a run be deleted a second after its end instead of half a minute; the last
 * two show a drained worker version within seconds instead of minutes.
 */
const DYNAMIC_CONFIGURATION = [
  'frontend.WorkflowTimeSkippingEnabled=true',
  'frontend.WorkflowPauseEnabled=true',
  'history.transferProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxTimeShift="10ms"',
  'history.transferProcessorUpdateAckInterval="1s"',
  'history.visibilityProcessorUpdateAckInterval="1s"',
  'matching.wv.VersionDrainageStatusVisibilityGracePeriod="1s"',
  'matching.wv.VersionDrainageStatusRefreshInterval="1s"',
];

/** Makes the SQLite file almost as fast as memory; what is committed survives a kill. */
const SQLITE_PRAGMAS = ['journal_mode=WAL', 'synchronous=NORMAL'];

/**
 * Ties the server to our end of a pipe: however we end, SIGKILL included, the pipe closes, the shell
 * reads its end and kills the server. It also ends when the server does, with its exit code.
 */
const TIED = `exec 3<&0
"$@" </dev/null 3<&- &
server=$!
(read -r _ <&3; kill -9 "$server") 2>/dev/null &
watcher=$!
exec 3<&-
wait "$server"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"`;

const READY_TIMEOUT_MS = 20_000;
const POLL_MS = 20;
const ANSWER_MS = 2_000;
const NAMESPACE = 'default';
/** How long ended enrollments are kept, as in docker-compose.yml; the development server's is one day. */
const RETENTION = '7 days';
const LOG_CHARACTERS_IN_ERROR = 2_000;

export interface TemporalServerOptions {
  /** The Temporal CLI. */
  readonly cli: string;
  readonly port: number;
  /** Where the Web UI listens; without it there is none. */
  readonly uiPort?: number;
  /** Where the Web UI has payloads decoded. */
  readonly uiCodecEndpoint?: string;
  /** SQLite file; without it state is in memory. */
  readonly databaseFile?: string;
  /** A second namespace, prepared like the first. */
  readonly secondNamespace?: string;
  /** Gets what the server prints. */
  readonly logFile: string;
  /** Aborted before it answers, it is stopped again. Default never. */
  readonly signal?: AbortSignal;
}

export interface TemporalServer {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  readonly namespace: typeof NAMESPACE;
  /** Resolves when the server ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** What the server printed last. */
  lastWords(): string;
  stop(): Promise<void>;
}

export class TemporalServerError extends Error {
  override readonly name = 'TemporalServerError';
}

function cliType(type: SearchAttributeType): string {
  return type === SearchAttributeType.DATETIME
    ? 'Datetime'
    : type.charAt(0) + type.slice(1).toLowerCase();
}

/** `--search-attribute MfaPhase=Keyword` and so on, for all of this service's. */
export const SEARCH_ATTRIBUTE_FLAGS = SEARCH_ATTRIBUTES.flatMap(({ name, type }) => [
  '--search-attribute',
  `${name}=${cliType(type)}`,
]);

function serverArguments(options: TemporalServerOptions): string[] {
  const { port, uiPort, uiCodecEndpoint, databaseFile, secondNamespace } = options;
  return [
    // prettier-ignore
    ...['server', 'start-dev', '--ip', LOOPBACK, '--port', String(port), '--log-level', 'error'],
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...(uiCodecEndpoint === undefined ? [] : ['--ui-codec-endpoint', uiCodecEndpoint]),
    ...(databaseFile === undefined
      ? []
      : ['--db-filename', databaseFile, ...SQLITE_PRAGMAS.flatMap((p) => ['--sqlite-pragma', p])]),
    ...(secondNamespace === undefined ? [] : ['--namespace', secondNamespace]),
    ...DYNAMIC_CONFIGURATION.flatMap((value) => ['--dynamic-config-value', value]),
    ...SEARCH_ATTRIBUTE_FLAGS,
  ];
}

/**
 * Starts a development server on loopback, with this service's search attributes registered and its
 * retention set, and waits until it answers for its namespace. It dies with us.
 *
 * @throws TemporalServerError when it ends before that, takes over 20 s or is aborted, with its last
 *   words; it has ended then.
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  const log = openSync(options.logFile, 'w', 0o600);
  const child = spawn('sh', ['-c', TIED, 'sh', options.cli, ...serverArguments(options)], {
    stdio: ['pipe', log, log],
    // A session of its own: Ctrl-C in our terminal reaches us alone, and we stop things in order.
    detached: true,
  });
  closeSync(log);
  const lifeline = child.stdin;
  if (lifeline === null) throw new TemporalServerError('The shell got no pipe.');
  const ended = once(child, 'exit').then(() => undefined);
  const lastWords = (): string =>
    readFileSync(options.logFile, 'utf8').slice(-LOG_CHARACTERS_IN_ERROR).trim();
  const server: TemporalServer = {
    address: `${LOOPBACK}:${options.port}`,
    namespace: NAMESPACE,
    ended,
    lastWords,
    async stop() {
      child.ref();
      lifeline.end();
      await ended;
    },
  };
  // A broken pipe only says that the shell ended first; `ended` tells that already.
  lifeline.on('error', () => undefined);
  await ready(options, child, server);
  child.unref();
  return server;
}

async function ready(
  { port, signal }: TemporalServerOptions,
  child: { readonly exitCode: number | null; readonly signalCode: string | null },
  server: TemporalServer,
): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new TemporalServerError(`The Temporal server ended at once: ${server.lastWords()}`);
    }
    // TCP first: a gRPC channel that is refused once waits a second before it tries again.
    if ((await acceptsConnections(port)) && (await takesRetention(server))) return;
    if (signal?.aborted === true || Date.now() > deadline) {
      await server.stop();
      throw new TemporalServerError(
        `The Temporal server did not answer on port ${port} within ${READY_TIMEOUT_MS / 1000} s: ` +
          server.lastWords(),
      );
    }
    await delay(POLL_MS);
  }
}

/** A port that accepts is not a server yet, and need not be ours; one that takes a setting is. */
async function takesRetention({ address, namespace }: TemporalServer): Promise<boolean> {
  const connection = Connection.lazy({ address });
  try {
    await connection.withDeadline(Date.now() + ANSWER_MS, () =>
      connection.workflowService.updateNamespace({
        namespace,
        config: { workflowExecutionRetentionTtl: msToTs(RETENTION) },
      }),
    );
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}
