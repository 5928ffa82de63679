/** What a process of ours leaves behind when it dies. */
import type { Logger } from './logger.ts';

const EXIT_CODE = 1;

/**
 * What Node prints by itself when nobody catches an error is the error with all that hangs on it, and
 * the line of code. It goes through the logger instead, and the process still ends with 1.
 */
export function logCrashes(logger: Logger, message: string): void {
  process.on('uncaughtException', (error) => {
    logger.error({ error }, message);
    process.exit(EXIT_CODE);
  });
}

/**
 * Node's diagnostic report holds the whole environment (client secret, API key) and what hangs on an
 * error, unredacted; Node 20 cannot leave either out. Whoever switched reports on, by `NODE_OPTIONS`
 * for all programs of a machine, does not mean this one.
 */
export function writeNoReports(): void {
  process.report.reportOnFatalError = false;
  process.report.reportOnUncaughtException = false;
  process.report.reportOnSignal = false;
}
