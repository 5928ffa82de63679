import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { plainEnvironment } from '../support/plain-environment.ts';
import { ROOT } from './markdown.ts';

const execute = promisify(execFile);
const TIMEOUT_MS = 60_000;

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
