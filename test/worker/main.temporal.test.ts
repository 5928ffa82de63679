import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { LOOPBACK } from '../../dev/loopback-port.ts';
import { SIGNALS } from '../../workflows/contract/enroll-mfa.ts';
import { ASSOCIATE } from '../support/auth0-record.ts';
import {
  type ChildOptions,
  type ChildProgram,
  startChild,
  startNpmScript,
  stopped,
} from '../support/child-program.ts';
import { Enrollee } from '../support/enrollee.ts';
import { plainEnvironment } from '../support/plain-environment.ts';
import { requiredVariable } from '../support/required-variable.ts';
import { newWorkerKeysJson } from '../support/worker-keys.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWorkerProgram } from '../support/worker-program.ts';
import { createWorld, PHONE_NUMBER } from '../support/world.ts';

const run = promisify(execFile);

async function worker(
  folder: string,
  env: Readonly<Record<string, string>> = {},
  start: (options: ChildOptions) => ChildProgram = (options) =>
    startChild('worker/main.ts', options),
): Promise<ChildProgram> {
  const keys = join(folder, 'worker-keys.json');
  await writeFile(keys, newWorkerKeysJson(), { mode: 0o600 });
  return start({
    env: plainEnvironment({
      TEMPORAL_ADDRESS: requiredVariable('TEMPORAL_TEST_ADDRESS'),
      AUTH0_DOMAIN: 'tenant.example.com',
      AUTH0_CLIENT_ID: 'client',
      MFA_WORKER_KEYS_FILE: keys,
      MFA_WORKFLOW_BUNDLE: requiredVariable('WORKFLOW_BUNDLE'),
      MFA_TASK_QUEUE: `test-${randomUUID()}`,
      ...env,
    }),
  });
}

describe('worker process', () => {
  it('ends with 2 and every problem of its configuration, and connects to nothing', async () => {
    await using program = startChild('worker/main.ts', {
      env: plainEnvironment({ MFA_TASK_QUEU: 'x' }),
    });
    expect(await program.ended).toBe(2);
    for (const variable of [
      'The configuration has 4 problems',
      'AUTH0_DOMAIN must be set',
      'AUTH0_CLIENT_ID must be set',
      'MFA_WORKER_KEYS_FILE must be set',
      'Did you mean MFA_TASK_QUEUE?',
    ]) {
      expect(program.output()).toContain(variable);
    }
  });

  it('ends with 2 when the bundle that it is told to load is missing', async () => {
    await using folder = await temporaryFolder();
    await using program = await worker(folder.path, { MFA_WORKFLOW_BUNDLE: '/no/such/bundle.js' });
    expect(await program.ended).toBe(2);
    expect(program.output()).toContain('MFA_WORKFLOW_BUNDLE must name a file that exists');
  });

  it('ends with 2 when somebody else has the port of its metrics', async () => {
    await using folder = await temporaryFolder();
    const taken = createServer().listen(0, LOOPBACK);
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await using program = await worker(folder.path, { MFA_METRICS_PORT: String(port) });
    expect(await program.ended).toBe(2);
    expect(program.output()).toContain(`Metrics cannot be served at ${LOOPBACK}:${port}`);
    taken.close();
  });

  it('ends with 3 when Temporal does not answer, and says where', async () => {
    await using folder = await temporaryFolder();
    await using program = await worker(folder.path, { TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(await program.ended).toBe(3);
    expect(program.output()).toContain('Temporal does not answer at 127.0.0.1:1');
    expect(program.output()).toContain('set TEMPORAL_ADDRESS');
  });

  it('ends with 3 when the namespace is missing, and names the command', async () => {
    await using folder = await temporaryFolder();
    await using program = await worker(folder.path, { TEMPORAL_NAMESPACE: 'nowhere' });
    expect(await program.ended).toBe(3);
    expect(program.output()).toContain('temporal operator namespace create');
    expect(program.output()).toContain('--namespace nowhere');
  });

  it('ends with 3 when search attributes are missing; the command that it names mends it', async () => {
    await using folder = await temporaryFolder();
    const namespace = `bare-${randomUUID()}`;
    const [cli, address] = [
      requiredVariable('TEMPORAL_CLI'),
      requiredVariable('TEMPORAL_TEST_ADDRESS'),
    ];
    // prettier-ignore
    await run(cli, ['operator', 'namespace', 'create', '--address', address, '--namespace', namespace]);

    const env = { TEMPORAL_NAMESPACE: namespace };
    await using refused = await worker(folder.path, env);
    expect(await refused.ended).toBe(3);
    expect(refused.output()).toContain(
      'MfaPhase, MfaLastRefusal, MfaRefusals, MfaOutcome, MfaReason, MfaRequestedBy, MfaWaitingSince',
    );
    const command = await refused.line('temporal operator search-attribute create');
    await run(cli, command.trim().split(' ').slice(1));

    await using mended = await worker(folder.path, env);
    await mended.line('"event":"running"');
    await stopped(mended);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)("stops at %s to npm's process with 0", async (signal) => {
    await using folder = await temporaryFolder();
    await using program = await worker(folder.path, {}, (options) =>
      startNpmScript('worker', options),
    );
    await program.line('"event":"running"');
    program.kill(signal);
    expect(await program.ended).toBe(0);
    expect(program.output()).toContain('"event":"stopped"');
  });

  it('finishes the call in hand at SIGTERM: nothing is sent twice, nothing is lost', async () => {
    await using folder = await temporaryFolder();
    await using world = await createWorld({ worker: false });
    world.emulator.faults.add({
      endpoint: ASSOCIATE,
      when: 'after',
      action: { delayMs: 1_000 },
    });
    await using program = await startWorkerProgram(world, folder.path);
    const person = await Enrollee.start(world);
    await person.handle.signal(SIGNALS.loginCompleted, await person.proof());

    // The text is out and Auth0's reply is not: the worst moment to stop.
    await world.emulator.inbox.next(PHONE_NUMBER);
    await stopped(program);

    await world.startWorker();
    await person.untilPhase('awaiting-sms-code');
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
    const { events } = await person.handle.fetchHistory();
    const lost = (events ?? []).filter(
      (event) =>
        event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes,
    );
    expect(lost).toEqual([]);
  });

  it('bundles the workflows itself when it is given no bundle', async () => {
    await using folder = await temporaryFolder();
    await using program = await worker(folder.path, { MFA_WORKFLOW_BUNDLE: '' });
    await program.line('"event":"running"');
    await stopped(program);
  });
});
