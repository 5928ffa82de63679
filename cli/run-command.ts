import { parseArgs, types } from 'node:util';
import { pasted } from '../workflows/contract/typed.ts';
import { EnrollmentError, InvalidInput } from '../client/errors.ts';
import { EXIT } from '../temporal/exit-codes.ts';
import {
  type Arguments,
  type Command,
  CommandError,
  type Surroundings,
  UsageError,
} from './command.ts';
import { loginProof } from './login-proof.ts';
import { loginUrl } from './login-url.ts';
import { newKey } from './new-key.ts';
import { openSetUp } from './open-set-up.ts';
import { workflowId } from './workflow-id.ts';

export const COMMANDS: readonly Command[] = [newKey, loginUrl, loginProof, workflowId, openSetUp];

/** @returns the exit code; what went wrong is on standard error, and nothing on standard output. */
export async function runCommand(
  words: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    surroundings.stderr(overview());
    return name === undefined ? EXIT.usage : EXIT.done;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) {
    surroundings.stderr(`There is no command ${JSON.stringify(name.slice(0, 40))}.\n${overview()}`);
    return EXIT.usage;
  }
  try {
    const arguments_ = parse(command, rest);
    if (arguments_.isSet('help')) surroundings.stderr(command.help.join('\n'));
    else await command.run(arguments_, surroundings);
    return EXIT.done;
  } catch (error) {
    if (error instanceof UsageError || error instanceof InvalidInput) {
      surroundings.stderr(`${error.message}\nSee: npm run -s mfa -- ${command.name} --help`);
      return EXIT.usage;
    }
    if (error instanceof CommandError) {
      surroundings.stderr(error.message);
      return error.exitCode;
    }
    if (!(error instanceof EnrollmentError)) throw error;
    surroundings.stderr(error.message);
    return EXIT.failed;
  }
}

function parse(command: Command, words: readonly string[]): Arguments {
  const { values, positionals } = parsed(command, words);
  if (positionals.length > command.positionals) {
    throw new UsageError(
      `${command.name} takes at most ${command.positionals} argument(s) besides flags; quote addresses.`,
    );
  }
  return {
    // Addresses and ids are pasted; no value of ours has white space at its ends.
    positionals: positionals.map(pasted),
    text: (name) => {
      const value = values[name];
      return typeof value === 'string' ? pasted(value) : undefined;
    },
    isSet: (name) => values[name] === true,
  };
}

interface Parsed {
  readonly values: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
}

function parsed(command: Command, words: readonly string[]): Parsed {
  const options: Command['options'] = { ...command.options, help: { type: 'boolean', short: 'h' } };
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!types.isNativeError(error)) throw error;
    throw new UsageError(error.message);
  }
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    'npm run -s mfa -- <command> [flags]   (-s keeps npm’s own lines out of the output)',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    'Each takes --help. Exit codes: 0 done, 1 failed, 2 called wrongly, 4 the enrollment has ended.',
  ].join('\n');
}
