import { type DestinationStream, type Logger, pino } from 'pino';
import { redacted, redactedEntry, redactedText } from './redaction.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** The field `service` of every line. */
  readonly service: string;
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  /** Default standard output, written synchronously: nothing is lost when the process ends. */
  readonly destination?: DestinationStream;
}

/**
 * The one logger of this service: JSON lines, redacted twice. Errors are cut to what is made to be read
 * before they are written; the finished line is redacted again as a whole, for a child's bindings and
 * whatever else pino writes by itself go around the first.
 */
export function createLogger({ service, level, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redactedFields },
      // In the place of pino's own, which writes an error with all that hangs on it.
      serializers: { err: redacted },
      hooks: { streamWrite: redactedLine },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

/** For standard error, where a person reads it. */
export function writeProblem(text: string): void {
  process.stderr.write(`${redactedText(text)}\n`);
}

function redactedFields(fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => redactedEntry(key, value)),
  );
}

function redactedLine(line: string): string {
  try {
    const fields: unknown = JSON.parse(line);
    if (typeof fields === 'object' && fields !== null) {
      return `${JSON.stringify(redactedFields(fields))}\n`;
    }
  } catch {
    // It is not ours, or a value wrote itself so: its text alone says what is in it.
  }
  return `${redactedText(line.trimEnd())}\n`;
}
