import type { Logger as SdkLogger, LogLevel as SdkLevel, RuntimeOptions } from '@temporalio/worker';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './config.ts';

/** Keys whose values are secrets or personal data, wherever a log call puts them. */
const CONFIDENTIAL_KEYS = [
  'accessToken',
  'access_token',
  'apiKey',
  'authorization',
  'barcodeUri',
  'barcode_uri',
  'clientSecret',
  'client_secret',
  'code',
  'codeVerifier',
  'code_verifier',
  'cookie',
  'email',
  'idToken',
  'id_token',
  'jwe',
  'mfa_token',
  'oobCode',
  'oob_code',
  'otp',
  'password',
  'phoneNumber',
  'phone_number',
  'recoveryCode',
  'recovery_codes',
  'secret',
] as const;

const REDACTED_PATHS = CONFIDENTIAL_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/** A chain of causes is cut here: an error may cause itself. */
const CAUSES_MAX = 5;

export interface LoggedError {
  readonly name: string;
  readonly message: string;
  /** Of a Temporal failure. */
  readonly type?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/**
 * Of an error only what is made to be read. The SDK logs failures whole; their details and whatever
 * a library hung on an error stay out.
 */
export function describeError(error: unknown, causesLeft: number = CAUSES_MAX): LoggedError {
  if (!isErrorLike(error)) return { name: typeof error, message: 'not an error' };
  return {
    name: error.name,
    message: error.message,
    ...('type' in error && typeof error.type === 'string' ? { type: error.type } : {}),
    ...(typeof error.stack === 'string' ? { stack: error.stack } : {}),
    ...(error.cause === undefined || causesLeft === 0
      ? {}
      : { cause: describeError(error.cause, causesLeft - 1) }),
  };
}

function isErrorLike(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && 'message' in value && 'name' in value;
}

/** JSON lines on standard output, or to the given stream. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { service: 'mfa-enrollment-worker', pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError, err: describeError },
      redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
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
