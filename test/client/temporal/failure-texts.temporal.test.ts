import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { codecBench } from '../../support/codec-bench.ts';
import { requiredVariable } from '../../support/required-variable.ts';
import { createWorld, type World } from '../../support/world.ts';

const run = promisify(execFile);
const TEXT = 'phoneNumber: must be an E.164 number';

/** A run that fails at its start, as the Temporal CLI shows it. */
async function failed(world: World): Promise<(...options: readonly string[]) => Promise<string>> {
  const handle = await world.start({ phoneNumber: 'not a number' });
  await expect(handle.result()).rejects.toThrow();
  const which = ['--address', world.address, '--workflow-id', handle.workflowId];
  return async (...options) => {
    const args = ['workflow', 'describe', ...which, ...options];
    return (await run(requiredVariable('TEMPORAL_CLI'), args)).stdout;
  };
}

describe('what the Temporal CLI shows of a failure', () => {
  it('is its type and, as JSON, its text where payloads are not encrypted', async () => {
    await using world = await createWorld();
    const shown = await failed(world);
    expect(await shown()).toContain('Encoded failure');
    const json = await shown('--output', 'json');
    expect(json).toContain('invalid-input');
    expect(json).toContain(TEXT);
  });

  it('is its type alone where they are, and its text with the codec server', async () => {
    await using codec = await codecBench();
    await using world = await createWorld({ encryption: codec.keys.plugin });
    const shown = await failed(world);
    const json = await shown('--output', 'json');
    expect(json).toContain('invalid-input');
    expect(json).not.toContain(TEXT);
    const reading = ['--codec-endpoint', codec.url, '--codec-auth', `Bearer ${codec.token}`];
    expect(await shown('--output', 'json', ...reading)).toContain(TEXT);
  });
});
