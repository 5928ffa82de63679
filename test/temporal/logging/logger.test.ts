import { describe, expect, it } from '@jest/globals';
import { createLogger, type Logger } from '../../../temporal/logging/logger.ts';

/** A logger and the lines that it has written. */
function recording(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  return { logger: createLogger({ service: 'a-service', level: 'info', destination }), lines };
}

describe('the logger', () => {
  it('writes JSON lines with level, time, service and process', () => {
    const { logger, lines } = recording();
    logger.info({ taskQueue: 'q' }, 'worker is running');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      service: 'a-service',
      pid: process.pid,
      taskQueue: 'q',
      msg: 'worker is running',
    });
  });

  it.each<[way: string, log: (logger: Logger) => void]>([
    ['a key', (logger) => logger.warn({ input: { proof: { codeVerifier: '+14155550123' } } })],
    ['a field', (logger) => logger.warn({ note: 'to +14155550123' }, 'sent')],
    ['a message', (logger) => logger.warn('sent to +14155550123')],
    ['a message and its values', (logger) => logger.warn('sent to %s', '+14155550123')],
    ['a child’s binding', (logger) => logger.child({ to: '+14155550123' }).warn('sent')],
    ['an error alone', (logger) => logger.warn(new Error('to +14155550123'))],
    ['an error at err', (logger) => logger.warn({ err: new Error('to +14155550123') }, 'failed')],
    [
      'a cause',
      (logger) =>
        logger.warn({ error: new Error('x', { cause: new Error('to +14155550123') }) }, 'failed'),
    ],
    [
      'what hangs on an error',
      (logger) => logger.warn(Object.assign(new Error('x'), { request: 'to +14155550123' })),
    ],
  ])('redacts %s', (_way, log) => {
    const { logger, lines } = recording();
    log(logger);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn' });
    expect(lines.join('')).not.toContain('4155550123');
  });
});
