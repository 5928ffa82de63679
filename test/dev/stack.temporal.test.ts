import { access, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { z } from 'zod';
import { EnrollmentClient } from '@durable-mfa/client';
import { resolveTemporalConfig } from '../../temporal/config.ts';
import { connectTemporalClient } from '../../temporal/connection.ts';
import { openEncryption } from '../../temporal/encryption/encryption-plugin.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { type StackDescription } from '../../dev/stack.ts';
import { chooseFreePorts } from '../../dev/stack-ports.ts';
import {
  type ChildOptions,
  type ChildProgram,
  startChild,
  startNpmScript,
} from '../support/child-program.ts';
import { nobodyMentions, processesMentioning } from '../support/live-processes.ts';
import { plainEnvironment } from '../support/plain-environment.ts';
import { fieldOf, payloadsOf, rawEvents } from '../support/raw-history.ts';
import { requiredVariable } from '../support/required-variable.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { built } from './built.ts';
import { pasted, typed } from './pasted-lines.ts';

/** Each starts several programs, some more than once. */
const TIMEOUT_MS = 90_000;

/** Without npm and the loader: what they do with arguments and signals is shown once. */
function directStart(folder: string, ...args: string[]): ChildProgram {
  return startChild('dev/start.ts', optionsFor(folder, ...args));
}

function optionsFor(folder: string, ...args: string[]): ChildOptions {
  return {
    args: ['--folder', folder, ...args],
    env: plainEnvironment({ TEMPORAL_CLI_PATH: requiredVariable('TEMPORAL_CLI'), ...built() }),
  };
}

/** Chosen beforehand, for the preferred ones may be a developer's. */
async function choosePorts(folder: string): Promise<void> {
  await writeFile(join(folder, 'ports.json'), JSON.stringify(await chooseFreePorts()));
}

async function description(folder: string): Promise<StackDescription> {
  return JSON.parse(await readFile(join(folder, 'stack.json'), 'utf8')) as StackDescription;
}

async function withClient<T>(
  { temporalAddress, namespace, payloadKeysFile: keysFile }: StackDescription,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    const encryption = { keysFile, refusePlaintext: false };
    const plugin = await openEncryption({ namespace, encryption });
    const plugins = plugin === undefined ? [] : [plugin];
    return await use(new Client({ connection, namespace, plugins }));
  } finally {
    await connection.close();
  }
}

