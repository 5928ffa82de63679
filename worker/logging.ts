import type { Logger as SdkLogger, LogLevel as SdkLevel, RuntimeOptions } from '@temporalio/worker';
import { createLogger, type Logger } from '../client/temporal/logger.ts';
import type { LogLevel } from './config.ts';

/** JSON lines on standard output; secrets and personal data are redacted. */
export function workerLogger(level: LogLevel): Logger {
  return createLogger({ service: 'mfa-enrollment-worker', level });
}

/**
 * What Node prints by itself when nobody catches an error is the error with all that hangs on it, and
 * the line of code. It goes through the logger instead, and the process still ends with 1.
 */
export function logCrashes(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.error({ error }, 'the worker crashed');
    process.exit(1);
  });
}

const LEVELS = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const satisfies Record<SdkLevel, LogLevel>;

/** Sends what the SDK, its native core, workflows and activities log through the same logger. */
export function runtimeOptions(logger: Logger): RuntimeOptions {
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
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
    // main.ts stops the worker itself: a signal during the start must count too.
    shutdownSignals: [],
  };
}
