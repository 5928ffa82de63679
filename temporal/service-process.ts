/** How a process of ours that serves is stopped, and what it leaves behind when it dies. */
import { EXIT } from './exit-codes.ts';
import type { Logger } from './logging/logger.ts';

/**
 * What Node prints by itself when nobody catches an error is the error with all that hangs on it, and
 * the line of code. It goes through the logger instead, and the process still ends with 1.
 */
export function logCrashes(logger: Logger, message: string): void {
  process.on('uncaughtException', (error) => {
    logger.error({ error }, message);
    process.exit(EXIT.failed);
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

/** Resolves with the first signal; the second one ends the process at once. */
export function stopSignal(logger: Logger): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        logger.info({ signal }, 'stopping: tasks in hand are finished first');
        resolve(signal);
        process.once(signal, () => process.exit(EXIT.failed));
      });
    }
  });
}