/** Starts, looks at everything, starts an enrollment, and stops with Ctrl-C. */
async function firstRun(folder: string): Promise<StackDescription> {
  await using start = startNpmScript('start', optionsFor(folder));
  await start.line('Ready.');
  const stack = await description(folder);
  for (const shown of [stack.temporalUi, stack.inbox, stack.user.email, 'loginCompleted']) {
    expect(start.output()).toContain(shown);
  }
  expect((await fetch(stack.temporalUi)).status).toBe(200);
  expect((await fetch(stack.inbox, { headers: { accept: 'text/html' } })).status).toBe(200);
  expect((await stat(join(folder, 'stack.json'))).mode & 0o077).toBe(0);

  await expectKeylessRefused(stack);
  await expectPastedLinesWork(stack, start.output());
  await expectEncrypted(stack, folder);
  expect(await retentionDays(stack)).toBe(7);
  start.kill('SIGINT');
  expect(await start.ended).toBe(0);
  expect(await processesMentioning(folder)).toEqual([]);
  await expect(access(join(folder, 'stack.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  return stack;
}

/** The README's lines with nothing but the address. */
async function expectKeylessRefused(stack: StackDescription): Promise<void> {
  const env = plainEnvironment({ TEMPORAL_ADDRESS: stack.temporalAddress });
  const client = await connectTemporalClient(resolveTemporalConfig(env));
  try {
    const enrollments = new EnrollmentClient({ client, tenant: stack.domain });
    const { userId } = stack.user;
    const input = { userId, phoneNumber: stack.phoneNumber, requestedBy: 'test' };
    await expect(enrollments.start(input)).rejects.toMatchObject({
      ...{ code: 'encryption-required', namespace: stack.namespace },
      message: expect.stringContaining('MFA_PAYLOAD_KEYS_FILE'),
    });
    await expect(enrollments.of(userId).progress()).rejects.toMatchObject({
      code: 'enrollment-not-found',
    });
  } finally {
    await client.connection.close();
  }
}

/** As somebody pastes them into another terminal: the settings, then a block of their choice. */
async function expectPastedLinesWork(stack: StackDescription, printed: string): Promise<void> {
  const settings = pasted(printed, 'first the settings');
  const fromTypeScript = await typed(`${settings}\n${pasted(printed, 'from TypeScript')}`);
  const workflowId = enrollMfaWorkflowId(stack.domain, stack.user.userId);
  expect(fromTypeScript).toContain(`started ${workflowId}`);
  expect(fromTypeScript).toContain("type: 'log-in'");
  const terminal = pasted(printed, 'the Temporal CLI alone').split('\n');
  const [id, ...lines] = terminal;
  const queries = lines.filter((line) => /describe .*says more|workflow metadata/.test(line));
  const answers = await typed([settings, id, ...queries].join('\n'));
  expect(answers).toMatch(/"awaiting-login"[^]+Waits for the user to log in/);
  const python = pasted(printed, 'from Python');
  for (const value of [stack.domain, stack.clientId, stack.redirectUri, stack.user.userId]) {
    expect(python).toContain(value);
  }
}

/** In a stack that has no execution: one that is pasted by mistake deletes nothing. */
async function expectErasurePrinted(printed: string): Promise<void> {
  const lines = [pasted(printed, 'first the settings'), pasted(printed, 'To delete what Temporal')];
  expect(await typed(lines.join('\n'))).toContain('"deleted":[]');
}

/** The same id again, and no other user; the emulator refuses to add one that is there. */
async function expectFreshUserPrinted(stack: StackDescription, printed: string): Promise<void> {
  const { userId, email } = stack.user;
  const answer: unknown = JSON.parse(await typed(pasted(printed, 'begin again with the user')));
  expect(answer).toMatchObject({ userId, email, authenticators: [] });
  const users = await (await fetch(`${stack.emulatorControl}users`)).json();
  expect(users).toEqual([answer]);
}

/** How long Temporal keeps what has ended. */
function retentionDays({ namespace, ...stack }: StackDescription): Promise<number> {
  return withClient({ namespace, ...stack }, async ({ workflowService }) => {
    const { config } = await workflowService.describeNamespace({ namespace });
    return tsToMs(config?.workflowExecutionRetentionTtl) / 86_400_000;
  });
}

const answerSchema = z.object({ payloads: z.array(z.object({ data: z.string() })) });
const settingsSchema = z.object({ Codec: z.object({ Endpoint: z.string() }) });

/** Temporal has no phone number; its Web UI's page gets it from the codec server, others do not. */
async function expectEncrypted(stack: StackDescription, folder: string): Promise<void> {
  const workflowId = enrollMfaWorkflowId(stack.domain, stack.user.userId);
  const payloads = await withClient(stack, async (client) => {
    const handle = client.workflow.getHandle(workflowId);
    // Once it answers, the worker has written something too.
    await handle.query('progress');
    return payloadsOf(await rawEvents(client, workflowId));
  });
  expect(new Set(payloads.map((payload) => fieldOf(payload, 'encoding')))).toEqual(
    new Set(['binary/encrypted']),
  );
  const settings = await fetch(`${stack.temporalUi}/api/v1/settings`);
  const { Codec } = settingsSchema.parse(await settings.json());
  expect(Codec.Endpoint.startsWith(`${stack.codecEndpoint}/`)).toBe(true);
  const wire = payloads.map(({ metadata, data }) => ({
    metadata: Object.fromEntries(
      Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)]),
    ),
    data: base64(data ?? new Uint8Array()),
  }));
  const decodeFrom = (origin: string): Promise<Response> =>
    fetch(`${Codec.Endpoint}/decode`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json', 'x-namespace': stack.namespace },
      body: JSON.stringify({ payloads: wire }),
    });
  const shown = answerSchema.parse(await (await decodeFrom(stack.temporalUi)).json());
  const texts = shown.payloads.map(({ data }) => Buffer.from(data, 'base64').toString('utf8'));
  expect(texts.join('\n')).toContain(stack.phoneNumber);
  expect((await decodeFrom('https://evil.example')).status).toBe(403);
  for (const file of ['payload-keys.json', 'codec-token', 'codec-server.log']) {
    expect((await stat(join(folder, file))).mode & 0o077).toBe(0);
  }
  expect(await readFile(join(folder, 'codec-server.log'), 'utf8')).toContain('"who":"web-ui"');
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('npm start', () => {
  it(
    'runs until Ctrl-C, keeps state and addresses over a restart, and forgets both when fresh',
    async () => {
      await using folder = await temporaryFolder();
      await choosePorts(folder.path);
      const stack = await firstRun(folder.path);
      const workflowId = enrollMfaWorkflowId(stack.domain, stack.user.userId);
      const keys = await readFile(join(folder.path, 'worker-keys.json'), 'utf8');
      for (const name of ['device-key.json', 'pending-login.json'])
        await writeFile(join(folder.path, name), '{}');
      {
        await using start = startNpmScript('start', optionsFor(folder.path));
        await start.line('Ready.');
        expect(await description(folder.path)).toEqual(stack);
        await access(join(folder.path, 'device-key.json'));
        const status = await withClient(stack, async (client) => {
          const handle = client.workflow.getHandle(workflowId);
          await handle.query('progress');
          return (await handle.describe()).status.name;
        });
        expect(status).toBe('RUNNING');
        start.kill('SIGTERM');
        expect(await start.ended).toBe(0);
      }
      {
        await using start = directStart(folder.path, '--fresh');
        await start.line('Ready.');
        expect(await readFile(join(folder.path, 'worker-keys.json'), 'utf8')).not.toBe(keys);
        expect(await readdir(folder.path)).not.toEqual(
          expect.arrayContaining([expect.stringMatching(/^(device-key|pending-login)/)]),
        );
        const fresh = await description(folder.path);
        const { count } = await withClient(fresh, (client) => client.workflow.count());
        expect(count).toBe(0);
        await expectErasurePrinted(start.output());
        await expectFreshUserPrinted(fresh, start.output());
        start.kill('SIGINT');
        expect(await start.ended).toBe(0);
      }
      expect(await processesMentioning(folder.path)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'names an occupied port, what it was for and the ways out, and starts nothing',
    async () => {
      await using folder = await temporaryFolder();
      await choosePorts(folder.path);
      const { emulator: port } = JSON.parse(
        await readFile(join(folder.path, 'ports.json'), 'utf8'),
      ) as { emulator: number };
      const other = createServer().listen(port, '127.0.0.1');
      await once(other, 'listening');
      try {
        for (const args of [[], ['--fresh']]) {
          await using start = directStart(folder.path, ...args);
          expect(await start.ended).toBe(1);
          expect(start.output()).toContain(`port ${port}, which was for the Auth0 emulator`);
          expect(start.output()).toContain('ports.json');
        }
        expect(await readdir(folder.path)).toEqual(['ports.json']);
      } finally {
        other.close();
      }
    },
    TIMEOUT_MS,
  );

  it(
    'leaves nothing behind when it is killed itself',
    async () => {
      await using folder = await temporaryFolder();
      await choosePorts(folder.path);
      await using start = directStart(folder.path);
      await start.line('Ready.');
      expect((await processesMentioning(folder.path)).length).toBeGreaterThanOrEqual(4);
      start.kill('SIGKILL');
      expect(await start.ended).toBe('SIGKILL');
      await nobodyMentions(folder.path);
    },
    TIMEOUT_MS,
  );

  it.each([
    ['worker', 'worker/main.', 'The worker was ended by SIGKILL.'],
    ['emulator', 'emulator/main.', 'The emulator was ended by SIGKILL.'],
    ['Temporal server', 'start-dev', 'The Temporal server ended.'],
  ])(
    'stops everything and says why when the %s dies',
    async (_name, program, cause) => {
      await using folder = await temporaryFolder();
      await choosePorts(folder.path);
      await using start = directStart(folder.path);
      await start.line('Ready.');
      const processes = await processesMentioning(folder.path);
      const victim = processes.find(
        ({ command }) => command.includes(program) && !command.startsWith('sh '),
      );
      process.kill(victim?.pid ?? 0, 'SIGKILL');
      expect(await start.ended).toBe(1);
      expect(start.output()).toContain(cause);
      expect(await processesMentioning(folder.path)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it('refuses arguments that it does not know, and starts nothing', async () => {
    await using folder = await temporaryFolder();
    await using start = directStart(folder.path, '--freshly');
    expect(await start.ended).toBe(2);
    expect(start.output()).toContain('--fresh');
    expect(await readdir(folder.path)).toEqual([]);
  });
});
