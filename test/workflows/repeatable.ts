/** Properties with a fixed seed; the message of a failure says the command that repeats it. */
import { relative } from 'node:path';
import { expect } from '@jest/globals';
import fc from 'fast-check';

const SEED = 5;

/**
 * Draws `runs` values and puts each to the test. `PROPERTY_SEED` draws others; together with
 * `PROPERTY_PATH` it repeats one failure.
 */
export function checkAll<T>(arbitrary: fc.Arbitrary<T>, runs: number, test: (value: T) => void) {
  report(fc.check(fc.property(arbitrary, test), parameters(runs)));
}

function parameters<T>(numRuns: number): fc.Parameters<T> {
  const { PROPERTY_SEED: seed = String(SEED), PROPERTY_PATH: path } = process.env;
  if (!/^-?[0-9]{1,10}$/.test(seed)) throw new Error('PROPERTY_SEED must be a whole number.');
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
    `PROPERTY_SEED=${seed} PROPERTY_PATH=${counterexamplePath ?? ''} ` +
    `npm test -- ${file} -t '${name}'`;
  throw new Error(`${fc.defaultReportMessage(details) ?? ''}\n\nTo repeat it:\n${command}\n`, {
    cause: details.errorInstance,
  });
}
