import { EXIT } from '../temporal/exit-codes.ts';
import type { ParseArgsConfig } from 'node:util';

/** What a command reads and writes besides its arguments. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  /** Results, for machines: JSON, or the one text that was asked for. */
  readonly stdout: (line: string) => void;
  /** Words for a person. */
  readonly stderr: (line: string) => void;
  /** Whether a person sees what goes to standard error. */
  readonly stderrIsTerminal: boolean;
}

export interface Arguments {
  readonly positionals: readonly string[];
  /** The text of a flag; `undefined` where it was not given. */
  text(name: string): string | undefined;
  isSet(name: string): boolean;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Shown by `--help`: arguments, flags, what it prints. */
  readonly help: readonly string[];
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** How many positional arguments it takes at most. */
  readonly positionals: number;
  run(arguments_: Arguments, surroundings: Surroundings): Promise<void>;
}

/** The command does not come to a result; its message says why and the way out. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  readonly exitCode: number;

  constructor(why: Exclude<keyof typeof EXIT, 'done'>, message: string) {
    super(message);
    this.exitCode = EXIT[why];
  }
}

/** The command was called wrongly. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';

  constructor(message: string) {
    super('usage', message);
  }
}
