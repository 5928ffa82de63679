import { closest } from 'fastest-levenshtein';
import { OwnerFileError, readOwnerFile } from '../temporal/owner-file.ts';

/** Far above any secret; a wrong path to something huge is not read into memory. */
const SECRET_FILE_BYTES_MAX = 64 * 1024;

export interface ConfigurationProblem {
  readonly variable: string;
  /** What must hold. */
  readonly rule: string;
  /** What to do. */
  readonly remedy: string;
}

/** All that is wrong with the environment, at once. Repeats no value: it may be a secret. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    super(
      [
        `The configuration has ${problems.length} problem${problems.length === 1 ? '' : 's'}:`,
        ...problems.map(({ variable, rule, remedy }) => `  - ${variable} ${rule}. ${remedy}.`),
      ].join('\n'),
    );
    this.problems = problems;
  }
}

interface IntegerBounds {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

/** Reads variables one by one and collects what is wrong instead of stopping at the first. */
export class Environment {
  readonly problems: ConfigurationProblem[] = [];
  readonly #values: NodeJS.ProcessEnv;

  constructor(values: NodeJS.ProcessEnv) {
    this.#values = values;
  }

  /** Names the nearest known one for each variable that starts like ours and is none of ours. */
  refuseUnknown(prefixes: readonly string[], known: readonly string[]): void {
    for (const variable of Object.keys(this.#values)) {
      if (!prefixes.some((prefix) => variable.startsWith(prefix))) continue;
      if (known.includes(variable)) continue;
      this.refuse(
        variable,
        'is not a variable of this service',
        `Did you mean ${closest(variable, [...known])}? Otherwise remove it`,
      );
    }
  }

  refuse(variable: string, rule: string, remedy: string): void {
    this.problems.push({ variable, rule, remedy });
  }

  /**
   * Without white space around it: a secret's manager or a file's last line end adds some, and Auth0 refuses a
   * client whose secret has one more character. Empty counts as not set: that is how compose files pass an
   * optional variable.
   */
  text(variable: string): string | undefined {
    const value = this.#values[variable]?.trim();
    return value === '' ? undefined : value;
  }

  required(variable: string, remedy: string): string | undefined {
    const value = this.text(variable);
    if (value === undefined) this.refuse(variable, 'must be set', remedy);
    return value;
  }

  integer(variable: string, { fallback, min, max }: IntegerBounds): number {
    const text = this.text(variable);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    this.refuse(
      variable,
      `must be a whole number from ${min} to ${max}`,
      `Leave it out for ${fallback}`,
    );
    return fallback;
  }

  oneOf<T extends string>(variable: string, values: readonly T[], fallback: T): T {
    const text = this.text(variable);
    if (text === undefined) return fallback;
    const value = values.find((candidate) => candidate === text);
    if (value !== undefined) return value;
    this.refuse(variable, `must be one of ${values.join(', ')}`, `Leave it out for ${fallback}`);
    return fallback;
  }

  /** The content of the file that the variable names, which only its owner may be able to read. */
  async secretFile(variable: string): Promise<string | undefined> {
    const path = this.text(variable);
    if (path === undefined) return undefined;
    try {
      return await readOwnerFile(path, SECRET_FILE_BYTES_MAX, 'check the path');
    } catch (error) {
      if (!(error instanceof OwnerFileError)) throw error;
      // Without the path: it may be the secret itself, put into the wrong variable.
      this.refuse(variable, `names a file that ${error.rule}`, 'Its owner alone may read it');
      return undefined;
    }
  }

  /** @throws ConfigurationError if anything was refused. */
  finish(): void {
    if (this.problems.length > 0) throw new ConfigurationError(this.problems);
  }
}
