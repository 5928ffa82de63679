import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { EnrollmentClient } from '@durable-mfa/client';
import { freeLoopbackPort } from '../../dev/loopback-port.ts';
import { LIMITS } from '../../workflows/contract/enroll-mfa.ts';
import {
  MFA_PHASE,
  MFA_REQUESTED_BY,
  MFA_WAITING_SINCE,
} from '../../workflows/contract/search-attributes.ts';
import { ASSOCIATE } from '../support/auth0-record.ts';
import { clientOf } from '../support/client-enrollment.ts';
import { login } from '../support/login.ts';
import { createWorld, PHONE_NUMBER, type World } from '../support/world.ts';

/** Long enough for a call that reaches the server, short where nobody is there to answer. */
const NOBODY_ANSWERS_MS = 1_500;

const TEXTED = { status: 'accepted', next: { type: 'enter-sms-code', challenge: 1 } };

function inputOf(world: World) {
  return { userId: world.user.userId, phoneNumber: '+1 415 555 0123', requestedBy: 'crm' };
}

describe('a start', () => {
  it('starts one enrollment, with what administrators search by and nothing personal', async () => {
    await using world = await createWorld({ worker: false });
    const input = { ...inputOf(world), reason: 'Jane lost her phone' };
    const { enrollment, started, differs } = await clientOf(world).start(input);
    expect({ started, differs }).toEqual({ started: true, differs: [] });
    const description = await world.client.workflow.getHandle(enrollment.workflowId).describe();
    expect(description.runId).toBe(enrollment.runId);
    expect(enrollment.userId).toBe(world.user.userId);
    const attributes = description.typedSearchAttributes;
    expect(attributes.get(MFA_PHASE)).toBe('awaiting-login');
    expect(attributes.get(MFA_REQUESTED_BY)).toBe('crm');
    expect(attributes.get(MFA_WAITING_SINCE)).toBeInstanceOf(Date);
    expect(description.memo).toEqual({});
    const shown = [await description.staticSummary(), await description.staticDetails()].join('\n');
    expect(shown).toContain('sms, then totp');
    expect(shown).not.toMatch(/Jane|0123|auth0\|/);
  });

  it('with bad input starts nothing, and tells every problem', async () => {
    await using world = await createWorld({ worker: false });
    const enrollments = clientOf(world);
    const input = { ...inputOf(world), phoneNumber: '415 555 1234', requestedBy: '' };
    await expect(enrollments.start(input)).rejects.toMatchObject({
      code: 'invalid-input',
      problems: [
        expect.stringMatching(/^requestedBy: must be a string of 1 to 128 characters/),
        expect.stringMatching(/^phoneNumber: has no country; write it with \+/),
      ],
    });
    await expect(enrollments.of(world.user.userId).progress()).rejects.toMatchObject({
      code: 'enrollment-not-found',
    });
  });

  it('for a number that the rules refuse starts nothing', async () => {
    await using world = await createWorld({ worker: false });
    const enrollments = clientOf(world, { phoneNumbers: { allowedCountries: ['DE'] } });
    await expect(enrollments.start(inputOf(world))).rejects.toMatchObject({
      problems: [expect.stringMatching(/^phoneNumber: is of US, which is not among the allowed/)],
    });
    await expect(enrollments.of(world.user.userId).progress()).rejects.toMatchObject({
      code: 'enrollment-not-found',
    });
  });

  it('while one runs returns that one and says what differs', async () => {
    await using world = await createWorld({ worker: false });
    const enrollments = clientOf(world);
    const first = await enrollments.start(inputOf(world));
    const same = await enrollments.start(inputOf(world));
    expect(same).toMatchObject({ started: false, differs: [] });
    const other = await enrollments.start({
      userId: world.user.userId,
      phoneNumber: '+44 7400 123456',
      factors: ['totp', 'sms'],
      expiresInMs: LIMITS.deadlineMsMax,
      requestedBy: 'help desk',
      reason: 'asked',
    });
    expect(other.started).toBe(false);
    expect(other.differs).toEqual([
      'phoneNumber',
      'factors',
      'expiresInMs',
      'requestedBy',
      'reason',
    ]);
    expect([same, other].map(({ enrollment }) => enrollment.runId)).toEqual([
      first.enrollment.runId,
      first.enrollment.runId,
    ]);
  });

  it('delivers its login to the one that runs, once however often it is repeated', async () => {
    await using world = await createWorld();
    const enrollments = clientOf(world);
    await enrollments.start(inputOf(world));
    const input = { ...inputOf(world), login: await login(world) };
    const second = await enrollments.start({ ...input, requestedBy: 'help desk' });
    expect(second).toMatchObject({
      ...{ started: false, differs: ['requestedBy'], login: TEXTED },
    });
    const third = await enrollments.start(input);
    expect(third.login).toEqual(second.login);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
    expect(world.emulator.inbox.messages(PHONE_NUMBER)).toHaveLength(1);
  });

  it('after the end of one starts another', async () => {
    await using world = await createWorld();
    const enrollments = clientOf(world);
    const first = await enrollments.start(inputOf(world));
    await first.enrollment.cancel({ by: 'ops', reason: 'test' });
    await first.enrollment.result();
    const second = await enrollments.start(inputOf(world));
    expect(second.started).toBe(true);
    expect(second.enrollment.runId).not.toBe(first.enrollment.runId);
    // What the first start returned goes on to mean the first enrollment.
    expect(await first.enrollment.result()).toMatchObject({ outcome: 'cancelled' });
    await expect(first.enrollment.recoveryCodeSaved()).rejects.toMatchObject({
      code: 'enrollment-ended',
    });
  });
});

