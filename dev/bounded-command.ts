import { spawn } from 'node:child_process';

/** Kept of each stream: enough for an error message, whatever the program prints. */
const OUTPUT_CHARACTERS_MAX = 16_384;

export interface CommandResult {
  /** `not-found`: no such program. `timed-out`: it was killed. */
  readonly status: 'ok' | 'failed' | 'not-found' | 'timed-out';
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly timeoutMs: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Runs a program to its end, without a shell and without a terminal. Never rejects. */
export function runCommand(
  program: string,
  args: readonly string[],
  { timeoutMs, env = process.env, cwd }: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-OUTPUT_CHARACTERS_MAX);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-OUTPUT_CHARACTERS_MAX);
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const missing = error.code === 'ENOENT' || error.code === 'EACCES';
      resolve({ status: missing ? 'not-found' : 'failed', stdout, stderr: error.message });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ status: timedOut ? 'timed-out' : code === 0 ? 'ok' : 'failed', stdout, stderr });
    });
  });
}
