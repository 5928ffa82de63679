import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { Enrollment } from '@durable-mfa/client';
import { SIGNALS } from '../../workflows/contract/enroll-mfa.ts';
import { exchanged, judged } from '../support/auth0-record.ts';
import { newestCode, startEnrollment } from '../support/client-enrollment.ts';
import { acceptedUpdate, untilEvent } from '../support/history-watch.ts';
import { login } from '../support/login.ts';
import { addKeysOf, payloadKeys } from '../support/payload-keys.ts';
import { untilSeen } from '../support/repeated-look.ts';
import { createWorld, PHONE_NUMBER } from '../support/world.ts';

const EXTENSION = { deadlineMs: 48 * 3_600_000, by: 'admin', reason: 'was ill' };

/** From its third try on, Temporal takes no update for a run whose workflow task fails. */
const FAILING_ATTEMPTS = 3;

/** Waits until the pending workflow task, 0 where there is none, is at such a try. */
async function untilAttempt(handle: WorkflowHandle, matches: (attempt: number) => boolean) {
  await untilSeen('the workflow task comes so far', async () => {
    const { raw } = await handle.describe();
    return matches(raw.pendingWorkflowTask?.attempt ?? 0);
  });
}

describe('an idempotency key', () => {
  it('is good for one message: another one under the same key is another request', async () => {
    await using world = await createWorld();
    const enrollment = await startEnrollment(world);
    const options = { idempotencyKey: 'request-1' };
    const changed = await enrollment.changePhoneNumber(PHONE_NUMBER, options);
    expect(changed).toMatchObject({ refusal: 'same-phone-number' });
    const proof = await login(world);
    expect(await enrollment.completeLogin(proof, options)).toMatchObject({ status: 'accepted' });
    const code = { challenge: 1, code: newestCode(world) };
    const verdict = await enrollment.submitCode(code, options);
    expect(verdict).toMatchObject({ status: 'confirmed' });
    expect(judged(world)).toBe(1);
    // Each has its own answer, now and later.
    expect(await enrollment.changePhoneNumber(PHONE_NUMBER, options)).toEqual(changed);
    expect(await enrollment.submitCode(code, options)).toEqual(verdict);
    expect(exchanged(world)).toBe(1);
    expect(judged(world)).toBe(1);
  });

  it('brings the first answer back, whatever the body is now', async () => {
    await using world = await createWorld();
    const enrollment = await startEnrollment(world);
    await enrollment.completeLogin(await login(world));
    const right = newestCode(world);
    const wrong = String((Number(right) + 1) % 1_000_000).padStart(6, '0');
    const options = { idempotencyKey: 'request-1' };
    const first = await enrollment.submitCode({ challenge: 1, code: wrong }, options);
    expect(first).toMatchObject({ status: 'wrong-code' });
    expect(await enrollment.submitCode({ challenge: 1, code: right }, options)).toEqual(first);
    expect(judged(world)).toBe(1);
    const other = { idempotencyKey: 'request-2' };
    expect(await enrollment.submitCode({ challenge: 1, code: right }, other)).toMatchObject({
      status: 'confirmed',
    });
  });

  it('stands behind the message’s name in the update’s id', async () => {
    await using world = await createWorld();
    const enrollment = await startEnrollment(world);
    const key = 'ü'.repeat(100);
    await enrollment.completeLogin(await login(world), { idempotencyKey: key });
    const handle = world.client.workflow.getHandle(enrollment.workflowId);
    await untilEvent(handle, (event) => acceptedUpdate(event) === `completeLogin:${key}`);
  });

  it.each([
    ['empty', ''],
    ['longer than 200 bytes', 'ü'.repeat(101)],
    ['half a surrogate pair', '\ud83d'],
    ['a number', 7],
  ])('that is %s is refused, and nothing is sent', async (_what, given) => {
    await using world = await createWorld({ worker: false });
    const enrollment = await startEnrollment(world);
    const idempotencyKey = given as string;
    await expect(
      enrollment.submitCode({ challenge: 1, code: '123456' }, { idempotencyKey }),
    ).rejects.toMatchObject({
      code: 'invalid-input',
      problems: [expect.stringMatching(/^idempotencyKey: must be a text of 1 to 200 bytes/)],
    });
  });
});

describe('an update that Temporal certainly did not take', () => {
  it('is told as such at once, has no effect, and is taken later under the same key', async () => {
    await using keys = await payloadKeys();
    await using others = await payloadKeys();
    await using world = await createWorld({ encryption: keys.plugin });
    const enrollment = await startEnrollment(world);
    await enrollment.completeLogin(await login(world));
    const { client, namespace } = world;
    const { workflowId } = enrollment;
    // The task fails until the worker has their key.
    const plugins = [others.plugin];
    const theirs = new Client({ connection: client.connection, namespace, plugins });
    await theirs.workflow.getHandle(workflowId).signal(SIGNALS.extendDeadline, EXTENSION);
    const handle = client.workflow.getHandle(workflowId);
    await untilAttempt(handle, (attempt) => attempt >= FAILING_ATTEMPTS);
    const code = { challenge: 1, code: newestCode(world) };
    const options = { idempotencyKey: randomUUID() };
    await expect(enrollment.submitCode(code, options)).rejects.toMatchObject({
      ...{ code: 'not-taken', asked: 'submitCode', ...options },
      message: expect.stringMatching(/has had no effect \(.*Workflow Task in failed state/),
    });
    expect(judged(world)).toBe(0);
    await addKeysOf(others, keys);
    await untilAttempt(handle, (attempt) => attempt === 0);
    expect(await enrollment.submitCode(code, options)).toMatchObject({ status: 'confirmed' });
    expect(judged(world)).toBe(1);
  });
});

describe('a client with other keys', () => {
  it('is told which key it lacks, of a query and of an update', async () => {
    await using keys = await payloadKeys();
    await using others = await payloadKeys();
    await using world = await createWorld({ encryption: keys.plugin });
    const { workflowId } = await startEnrollment(world);
    const { client, namespace } = world;
    const plugins = [others.plugin];
    const stranger = new Client({ connection: client.connection, namespace, plugins });
    const enrollment = new Enrollment({ client: stranger, workflowId });
    await expect(enrollment.progress()).rejects.toMatchObject({
      ...{ code: 'payload-key-missing', kid: keys.kid },
      message: expect.stringContaining('MFA_PAYLOAD_KEYS_FILE'),
    });
    await expect(enrollment.submitCode({ challenge: 1, code: '123456' })).rejects.toMatchObject({
      ...{ code: 'payload-key-missing', kid: keys.kid },
    });
  });
});