describe('the enrollment of a user', () => {
  it('whose id is not as Auth0 has it is not looked for, nor started', async () => {
    await using world = await createWorld({ worker: false });
    const userId = encodeURIComponent(world.user.userId);
    const refused = {
      code: 'invalid-input',
      problems: [expect.stringMatching(/^userId: is percent-encoded; give it as Auth0 shows it/)],
    };
    const enrollments = clientOf(world);
    expect(() => enrollments.of(userId)).toThrow(expect.objectContaining(refused));
    await expect(enrollments.start({ ...inputOf(world), userId })).rejects.toMatchObject(refused);
  });
});

describe('while no worker is up', () => {
  it('an update says that its answer is due, and asking again with its id gives it', async () => {
    await using world = await createWorld({ worker: false });
    const { enrollment } = await clientOf(world).start(inputOf(world));
    const proof = await login(world);
    const idempotencyKey = randomUUID();
    const options = { idempotencyKey, timeoutMs: NOBODY_ANSWERS_MS };
    await expect(enrollment.completeLogin(proof, options)).rejects.toMatchObject({
      code: 'no-answer-yet',
      asked: 'completeLogin',
      idempotencyKey,
      workflowId: enrollment.workflowId,
    });
    await world.startWorker();
    const answer = await enrollment.completeLogin(proof, { idempotencyKey });
    expect(answer).toMatchObject({ status: 'accepted', next: { type: 'enter-sms-code' } });
    expect(await enrollment.completeLogin(proof, { idempotencyKey })).toEqual(answer);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
  });

  it('an update without an id of the caller’s carries one to ask again with', async () => {
    await using world = await createWorld({ worker: false });
    const { enrollment } = await clientOf(world).start(inputOf(world));
    const submit = enrollment.submitCode(
      { challenge: 1, code: '123456' },
      { timeoutMs: NOBODY_ANSWERS_MS },
    );
    await expect(submit).rejects.toMatchObject({
      idempotencyKey: expect.stringMatching(/^[\w-]{36}$/),
    });
  });

  it('a caller ends its wait for an answer, and asks again with the key that the error has', async () => {
    await using world = await createWorld({ worker: false });
    const { enrollment } = await clientOf(world).start(inputOf(world));
    const proof = await login(world);
    const caller = new AbortController();
    const options = { idempotencyKey: randomUUID(), signal: caller.signal };
    const waiting = expect(enrollment.completeLogin(proof, options)).rejects.toMatchObject({
      ...{ code: 'aborted', asked: 'completeLogin', cause: 'gone' },
      idempotencyKey: options.idempotencyKey,
    });
    const reading = expect(enrollment.result({ signal: caller.signal })).rejects.toMatchObject({
      ...{ code: 'aborted', asked: 'result' },
    });
    caller.abort('gone');
    await Promise.all([waiting, reading]);
    await world.startWorker();
    const { idempotencyKey } = options;
    expect(await enrollment.completeLogin(proof, { idempotencyKey })).toMatchObject({
      status: 'accepted',
    });
  });

  it('nothing is sent for a caller that has gone before', async () => {
    await using world = await createWorld({ worker: false });
    const enrollments = clientOf(world);
    const signal = AbortSignal.abort();
    await expect(enrollments.start(inputOf(world), { signal })).rejects.toMatchObject({
      ...{ code: 'aborted', asked: 'start' },
    });
    await expect(enrollments.of(world.user.userId).progress()).rejects.toMatchObject({
      code: 'enrollment-not-found',
    });
  });

  it('a query and a result say that nobody answers', async () => {
    await using world = await createWorld({ worker: false });
    const { enrollment } = await clientOf(world).start(inputOf(world));
    const options = { timeoutMs: NOBODY_ANSWERS_MS };
    for (const [asked, call] of [
      ['progress', () => enrollment.progress(options)],
      ['setUp', () => enrollment.setUp(undefined, options)],
      ['result', () => enrollment.result(options)],
    ] as const) {
      await expect(call()).rejects.toMatchObject({
        ...{ code: 'no-answer-yet', asked, idempotencyKey: undefined },
      });
    }
  });

  it('a cancel is taken, and acted on once there is a worker', async () => {
    await using world = await createWorld({ worker: false });
    const { enrollment } = await clientOf(world).start(inputOf(world));
    await enrollment.cancel({ by: 'ops', reason: 'user left' });
    await world.startWorker();
    expect(await enrollment.result()).toMatchObject({
      outcome: 'cancelled',
      cancelledBy: 'ops',
      reason: 'user left',
    });
  });
});

describe('where Temporal', () => {
  it('does not answer, that is the error', async () => {
    const address = `127.0.0.1:${await freeLoopbackPort()}`;
    // Without the SDK's own patience, which lasts as long as the deadline.
    const connection = Connection.lazy({ address, interceptors: [] });
    try {
      const client = new Client({ connection });
      const enrollments = new EnrollmentClient({ client, tenant: 'example.eu.auth0.com' });
      await expect(enrollments.of('auth0|abc').recoveryCodeSaved()).rejects.toMatchObject({
        code: 'temporal-unavailable',
        message: expect.stringMatching(/^Temporal could not take recoveryCodeSaved \([A-Z_]+\)\./),
      });
    } finally {
      await connection.close();
    }
  });

  it('has no such namespace, that is the error', async () => {
    await using world = await createWorld({ worker: false });
    const client = new Client({ connection: world.client.connection, namespace: 'nowhere' });
    const enrollments = new EnrollmentClient({ client, tenant: world.tenant });
    await expect(enrollments.start(inputOf(world))).rejects.toMatchObject({
      code: 'temporal-refused',
      status: 'NOT_FOUND',
    });
  });
});
