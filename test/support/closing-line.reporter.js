/**
 * Ends every run with one line, `N passed, N failed`, which scripts read. A file that could not run
 * counts as a failure, and so does a test that was skipped: nobody saw it pass.
 *
 * @implements {Pick<import('@jest/reporters').Reporter, 'onRunComplete' | 'getLastError'>}
 */
export default class ClosingLineReporter {
  #failed = 0;
  #selected;

  /** @param {import('@jest/types').Config.GlobalConfig} configuration */
  constructor(configuration) {
    this.#selected = configuration.testNamePattern !== undefined;
  }

  /**
   * @param {unknown} _contexts
   * @param {import('@jest/reporters').AggregatedResult} results
   */
  onRunComplete(_contexts, results) {
    // Whoever asks for tests by name has left out the others on purpose.
    const skipped = this.#selected ? 0 : results.numPendingTests + results.numTodoTests;
    if (skipped > 0) process.stderr.write(`${skipped} skipped tests count as failed.\n`);
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + skipped;
    this.#failed = failed;
    // At the exit: jest's own summary and the teardown come after the reporters.
    process.once('exit', () => {
      process.stdout.write(`${results.numPassedTests} passed, ${failed} failed\n`);
    });
  }

  /** Makes the run fail where jest alone would not: on a skipped test. */
  getLastError() {
    return this.#failed > 0 ? new Error(`${this.#failed} failed`) : undefined;
  }
}
