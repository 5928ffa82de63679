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

/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
