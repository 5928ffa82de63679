import { readdir } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../temporal/logging/logger.ts';
import { runtimeOptions } from '../../worker/logging.ts';
import { startChild } from '../support/child-program.ts';
import { plainEnvironment, reportsInto } from '../support/plain-environment.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

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
    await using folder = await temporaryFolder();
    await using program = startChild('test/worker/crashing-program.ts', {
      args: [way],
      env: plainEnvironment(reportsInto(folder.path)),
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
    expect(await readdir(folder.path)).toEqual([]);
  });

  it.each(['SIGUSR2', 'out of memory'])('writes no report at %s', async (way) => {
    await using folder = await temporaryFolder();
    await using program = startChild('test/worker/crashing-program.ts', {
      args: [way],
      env: plainEnvironment({
        ...reportsInto(folder.path),
        ...{
          NODE_OPTIONS: `${reportsInto(folder.path)['NODE_OPTIONS'] ?? ''} --max-old-space-size=64`,
        },
      }),
    });
    expect(await program.ended).not.toBe(0);
    expect(await readdir(folder.path)).toEqual([]);
  });
});
