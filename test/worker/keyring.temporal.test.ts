import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { QUERIES } from '../../workflows/contract/enroll-mfa.ts';
import { BROKEN_KEYRINGS, goodKeyring, secretOf } from '../support/broken-keyrings.ts';
import { startChild, stopped } from '../support/child-program.ts';
import { Enrollee } from '../support/enrollee.ts';
import { payloadKeys } from '../support/payload-keys.ts';
import { fieldOf, payloadsOf, rawEvents } from '../support/raw-history.ts';
import { ENCRYPTED_NAMESPACE } from '../support/running-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWorkerProgram, workerEnvironment } from '../support/worker-program.ts';
import { createWorld } from '../support/world.ts';

describe('a worker with a keyring', () => {
  it.each(BROKEN_KEYRINGS)(
    'ends with 2 where it is $what, says what to do, and connects to nothing',
    async ({ put, told }) => {
      await using folder = await temporaryFolder();
      await using world = await createWorld({ worker: false });
      const file = join(folder.path, 'payload-keys.json');
      const good = await goodKeyring();
      await put(file, good);
      const env = {
        ...(await workerEnvironment(world, folder.path)),
        // Nobody is there: it would end with 3 if it came that far.
        TEMPORAL_ADDRESS: '127.0.0.1:1',
        MFA_PAYLOAD_KEYS_FILE: file,
      };
      await using program = startChild('worker/main.ts', { env });
      expect(await program.ended).toBe(2);
      for (const text of ['MFA_PAYLOAD_KEYS_FILE', file, ...told]) {
        expect(program.output()).toContain(text);
      }
      expect(program.output()).not.toContain(secretOf(good));
      expect(program.output()).not.toContain('    at ');
    },
  );

  it('goes on with the keys from before where the file breaks, logs it, and takes the mended one', async () => {
    await using folder = await temporaryFolder();
    const namespace = ENCRYPTED_NAMESPACE;
    await using ring = await payloadKeys({ namespace });
    await using world = await createWorld({ namespace, worker: false, encryption: ring.plugin });
    const env = { MFA_PAYLOAD_KEYS_FILE: ring.file };
    await using program = await startWorkerProgram(world, folder.path, env);
    const good = await readFile(ring.file, 'utf8');

    await writeFile(ring.file, '{');
    const person = await Enrollee.start(world);
    expect(await person.handle.query(QUERIES.progress)).toMatchObject({ phase: 'awaiting-login' });
    const problem = await program.line('keyring-problem');
    expect(problem).toContain('must be JSON');
    expect(problem).toContain('The keys from before stay in use.');
    const payloads = payloadsOf(await rawEvents(world.client, person.handle.workflowId));
    expect(payloads.length).toBeGreaterThan(1);
    for (const payload of payloads) expect(fieldOf(payload, 'encryption-key-id')).toBe(ring.kid);

    await writeFile(ring.file, good);
    await chmod(ring.file, 0o640);
    expect(await person.handle.query(QUERIES.progress)).toMatchObject({ phase: 'awaiting-login' });
    expect(await program.line('chmod it to 600')).toContain('keyring-problem');

    await chmod(ring.file, 0o600);
    expect(await person.logIn()).toMatchObject({ status: 'accepted' });
    expect(program.output().match(/keyring-problem/g)).toHaveLength(2);
    expect(program.output()).not.toContain(secretOf(good));
    await stopped(program);
  });
});
