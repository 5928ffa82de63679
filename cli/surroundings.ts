import { EXIT } from '../temporal/exit-codes.ts';

/** What a command reads and writes besides its arguments. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  /** The result: for a person, or as JSON with `--json`. */
  readonly stdout: (line: string) => void;
  /** Progress and errors, in words for a person. */
  readonly stderr: (line: string) => void;
  /** Whether a person sees what goes to standard output. */
  readonly stdoutIsTerminal: boolean;
  /** Opens the address in the person's browser, and does not wait for it. */
  readonly openBrowser: (url: string) => Promise<void>;
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
