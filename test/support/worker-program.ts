import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChildProgram, startChild } from './child-program.ts';
import { plainEnvironment } from './plain-environment.ts';
import { requiredVariable } from './required-variable.ts';
import { ENCRYPTED_NAMESPACE } from './running-server.ts';
import { CLIENT_ID, CLIENT_SECRET, type World } from './world.ts';

/** The worker as a process of its own for this world; resolves when it runs. */
export async function startWorkerProgram(
  world: World,
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ChildProgram> {
  const environment = { ...(await workerEnvironment(world, folder)), ...env };
  const shared = world.address === requiredVariable('TEMPORAL_TEST_ADDRESS');
  if (shared && 'MFA_PAYLOAD_KEYS_FILE' in env && world.namespace !== ENCRYPTED_NAMESPACE) {
    throw new Error('It would mark the namespace of others as encrypted: use ENCRYPTED_NAMESPACE.');
  }
  const program = startChild('worker/main.ts', { env: environment });
  await program.line(WORKER_RUNS);
  return program;
}

/** What a worker prints once it polls. */
export const WORKER_RUNS = '"event":"running"';

/** What a worker of this world reads from its environment; its keys are written to the folder. */
export async function workerEnvironment(world: World, folder: string): Promise<NodeJS.ProcessEnv> {
  const keys = join(folder, 'worker-keys.json');
  await writeFile(keys, world.workerKeysJson, { mode: 0o600 });
  const { caFile } = world.emulator;
  return plainEnvironment({
    ...(caFile !== undefined && { NODE_EXTRA_CA_CERTS: caFile }),
    TEMPORAL_ADDRESS: world.address,
    TEMPORAL_NAMESPACE: world.namespace,
    AUTH0_DOMAIN: world.tenant,
    AUTH0_ISSUER: world.emulator.issuer,
    AUTH0_CLIENT_ID: CLIENT_ID,
    AUTH0_CLIENT_SECRET: CLIENT_SECRET,
    MFA_WORKER_KEYS_FILE: keys,
    MFA_TASK_QUEUE: world.taskQueue,
    MFA_WORKFLOW_BUNDLE: requiredVariable('WORKFLOW_BUNDLE'),
  });
}
