import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { Client } from '@temporalio/client';
import {
  parseKeyringFile,
  printKeyringFile,
  withoutKey,
} from '../../../temporal/encryption/keyring-file.ts';
import {
  ENROLL_MFA_WORKFLOW,
  QUERIES,
  SIGNALS,
  UPDATES,
} from '../../../workflows/contract/enroll-mfa.ts';
import { enrollMfaWorkflowId } from '../../../workflows/contract/workflow-id.ts';
import { ASSOCIATE, TOKEN } from '../../support/auth0-record.ts';
import { stopped } from '../../support/child-program.ts';
import { Enrollee } from '../../support/enrollee.ts';
import { type HistoryEvent, tasksFailed, untilEvent } from '../../support/history-watch.ts';
import { login } from '../../support/login.ts';
import { addKeysOf, payloadKeys, type TestKeys } from '../../support/payload-keys.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startWorkerProgram } from '../../support/worker-program.ts';
import { createWorld, PHONE_NUMBER, type World } from '../../support/world.ts';

/** `temporal.api.enums.v1.WorkflowTaskFailedCause`: what workflow code has thrown. */
const WORKFLOW_WORKER_UNHANDLED_FAILURE = 14;

/** A client of the same server with other keys. */
function clientWith({ client, namespace }: World, { plugin }: TestKeys): Client {
  return new Client({ connection: client.connection, namespace, plugins: [plugin] });
}

const hasFailed = (event: HistoryEvent): boolean =>
  Boolean(event.workflowTaskFailedEventAttributes);

const hasConfirmed = (event: HistoryEvent): boolean =>
  event.activityTaskScheduledEventAttributes?.activityType?.name === 'confirm';

describe('where a worker lacks a key, an enrollment', () => {
  it('waits where a signal names it, and loses nothing', async () => {
    await using keys = await payloadKeys();
    await using others = await payloadKeys();
    await using world = await createWorld({ encryption: keys.plugin });
    const person = await Enrollee.start(world);
    const handle = clientWith(world, others).workflow.getHandle(person.handle.workflowId);
    await handle.signal(SIGNALS.loginCompleted, await person.proof());
    await untilEvent(person.handle, hasFailed);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
    await addKeysOf(others, keys);
    await person.untilPhase('awaiting-sms-code');
    await person.submit(person.texted(), 1);
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });
  });

  it('refuses an update and a query that name it, and no task fails', async () => {
    await using keys = await payloadKeys();
    await using others = await payloadKeys();
    await using world = await createWorld({ encryption: keys.plugin });
    const person = await Enrollee.loggedIn(world);
    const theirs = clientWith(world, others).workflow.getHandle(person.handle.workflowId);
    const code = { code: person.texted(), challenge: 1 };
    await expect(theirs.executeUpdate(UPDATES.submitCode, { args: [code] })).rejects.toThrow();
    await expect(theirs.query(QUERIES.setUp, 'x')).rejects.toThrow();
    expect(await tasksFailed(person.handle)).toBe(0);
    expect(world.emulator.journal.count(TOKEN)).toBe(1);
    // Whoever reads both keys is told which one it is.
    await addKeysOf(keys, others);
    await expect(theirs.executeUpdate(UPDATES.submitCode, { args: [code] })).rejects.toMatchObject({
      cause: { type: 'PayloadKeyMissing', message: expect.stringContaining(others.kid) },
    });
    expect(await person.submit(code.code, 1)).toMatchObject({ status: 'confirmed' });
  });

  it('waits where an update names it that was accepted before', async () => {
    await using keys = await payloadKeys();
    await using others = await payloadKeys();
    await using world = await createWorld({
      ...{ encryption: keys.plugin, worker: false, workflowThread: true },
    });
    await addKeysOf(others, keys);
    const before = await world.startWorker();
    const person = await Enrollee.start(world);
    const theirs = clientWith(world, others).workflow.getHandle(person.handle.workflowId);
    const proof = await person.proof();
    // The answer is under a key that they lack.
    await expect(theirs.executeUpdate(UPDATES.completeLogin, { args: [proof] })).rejects.toThrow(
      keys.kid,
    );
    await person.untilPhase('awaiting-sms-code');
    await before.stop();
    const { kid } = others;
    const ring = parseKeyringFile(await readFile(keys.file, 'utf8'));
    await writeFile(keys.file, printKeyringFile(withoutKey(ring, kid)), { mode: 0o600 });
    await world.startWorker();
    await person.handle.signal(SIGNALS.smsCode, person.texted());
    await untilEvent(person.handle, hasFailed);
    const { events } = await person.handle.fetchHistory();
    const failed = events?.map((event) => event.workflowTaskFailedEventAttributes).find(Boolean);
    // Not as non-deterministic: an operator is told what it is.
    expect(failed?.cause).toBe(WORKFLOW_WORKER_UNHANDLED_FAILURE);
    expect(world.emulator.journal.count(TOKEN)).toBe(1);
    await addKeysOf(others, keys);
    await person.untilPhase('awaiting-login');
    expect((await person.progress()).plan).toMatchObject([{ status: 'enrolled' }, {}]);
  });

  it('waits where its own input names it', async () => {
    await using keys = await payloadKeys();
    await using others = await payloadKeys();
    await using world = await createWorld({ encryption: keys.plugin });
    const theirs = clientWith(world, others).workflow;
    const { tenant, taskQueue, user } = world;
    const workflowId = enrollMfaWorkflowId(tenant, user.userId);
    const input = { tenant, userId: user.userId, phoneNumber: PHONE_NUMBER, requestedBy: 'test' };
    await theirs.start(ENROLL_MFA_WORKFLOW, { workflowId, taskQueue, args: [input] });
    const handle = world.client.workflow.getHandle(workflowId);
    await untilEvent(handle, hasFailed);
    await addKeysOf(others, keys);
    expect(await handle.query(QUERIES.progress)).toMatchObject({ phase: 'awaiting-login' });
  });

  it('waits, too, where the worker has no keyring at all, and what activities gave cannot be read', async () => {
    await using folder = await temporaryFolder();
    await using keys = await payloadKeys();
    await using world = await createWorld({ encryption: keys.plugin, worker: false });
    const withKeys = await world.startWorker();
    const { client, namespace, tenant, taskQueue, user } = world;
    const bot = new Client({ connection: client.connection, namespace });
    const workflowId = enrollMfaWorkflowId(tenant, user.userId);
    const input = { tenant, userId: user.userId, phoneNumber: PHONE_NUMBER, requestedBy: 'bot' };
    await bot.workflow.start(ENROLL_MFA_WORKFLOW, { workflowId, taskQueue, args: [input] });
    const handle = bot.workflow.getHandle(workflowId);
    const proof = await login(world, user);
    await handle.signal(SIGNALS.loginCompleted, proof);
    const { code } = await world.emulator.inbox.next(PHONE_NUMBER);
    await withKeys.stop();
    await using without = await startWorkerProgram(world, folder.path);
    await handle.signal(SIGNALS.smsCode, code);
    await untilEvent(handle, hasFailed);
    await stopped(without);
    expect(world.emulator.journal.count(TOKEN)).toBe(1);
    await world.startWorker();
    await untilEvent(handle, hasConfirmed);
    await handle.cancel();
  });
});
