/** Properties with a fixed seed; the message of a failure says the command that repeats it. */
import { relative } from 'node:path';
import { expect } from '@jest/globals';
import fc from 'fast-check';

const SEED = 5;
/** Where a run takes a second, shrinking is given up after so many more. */
const SLOW_SHRINKS_MAX = 30;

/**
 * Draws `runs` values and puts each to the test. `MODEL_SEED` draws others; together with
 * `MODEL_PATH` it repeats one failure.
 */
export function checkAll<T>(arbitrary: fc.Arbitrary<T>, runs: number, test: (value: T) => void) {
  report(fc.check(fc.property(arbitrary, test), parameters(runs)));
}

/** As {@link checkAll}, where each takes its time. */
export async function checkSlowly<T>(
  arbitrary: fc.Arbitrary<T>,
  runs: number,
  test: (value: T) => Promise<void>,
): Promise<void> {
  let shrinks: number | undefined;
  const bounded = async (value: T): Promise<void> => {
    if (shrinks !== undefined && shrinks++ >= SLOW_SHRINKS_MAX) return;
    try {
      await test(value);
    } catch (error) {
      shrinks ??= 0;
      throw error;
    }
  };
  report(await fc.check(fc.asyncProperty(arbitrary, bounded), parameters(runs)));
}

function parameters<T>(numRuns: number): fc.Parameters<T> {
  const { MODEL_SEED: seed = String(SEED), MODEL_PATH: path } = process.env;
  if (!/^-?[0-9]{1,10}$/.test(seed)) throw new Error('MODEL_SEED must be a whole number.');
  return {
    numRuns,
    seed: Number(seed),
    ...(path !== undefined && { path, endOnFailure: true }),
  };
}

function report<T>(details: fc.RunDetails<T>): void {
  if (!details.failed) return;
  const { testPath = '', currentTestName = '' } = expect.getState();
  const file = relative(process.cwd(), testPath);
  // What a shell or a regular expression would read otherwise.
  const name = currentTestName.replaceAll(/[^a-zA-Z0-9 ,]/g, '.');
  const { seed, counterexamplePath } = details;
  const command =
    `MODEL_SEED=${seed} MODEL_PATH=${counterexamplePath ?? ''} ` +
    `npm test -- ${file} -t '${name}'`;
  throw new Error(`${fc.defaultReportMessage(details) ?? ''}\n\nTo repeat it:\n${command}\n`, {
    cause: details.errorInstance,
  });
}
