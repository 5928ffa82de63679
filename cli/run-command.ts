import { CommanderError } from '@commander-js/extra-typings';
import { EnrollmentError, type EnrollmentErrorCode } from '../temporal/enrollment-error.ts';
import { EXIT } from '../temporal/exit-codes.ts';
import { mfaProgram } from './program.ts';
import { CommandError, type Surroundings } from './surroundings.ts';

/** Every other code of an error means `failed`. */
const EXIT_OF: Partial<Record<EnrollmentErrorCode, keyof typeof EXIT>> = {
  'invalid-input': 'usage',
  'temporal-config': 'usage',
  'temporal-unreachable': 'temporal',
  'temporal-unavailable': 'temporal',
  'temporal-refused': 'temporal',
  'enrollment-ended': 'ended',
};

/** @returns the exit code; where it is not 0, standard error says why, and standard output has nothing. */
export async function runCommand(
  words: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const { program, commandLine } = mfaProgram(surroundings);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return EXIT.done;
  } catch (error) {
    // It has printed what was asked for, or what is wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const exitCode = exitCodeOf(error);
    if (exitCode === undefined) throw error;
    surroundings.stderr(error instanceof Error ? error.message : '');
    if (exitCode === EXIT.usage) surroundings.stderr(`See: ${commandLine()} --help`);
    return exitCode;
  }
}

function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof CommandError) return error.exitCode;
  return error instanceof EnrollmentError ? EXIT[EXIT_OF[error.code] ?? 'failed'] : undefined;
}
