import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../client/temporal/logger.ts';
import { runtimeOptions } from '../../worker/logging.ts';
import { startChild } from '../support/child-program.ts';
import { plainEnvironment } from '../support/plain-environment.ts';

describe('logging', () => {
  it('takes what the SDK logs at the same levels, and its core from WARN on', () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => lines.push(line) };
    const logger = createLogger({ service: 'worker', level: 'info', destination });
    const options = runtimeOptions(logger);
    options.logger?.debug('too low');
    options.logger?.log('WARN', 'from core, of +14155550123', { sdkComponent: 'core', code: 'x' });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({
        level: 'warn',
        msg: 'from core, of [redacted]',
        sdkComponent: 'core',
        code: '[redacted]',
      }),
    ]);
    expect(options.telemetryOptions).toMatchObject({
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
    });
  });

  it.each(['throw', 'reject'])('logs a crash (%s) without what hangs on its error', async (way) => {
    await using program = startChild('test/worker/crashing-program.ts', {
      args: [way],
      env: plainEnvironment(),
    });
    expect(await program.ended).toBe(1);
    const lines = program.output().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      msg: 'the worker crashed',
      error: { message: 'for [redacted]' },
    });
    expect(program.output()).not.toContain('marker-4711');
  });
});
