/** A command of `npm run -s mfa`, without a process of its own. */
import { Readable } from 'node:stream';
import { runCommand } from '../../cli/run-command.ts';

export interface Ran {
  readonly exitCode: number;
  readonly stdout: readonly string[];
  readonly stderr: string;
}

export async function run(
  words: readonly string[],
  given: {
    env?: NodeJS.ProcessEnv;
    stdin?: string | AsyncIterable<string>;
    terminal?: boolean;
  } = {},
): Promise<Ran> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const { stdin = '' } = given;
  const exitCode = await runCommand(words, {
    env: given.env ?? {},
    stdin: typeof stdin === 'string' ? Readable.from([stdin]) : stdin,
    stdout: (line) => stdout.push(line),
    stderr: (line) => stderr.push(line),
    stderrIsTerminal: given.terminal ?? false,
  });
  return { exitCode, stdout, stderr: stderr.join('\n') };
}
