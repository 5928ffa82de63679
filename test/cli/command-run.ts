/** A command of `npm run -s mfa`, without a process of its own. */
import { Readable } from 'node:stream';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { mfaProgram } from '../../cli/program.ts';
import { runCommand } from '../../cli/run-command.ts';

export interface Ran {
  readonly exitCode: number;
  readonly stdout: readonly string[];
  readonly stderr: string;
}

/** Every command with its words, groups too: `keys`, `keys list`. */
export function commandPaths(): readonly string[] {
  const silent = {
    env: {},
    stdin: Readable.from([]),
    stdout: () => undefined,
    stderr: () => undefined,
  };
  const surroundings = { ...silent, stdoutIsTerminal: false, openBrowser: () => Promise.resolve() };
  const below = ({ commands }: CommandUnknownOpts, before: string): readonly string[] =>
    commands.flatMap((command) => {
      const path = `${before}${command.name()}`;
      return [path, ...below(command, `${path} `)];
    });
  return below(mfaProgram(surroundings).program, '');
}

export async function run(
  words: readonly string[],
  given: {
    env?: NodeJS.ProcessEnv;
    stdin?: string | AsyncIterable<string>;
    terminal?: boolean;
    /** What the person does with the address that `login` opens. */
    browser?: (url: string) => Promise<void>;
    /** Told each line on standard error as it comes. */
    told?: (line: string) => void;
  } = {},
): Promise<Ran> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const { stdin = '' } = given;
  const exitCode = await runCommand(words, {
    env: given.env ?? {},
    stdin: typeof stdin === 'string' ? Readable.from([stdin]) : stdin,
    stdout: (line) => stdout.push(line),
    stderr: (line) => {
      stderr.push(line);
      given.told?.(line);
    },
    stdoutIsTerminal: given.terminal ?? false,
    openBrowser: given.browser ?? (() => Promise.reject(new Error('No browser is expected.'))),
  });
  return { exitCode, stdout, stderr: stderr.join('\n') };
}
