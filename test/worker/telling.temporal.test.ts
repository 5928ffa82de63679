import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { startChild } from '../support/child-program.ts';
import { plainEnvironment } from '../support/plain-environment.ts';
import { requiredVariable } from '../support/required-variable.ts';

describe('what workflows, activities, their errors and the SDK log', () => {
  it('goes through the redacting logger, line by line', async () => {
    await using program = startChild('test/worker/telling/program.ts', {
      args: [requiredVariable('TEMPORAL_TEST_ADDRESS'), `telling-${randomUUID()}`],
      env: plainEnvironment(),
    });
    expect(await program.ended).toBe(0);
    const output = program.output();
    const messages = output.split('\n').map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages).toEqual(
      expect.arrayContaining([
        'the workflow texts [redacted]',
        'the activity texts [redacted]',
        'the activity failed',
        'Activity failed',
        'Workflow failed',
      ]),
    );
    // Error, its cause of undici's, and what both say.
    expect(output).toContain('ECONNREFUSED');
    expect(output).toContain('not sent for [redacted]: [redacted]');
    expect(output).not.toMatch(/marker-4711|4155550123|eyJ|bWFya2Vy/);
  });
});
