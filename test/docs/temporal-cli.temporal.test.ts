import { execFile } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { EnrollMfaResult } from '../../workflows/contract/enroll-mfa.ts';
import { TASK_QUEUE_DEFAULT } from '../../workflows/contract/task-queue.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { run } from '../cli/command-run.ts';
import { exchanged } from '../support/auth0-record.ts';
import { codecBench } from '../support/codec-bench.ts';
import { Enrollee } from '../support/enrollee.ts';
import { untilEvent } from '../support/history-watch.ts';
import { login } from '../support/login.ts';
import { plainEnvironment } from '../support/plain-environment.ts';
import { requiredVariable } from '../support/required-variable.ts';
import { createWorld, PHONE_NUMBER, type World } from '../support/world.ts';
import { contentOf } from './markdown.ts';

const COMMAND_MS_MAX = 30_000;

/** What the guide says that it prints. */
const PRINTED = [
  ...(contentOf('docs/plain-clients.md')
    .split('\n## What the Temporal CLI prints\n')[1]
    ?.split('\n## ')[0]
    ?.matchAll(/^\| `(.+?)…?` \|/gm) ?? []),
].map(([, text = '']) => text);

/** @returns both streams, however it ended */
async function temporal(
  world: World,
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const env = plainEnvironment({ TEMPORAL_ADDRESS: world.address, ...variables });
  const options = { env, timeout: COMMAND_MS_MAX };
  const { stdout, stderr } = await promisify(execFile)(
    requiredVariable('TEMPORAL_CLI'),
    ['workflow', ...words],
    options,
  ).catch((error: unknown) => error as { stdout: string; stderr: string });
  return `${stdout}${stderr}`;
}

const SIGNAL_WITH_START = /^temporal workflow signal-with-start [^]*?(?=\n```)/m;

describe('the start with a login that the guide prints', () => {
  it('starts, and delivers it; where one runs it delivers and drops the input', async () => {
    await using world = await createWorld();
    const { tenant, user, taskQueue, address } = world;
    const printed = SIGNAL_WITH_START.exec(contentOf('docs/plain-clients.md'))?.[0] ?? '';
    const command = printed
      .replace('example.eu.auth0.com', tenant)
      .replace('auth0|5f7c8ec7c33c6c004bbafe82', user.userId)
      .replace(TASK_QUEUE_DEFAULT, taskQueue);
    const ID = enrollMfaWorkflowId(tenant, user.userId);
    const start = async (line: string) => {
      const PROOF = JSON.stringify(await login(world));
      const PATH = [dirname(requiredVariable('TEMPORAL_CLI')), process.env['PATH']].join(delimiter);
      const env = plainEnvironment({ TEMPORAL_ADDRESS: address, PATH, ID, PROOF });
      await promisify(execFile)('bash', ['-c', line], { env, timeout: COMMAND_MS_MAX });
    };
    await start(command);
    await world.emulator.inbox.next(PHONE_NUMBER);
    // A second login joins the challenge that is alive; the number of the second start texts nobody.
    const other = '+14155550199';
    await start(`${command.replace(PHONE_NUMBER, other)} --fail-existing`);
    const handle = world.client.workflow.getHandle(ID);
    await untilEvent(handle, () => exchanged(world) === 2);
    await handle.signal('cancel', { by: 'test', reason: 'seen' });
    expect(await handle.result()).toMatchObject({ outcome: 'cancelled' });
    expect(world.emulator.inbox.messages(other)).toEqual([]);
  }, 60_000);
});

describe('what the guide says that the Temporal CLI prints', () => {
  it('is what it prints of encrypted answers, and not with the codec server', async () => {
    const [metadata = '', query = '', failure = ''] = PRINTED;
    await using codec = await codecBench();
    await using world = await createWorld({ encryption: codec.keys.plugin });
    const { handle } = await Enrollee.start(world);
    const id = ['--workflow-id', handle.workflowId];
    expect(await temporal(world, ['metadata', ...id])).toContain(metadata);
    expect(await temporal(world, ['query', ...id, '--type', 'progress'])).toContain(query);
    const opened = {
      TEMPORAL_CODEC_ENDPOINT: codec.url,
      TEMPORAL_CODEC_AUTH: `Bearer ${codec.token}`,
    };
    expect(await temporal(world, ['metadata', ...id], opened)).toContain(
      'Waits for the user to log in, for sms',
    );
    const progress = await temporal(world, ['query', ...id, '--type', 'progress'], opened);
    expect(progress).toContain('awaiting-login');
    const describe = ['describe', ...id, '--output', 'json'];
    const stdin = await temporal(world, describe);
    expect(await run(['set-up'], { stdin })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('The description is encrypted'),
    });
    const memo = await temporal(world, describe, opened);
    expect(memo).toMatch(/"progress": \{[^]*"phase": "awaiting-login"/);
    const unknown = await temporal(world, ['query', ...id, '--type', 'unknown'], opened);
    expect(unknown).toContain(failure);
  }, 60_000);

  it('is what it prints of an empty list, which is one', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.handle.signal('cancel', { by: 'ops', reason: 'left' });
    const result: EnrollMfaResult = await person.result();
    expect(result.orphans).toEqual([]);
    const words = ['result', '--workflow-id', person.handle.workflowId, '--output', 'json'];
    expect(await temporal(world, words)).toContain(PRINTED[3]);
    expect(PRINTED).toHaveLength(4);
  }, 60_000);
});
