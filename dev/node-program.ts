import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { extname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Compiled code starts compiled code. */
const EXTENSION = extname(import.meta.url);
const LOADER = EXTENSION === '.ts' ? ['--import', 'tsx'] : [];
const TIED_CHILD = fileURLToPath(new URL('./tied-child.mjs', import.meta.url));

/** TypeScript loaded on a busy machine: slow, and still an end. */
const READY_TIMEOUT_MS = 30_000;
/** Longer than what our programs take to finish the calls in hand. */
const STOP_TIMEOUT_MS = 12_000;
const LAST_LINES = 10;
const LINE_CHARACTERS_MAX = 500;

export interface NodeProgramOptions {
  /** In messages: `worker`. */
  readonly name: string;
  /** Relative to the project, without its extension: `worker/main`. */
  readonly program: string;
  readonly args?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Gets everything that it prints. */
  readonly logFile: string;
  /** Its JSON line on standard output with this `event` says that it is up. */
  readonly readyEvent: string;
  /** Aborted before it is up, it is stopped again. */
  readonly signal: AbortSignal;
}

export interface NodeProgram {
  readonly name: string;
  readonly pid: number;
  /** The line that said that it is up. */
  readonly announced: Readonly<Record<string, unknown>>;
  /** Resolves when it has ended, whoever ended it, with how. */
  readonly ended: Promise<string>;
  /** SIGTERM; SIGKILL if that does not help. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

export class NodeProgramError extends Error {
  override readonly name = 'NodeProgramError';
}

/**
 * Starts a program of ours as a process that dies with us, and waits until it says that it is up.
 *
 * @throws NodeProgramError with its last lines if it ends instead, says nothing for 30 s, or is aborted;
 *   the process has ended then.
 */
export async function startNodeProgram(options: NodeProgramOptions): Promise<NodeProgram> {
  const { name, program, args = [], env, logFile, readyEvent, signal } = options;
  if (signal.aborted) throw new NodeProgramError(`The ${name} is not started any more.`);
  const child = spawn(
    process.execPath,
    [...LOADER, '--import', TIED_CHILD, `${program}${EXTENSION}`, ...args],
    // Its own session, so that Ctrl-C reaches us alone and we stop things in order.
    { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  const output = new Output(child, logFile);
  const ended = once(child, 'exit').then((how) => describeEnd(name, how));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = new AbortController();
    await Promise.race([
      ended,
      delay(STOP_TIMEOUT_MS, undefined, { signal: timer.signal })
        .then(() => child.kill('SIGKILL'))
        .catch(() => undefined),
    ]);
    await ended;
    timer.abort();
  };
  const announced = await Promise.race([
    output.event(readyEvent),
    ended,
    delay(READY_TIMEOUT_MS, 'It said nothing for too long.', { ref: false }),
    once(signal, 'abort').then(() => `The ${name} was stopped while it started.`),
  ]);
  if (typeof announced === 'string') {
    await stop();
    throw new NodeProgramError(`${announced}\n${output.lastLines()}`.trim());
  }
  return {
    name,
    pid: child.pid ?? 0,
    announced,
    ended: ended.then((how) => `${how}\n${output.lastLines()}`.trim()),
    stop,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function describeEnd(name: string, how: unknown[]): string {
  const [code, signal] = how;
  return typeof signal === 'string'
    ? `The ${name} was ended by ${signal}.`
    : `The ${name} ended with exit code ${String(code)}.`;
}

/** What a child prints: to its log file, line by line to whoever waits for an event. */
class Output {
  readonly #lines: string[] = [];
  readonly #waiting = new Map<string, (line: Readonly<Record<string, unknown>>) => void>();

  constructor(child: ChildProcess, logFile: string) {
    const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        if (log.writable) log.write(`${line}\n`);
        this.#take(line);
      });
    }
    child.once('close', () => log.end());
  }

  event(event: string): Promise<Readonly<Record<string, unknown>>> {
    return new Promise((resolve) => {
      this.#waiting.set(event, resolve);
    });
  }

  lastLines(): string {
    return this.#lines.join('\n');
  }

  #take(line: string): void {
    this.#lines.push(line.slice(0, LINE_CHARACTERS_MAX));
    if (this.#lines.length > LAST_LINES) this.#lines.shift();
    const record = parseRecord(line);
    const event = record?.['event'];
    if (record !== undefined && typeof event === 'string') this.#waiting.get(event)?.(record);
  }
}

function parseRecord(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
