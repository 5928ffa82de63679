import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requiredVariable } from './required-variable.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** For a line that never comes: without an end, the program would outlive its test and keep jest. */
const LINE_MS_MAX = 90_000;

export interface ChildProgram extends AsyncDisposable {
  readonly pid: number;
  /** Everything that it has printed so far, both streams. */
  output(): string;
  /**
   * Resolves with the first line, printed already or not, that has the text in it; rejects after 90 s.
   * @param after - so many lines are passed over
   */
  line(text: string, after?: number): Promise<string>;
  /** Resolves with the exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
  /** Writes a line to its standard input, where it listens. */
  say(line: string): void;
}

export interface ChildOptions {
  readonly args?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** It gets a pipe as its standard input, for {@link ChildProgram.say}. Default nothing. */
  readonly listens?: boolean;
  /** Default this Node. */
  readonly interpreter?: string;
}

/**
 * `await using worker = startChild('worker/main.ts', { env });` It is killed with the test. A program of
 * the project's runs compiled, which starts in half the time; other TypeScript goes through the loader.
 */
export function startChild(program: string, options: ChildOptions): ChildProgram {
  return start(
    options.interpreter ?? process.execPath,
    [...programOf(program), ...(options.args ?? [])],
    options,
  );
}

function programOf(program: string): readonly string[] {
  if (!program.endsWith('.ts')) return [program];
  if (isAbsolute(program)) return ['--import', 'tsx', program];
  return [join(requiredVariable('COMPILED_CODE'), program.replace(/\.ts$/, '.js'))];
}

/**
 * A script of package.json as an operator's supervisor starts it: the process, and what it is told by
 * signals, is npm's. {@link ChildProgram.ended} waits for the program that npm has started, too.
 */
export function startNpmScript(script: string, options: ChildOptions): ChildProgram {
  return start('npm', ['run', script, '--', ...(options.args ?? [])], options);
}

function start(command: string, args: readonly string[], options: ChildOptions): ChildProgram {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: options.env,
    stdio: [options.listens === true ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  // A broken pipe only says that it ended; `ended` tells that already.
  child.stdin?.on('error', () => undefined);
  const lines = new Lines(child);
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => {
    lines.end();
    return typeof code === 'number' ? code : String(signal);
  });
  return {
    pid: child.pid ?? 0,
    ended,
    output: () => lines.all(),
    line: (text, after) => lines.next(text, after),
    kill: (signal) => child.kill(signal),
    say: (line) => child.stdin?.write(`${line}\n`),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Kills it outright; nothing else may have ended it. */
export async function killed(program: ChildProgram): Promise<void> {
  await endsBy(program, 'SIGKILL', 'SIGKILL');
}

/** Tells it to stop; it finishes what it has in hand, and ends well. */
export async function stopped(program: ChildProgram): Promise<void> {
  await endsBy(program, 'SIGTERM', 0);
}

async function endsBy(
  program: ChildProgram,
  signal: NodeJS.Signals,
  expected: number | string,
): Promise<void> {
  program.kill(signal);
  const end = await program.ended;
  if (end !== expected) throw new Error(`It ended with ${end}:\n${program.output()}`);
}

interface Waiting {
  readonly text: string;
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

class Lines {
  readonly #lines: string[] = [];
  #waiting: Waiting[] = [];
  #ended = false;

  constructor(child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.#lines.push(line);
        for (const { text, resolve } of this.#waiting) if (line.includes(text)) resolve(line);
        this.#waiting = this.#waiting.filter(({ text }) => !line.includes(text));
      });
    }
  }

  all(): string {
    return this.#lines.join('\n');
  }

  next(text: string, after = 0): Promise<string> {
    const printed = this.#lines.slice(after).find((line) => line.includes(text));
    if (printed !== undefined) return Promise.resolve(printed);
    return new Promise((resolve, reject) => {
      if (this.#ended) {
        reject(this.#never(text));
        return;
      }
      const timer = setTimeout(() => {
        reject(new Error(`${JSON.stringify(text)} did not come in time:\n${this.all()}`));
      }, LINE_MS_MAX);
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          settle(value);
        };
      this.#waiting.push({ text, resolve: settled(resolve), reject: settled(reject) });
    });
  }

  end(): void {
    this.#ended = true;
    for (const { text, reject } of this.#waiting) reject(this.#never(text));
  }

  #never(text: string): Error {
    return new Error(`It ended without printing ${JSON.stringify(text)}:\n${this.all()}`);
  }
}
