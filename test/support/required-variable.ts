/** A value that the set-up before all tests exports; its absence is a failure, never a skip. */
export function requiredVariable(
  name: 'TEMPORAL_TEST_ADDRESS' | 'TEMPORAL_CLI' | 'WORKFLOW_BUNDLE' | 'COMPILED_CODE',
): string {
  const value = process.env[name];
  if (value !== undefined) return value;
  const problem = process.env[`${name}_PROBLEM`];
  throw new Error(`${name} is not set: ${problem ?? 'run the tests with `npm test`.'}`);
}
