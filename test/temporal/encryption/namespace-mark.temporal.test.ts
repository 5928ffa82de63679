import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js';
import { NativeConnection } from '@temporalio/worker';
import { isMarkedEncrypted } from '../../../temporal/encryption/namespace-mark.ts';
import { markEncrypted } from '../../../worker/namespace-check.ts';
import { stopped } from '../../support/child-program.ts';
import { payloadKeys } from '../../support/payload-keys.ts';
import { plainEnvironment } from '../../support/plain-environment.ts';
import { requiredVariable } from '../../support/required-variable.ts';
import { ENCRYPTED_NAMESPACE } from '../../support/running-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startWorkerProgram } from '../../support/worker-program.ts';
import { createWorld } from '../../support/world.ts';

const run = promisify(execFile);
const RETENTION_MS = 7 * 86_400_000;

/** A namespace of the test's own, for a mark stays. */
async function freshNamespace() {
  const address = requiredVariable('TEMPORAL_TEST_ADDRESS');
  const connection = await NativeConnection.connect({ address });
  const { workflowService } = connection;
  const namespace = `mark-${randomUUID()}`;
  const workflowExecutionRetentionPeriod = msToTs(RETENTION_MS);
  await workflowService.registerNamespace({
    ...{ namespace, description: 'kept', workflowExecutionRetentionPeriod },
  });
  return {
    ...{ address, connection, namespace },
    described: () => workflowService.describeNamespace({ namespace }),
    [Symbol.asyncDispose]: () => connection.close(),
  };
}

describe('a namespace whose payloads are encrypted', () => {
  it('says so after its first worker’s start, and keeps what else it says', async () => {
    await using place = await freshNamespace();
    expect(isMarkedEncrypted(await place.described())).toBe(false);
    const { namespace } = place;
    const { workflowService } = place.connection;
    // A fleet starts at once.
    const marked = await Promise.all(
      [1, 2, 3, 4].map(() => markEncrypted(workflowService, namespace)),
    );
    expect(marked).toEqual([undefined, undefined, undefined, undefined]);
    const described = await place.described();
    expect(isMarkedEncrypted(described)).toBe(true);
    expect(described.namespaceInfo?.description).toBe('kept');
    const { workflowExecutionRetentionTtl } = described.config ?? {};
    expect(tsToMs(workflowExecutionRetentionTtl)).toBe(RETENTION_MS);
  });

  it('says so by the command that a worker names which may not change it', async () => {
    await using place = await freshNamespace();
    const forbidden = {
      describeNamespace: place.described,
      updateNamespace: () => Promise.reject(new Error('Request unauthorized.')),
    };
    const command = await markEncrypted(forbidden, place.namespace);
    expect(isMarkedEncrypted(await place.described())).toBe(false);
    const [program, ...words] = command?.split(' ') ?? [];
    expect(program).toBe('temporal');
    await run(requiredVariable('TEMPORAL_CLI'), words, {
      env: plainEnvironment({ TEMPORAL_ADDRESS: place.address }),
    });
    expect(isMarkedEncrypted(await place.described())).toBe(true);
  });

  it('is marked by a worker with a keyring, and by no other', async () => {
    await using folder = await temporaryFolder();
    {
      await using world = await createWorld({ worker: false });
      await using worker = await startWorkerProgram(world, folder.path);
      const { workflowService } = world.client;
      const described = await workflowService.describeNamespace({ namespace: world.namespace });
      expect(isMarkedEncrypted(described)).toBe(false);
      await stopped(worker);
    }
    const namespace = ENCRYPTED_NAMESPACE;
    await using keys = await payloadKeys({ namespace });
    await using world = await createWorld({ namespace, worker: false, encryption: keys.plugin });
    const env = { MFA_PAYLOAD_KEYS_FILE: keys.file };
    await using worker = await startWorkerProgram(world, folder.path, env);
    const described = await world.client.workflowService.describeNamespace({ namespace });
    expect(isMarkedEncrypted(described)).toBe(true);
    expect(worker.output()).not.toContain('encryption-not-marked');
    await stopped(worker);
  });
});
