import type { Logger as SdkLogger, LogLevel as SdkLevel, RuntimeOptions } from '@temporalio/worker';
import { createLogger, type Logger } from '../temporal/logging/logger.ts';
import type { LogLevel } from './config.ts';

/** JSON lines on standard output; secrets and personal data are redacted. */
export function workerLogger(level: LogLevel): Logger {
  return createLogger({ service: 'mfa-enrollment-worker', level });
}

const LEVELS = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const satisfies Record<SdkLevel, LogLevel>;

/**
 * Sends what the SDK, its native core, workflows and activities log through the same logger.
 *
 * @param metricsAddress - `host:port` at which the native core serves its metrics; default nowhere
 */
export function runtimeOptions(logger: Logger, metricsAddress?: string): RuntimeOptions {
  const write = (level: SdkLevel, message: string, meta: object = {}): void => {
    logger[LEVELS[level]](meta, message);
  };
  const sdkLogger: SdkLogger = {
    log: write,
    trace: (message, meta) => {
      write('TRACE', message, meta);
    },
    debug: (message, meta) => {
      write('DEBUG', message, meta);
    },
    info: (message, meta) => {
      write('INFO', message, meta);
    },
    warn: (message, meta) => {
      write('WARN', message, meta);
    },
    error: (message, meta) => {
      write('ERROR', message, meta);
    },
  };
  return {
    logger: sdkLogger,
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(metricsAddress !== undefined && {
        metrics: { prometheus: { bindAddress: metricsAddress } },
      }),
    },
    // main.ts stops the worker itself: a signal during the start must count too.
    shutdownSignals: [],
  };
}
