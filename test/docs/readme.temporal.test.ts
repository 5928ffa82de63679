import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { startChild } from '../support/child-program.ts';
import { plainEnvironment } from '../support/plain-environment.ts';
import { requiredVariable } from '../support/required-variable.ts';
import { createWorld } from '../support/world.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { ROOT } from './markdown.ts';
import { readmeBlock } from './readme-commands.ts';

const execute = promisify(execFile);
const TIMEOUT_MS = 60_000;

/** The README's block as a program inside the project, so that its packages are found. */
async function backendProgram(): Promise<AsyncDisposable & { folder: string; file: string }> {
  const folder = join(ROOT, '.cache', `readme-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'backend.ts');
  const block = readmeBlock('From a backend', 'ts');
  await writeFile(file, block.replaceAll("'./client/", "'../../client/"));
  return { folder, file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

describe('the README’s lines for a backend', () => {
  it('compile as strictly as the project', async () => {
    await using program = await backendProgram();
    const config = join(program.folder, 'tsconfig.json');
    await writeFile(
      config,
      JSON.stringify({ extends: '../../tsconfig.json', include: ['./backend.ts'] }),
    );
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const compiled = await execute(process.execPath, [tsc, '-p', config], {
      cwd: ROOT,
      timeout: TIMEOUT_MS,
    }).catch((error: unknown) => error);
    expect(compiled).toMatchObject({ stdout: '' });
    expect(compiled).not.toHaveProperty('code');
  }, 90_000);

  it('start an enrollment and wait for its end', async () => {
    await using world = await createWorld({ worker: false });
    await using program = await backendProgram();
    await using running = startChild(program.file, {
      env: plainEnvironment({ TEMPORAL_ADDRESS: requiredVariable('TEMPORAL_TEST_ADDRESS') }),
    });
    await running.line('started');
    // No worker listens where the README's enrollment was started; this ends it all the same.
    const id = enrollMfaWorkflowId('example.eu.auth0.com', 'auth0|5f7c8ec7c33c6c004bbafe82');
    await world.client.workflow.getHandle(id).terminate('The test has seen it start.');
    expect(await running.line('failed')).toBe('failed');
    expect(await running.ended).toBe(0);
  }, 90_000);
});

describe('the README’s quick commands', () => {
  it('show the commands for plain clients', async () => {
    const { stderr, stdout } = await execute('npm', ['run', '-s', 'mfa', '--', '--help'], {
      cwd: ROOT,
      timeout: TIMEOUT_MS,
      env: plainEnvironment(),
    });
    expect(stderr).toBe('');
    expect(stdout).toContain('set-up');
  }, 90_000);
});
