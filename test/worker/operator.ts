import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { contentOf } from '../docs/markdown.ts';
import { plainEnvironment } from '../support/plain-environment.ts';
import { untilSeen } from '../support/repeated-look.ts';
import { requiredVariable } from '../support/required-variable.ts';

const execute = promisify(execFile);
const COMMAND_TIMEOUT_MS = 30_000;

const versionSchema = z.object({
  drainageInfo: z.object({ drainageStatus: z.string() }).optional(),
});

/** What docs/upgrades.md names, and what it means in this test. */
export interface Builds {
  readonly old?: string;
  readonly next?: string;
}

/** Whoever rolls out, at a terminal, with the commands of docs/upgrades.md. */
export class Operator {
  readonly deploymentName: string;

  constructor(deploymentName: string) {
    this.deploymentName = deploymentName;
  }

  /**
   * Runs the one command there that has the text in it.
   *
   * @returns what it prints on standard output
   */
  async run(text: string, { old = '', next = '' }: Builds = {}): Promise<string> {
    const command = documented(text)
      .replaceAll('mfa-enrollment', this.deploymentName)
      .replaceAll('OLD-BUILD', old)
      .replaceAll('NEW-BUILD', next);
    const script = `temporal() { "$0" "$@"; }\n${command}`;
    const { stdout } = await execute('sh', ['-euc', script, requiredVariable('TEMPORAL_CLI')], {
      timeout: COMMAND_TIMEOUT_MS,
      env: plainEnvironment({ TEMPORAL_ADDRESS: requiredVariable('TEMPORAL_TEST_ADDRESS') }),
    });
    return stdout;
  }

  /** Its workers may be about to poll for the first time. */
  async makeCurrent(build: string): Promise<void> {
    const command = 'set-current-version --deployment-name mfa-enrollment --build-id';
    await untilSeen(`build ${build} is current`, () =>
      this.run(command, { next: build }).then(
        () => true,
        () => false,
      ),
    );
  }

  async drainage(build: string): Promise<string | undefined> {
    const shown = await this.run('describe-version', { old: build });
    return versionSchema.parse(JSON.parse(shown)).drainageInfo?.drainageStatus;
  }

  /** The list lags behind what has ended. */
  async untilNoneOpen(build: string): Promise<void> {
    await untilSeen(`no run of build ${build} is listed as open`, async () => {
      return !(await this.run('workflow list', { old: build })).includes('enroll-mfa');
    });
  }

  async untilDrained(build: string): Promise<void> {
    await untilSeen(
      `build ${build} is drained`,
      async () => (await this.drainage(build)) === 'drained',
    );
  }
}

function documented(text: string): string {
  const found = contentOf('docs/upgrades.md')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('temporal ') && line.includes(text));
  const [command] = found;
  if (command === undefined || found.length > 1) {
    throw new Error(`docs/upgrades.md has ${found.length} commands with ${text}.`);
  }
  return command;
}
