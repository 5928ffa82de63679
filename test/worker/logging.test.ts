import { describe, expect, it } from '@jest/globals';
import { createLogger, describeError, runtimeOptions } from '../../worker/logging.ts';

/** A logger and the lines that it has written. */
function recording(): { logger: ReturnType<typeof createLogger>; lines: string[] } {
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line) => lines.push(line) });
  return { logger, lines };
}

describe('logging', () => {
  it('writes JSON lines with level, time and process', () => {
    const { logger, lines } = recording();
    logger.info({ taskQueue: 'q' }, 'worker is running');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      service: 'mfa-enrollment-worker',
      pid: process.pid,
      taskQueue: 'q',
      msg: 'worker is running',
    });
  });

  it('redacts secrets and personal data by key, at the top and two levels down', () => {
    const { logger, lines } = recording();
    const canary = 'canary-4711';
    logger.warn({
      code: canary,
      phoneNumber: canary,
      input: { code: canary, proof: { codeVerifier: canary }, setUp: { secret: canary } },
      tokens: { access_token: canary, id_token: canary, mfa_token: canary },
    });
    expect(lines.join('')).not.toContain(canary);
    expect(lines.join('')).toContain('[redacted]');
  });

  it('writes of an error what is meant to be read, with its causes, and none of the rest', () => {
    const { logger, lines } = recording();
    const cause = Object.assign(new Error('refused'), { body: 'canary-4711' });
    const error = Object.assign(new Error('associate failed', { cause }), {
      type: 'ambiguous',
      details: [{ note: 'canary-4711' }],
    });
    logger.error({ error }, 'Activity failed');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      error: { message: 'associate failed', type: 'ambiguous', cause: { message: 'refused' } },
    });
    expect(lines.join('')).not.toContain('canary-4711');
  });

  it('cuts an error that causes itself', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(describeError(error)).match(/"message"/g)).toHaveLength(6);
  });

  it('takes what the SDK logs at the same levels, and its core from WARN on', () => {
    const { logger, lines } = recording();
    const options = runtimeOptions(logger);
    options.logger?.debug('too low');
    options.logger?.log('WARN', 'from core', { sdkComponent: 'core' });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ level: 'warn', msg: 'from core', sdkComponent: 'core' }),
    ]);
    expect(options.telemetryOptions).toMatchObject({
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
    });
  });
});
