import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
/** A line that never comes would keep jest, and the program outlive its test. */
const LINE_MS_MAX = 60_000;

/** Killed with its test. */
export interface Program extends AsyncDisposable {
  /** Everything that it has printed so far, both streams. */
  output(): string;
  /** Resolves with the first line, printed already or not, that has the text in it. */
  line(text: string): Promise<string>;
  /** Resolves with the exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
}

/** The emulator as a program, from its sources. */
export function startMain(...args: readonly string[]): Program {
  return startNode(['--import', 'tsx', 'main.ts', ...args]);
}

export function startNode(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Program {
  return start(process.execPath, args, env);
}

/** `npm start`, as a supervisor starts it: the process, and what it is told by signals, is npm's. */
export function startByNpm(): Program {
  return start('npm', ['start'], process.env);
}

function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Program {
  const child = spawn(command, args, { cwd: PACKAGE, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const streams = [child.stdout, child.stderr].map((input) => createInterface({ input }));
  for (const stream of streams) stream.on('line', (line) => lines.push(line));
  let over = false;
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => {
    over = true;
    return typeof code === 'number' ? code : String(signal);
  });
  return {
    ended,
    output: () => lines.join('\n'),
    async line(text) {
      const signal = AbortSignal.timeout(LINE_MS_MAX);
      for (;;) {
        const found = lines.find((line) => line.includes(text));
        if (found !== undefined) return found;
        if (over) throw new Error(`It ended without ${JSON.stringify(text)}:\n${lines.join('\n')}`);
        await Promise.race([ended, ...streams.map((stream) => once(stream, 'line', { signal }))]);
      }
    },
    kill: (signal) => child.kill(signal),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
