import { describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import {
  EnrollmentClient,
  type EnrollmentDescription,
  type EnrollmentFilter,
} from '@durable-mfa/client';
import { clientOf, inputOf, startEnrollment } from '../support/client-enrollment.ts';
import { payloadKeys } from '../support/payload-keys.ts';
import { untilSeen } from '../support/repeated-look.ts';
import { createWorld } from '../support/world.ts';

const QUOTED = `o'brien' OR MfaPhase != 'x`;

async function found(enrollments: EnrollmentClient, filter: EnrollmentFilter) {
  const all: EnrollmentDescription[] = [];
  for await (const one of enrollments.list(filter)) all.push(one);
  return all;
}

describe('where an enrollment stands', () => {
  it('is told although no worker is up, and after it was terminated', async () => {
    await using world = await createWorld({ worker: false });
    const enrollment = await startEnrollment(world);
    const { workflowId, runId } = enrollment;
    const described = {
      ...{ workflowId, runId, userId: world.user.userId, phase: 'awaiting-login' },
      ...{ requestedBy: 'test', refusals: 0, waitingSince: expect.any(Date) },
    };
    expect(await enrollment.describe()).toMatchObject({
      ...{ ...described, status: 'RUNNING', endedAt: undefined, progress: undefined },
    });
    await world.client.workflow.getHandle(workflowId).terminate('no reason');
    expect(await enrollment.describe()).toMatchObject({
      ...{ ...described, status: 'TERMINATED', endedAt: expect.any(Date) },
    });
  });

  it('is not told of one that never was', async () => {
    await using world = await createWorld({ worker: false });
    await expect(clientOf(world).of(world.user.userId).describe()).rejects.toMatchObject({
      code: 'enrollment-not-found',
    });
  });
});

describe('the tenant’s enrollments', () => {
  it('are found by what is asked for, and no others', async () => {
    await using world = await createWorld();
    const enrollments = clientOf(world);
    const waiting = await startEnrollment(world);
    const quoted = { ...inputOf(world), userId: world.addUser().userId, requestedBy: QUOTED };
    const other = await enrollments.start({ ...quoted });
    const ids = async (filter: EnrollmentFilter) =>
      (await found(enrollments, filter)).map(({ workflowId }) => workflowId);
    await untilSeen(
      'the list of one',
      async () => (await ids({ requestedBy: QUOTED })).length === 1,
    );
    await untilSeen('both taken', async () => (await ids({ factor: 'sms' })).length === 2);

    expect(await ids({ requestedBy: QUOTED })).toEqual([other.enrollment.workflowId]);
    expect(await ids({ requestedBy: 'test' })).toEqual([waiting.workflowId]);
    expect(await ids({ phase: 'awaiting-login', factor: 'totp' })).toEqual([]);
    expect((await ids({ phase: 'awaiting-login', waitingLongerThan: 0 })).toSorted()).toEqual(
      [waiting.workflowId, other.enrollment.workflowId].toSorted(),
    );
    expect(await ids({ waitingLongerThan: 3_600_000 })).toEqual([]);
    expect(await ids({ outcome: 'cancelled' })).toEqual([]);
  });

  it.each(['a\\', "\\' OR MfaPhase != 'x", 'a"b'])(
    'are not asked for by %s',
    async (requestedBy) => {
      await using world = await createWorld({ worker: false });
      await expect(found(clientOf(world), { requestedBy })).rejects.toMatchObject({
        ...{
          code: 'invalid-input',
          problems: [expect.stringMatching(/^requestedBy: must be a text without/)],
        },
      });
    },
  );

  it('are not asked for by a time that is none', async () => {
    await using world = await createWorld({ worker: false });
    for (const waitingLongerThan of [-1, Number.NaN, Infinity]) {
      await expect(found(clientOf(world), { waitingLongerThan })).rejects.toMatchObject({
        ...{ code: 'invalid-input', problems: [expect.stringMatching(/^waitingLongerThan: must/)] },
      });
    }
  });

  it('are not asked for by what untyped programs pass on', async () => {
    await using world = await createWorld({ worker: false });
    for (const field of ['phase', 'outcome']) {
      for (const value of ["x\\' OR WorkflowType = 'enrollMfa", null, ['b']]) {
        const filter = { [field]: value } as EnrollmentFilter;
        await expect(found(clientOf(world), filter)).rejects.toMatchObject({
          ...{
            code: 'invalid-input',
            problems: [expect.stringMatching(new RegExp(`^${field}: must`))],
          },
        });
      }
    }
    const tenant = "x\\' OR WorkflowType = 'enrollMfa";
    const enrollments = new EnrollmentClient({ client: world.client, tenant });
    await expect(found(enrollments, {})).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('are listed beside one that cannot be read', async () => {
    await using world = await createWorld({ worker: false });
    const { workflowId } = await startEnrollment(world);
    const begin = workflowId.slice(0, workflowId.lastIndexOf('/'));
    const { taskQueue } = world;
    const memo = { progress: new Uint8Array([123]) };
    const odd = { workflowId: `${begin}/100%`, taskQueue, args: [], memo };
    const handle = await world.client.workflow.start('enrollMfa', odd);
    await untilSeen('both', async () => (await found(clientOf(world), {})).length === 2);
    const all = await found(clientOf(world), {});
    expect(all.map((one) => one.userId)).toEqual(
      expect.arrayContaining([undefined, world.user.userId]),
    );
    await handle.terminate();
  });

  it('are listed beside one whose memo is damaged, and one whose memo is of another', async () => {
    await using keys = await payloadKeys();
    await using world = await createWorld({ worker: false, encryption: keys.plugin });
    const { client, taskQueue, address } = world;
    const connection = await Connection.connect({ address });
    const begin = `enroll-mfa/${world.auth0.domain}`;
    const [own, damaged, moved] = [`${begin}/own`, `${begin}/damaged`, `${begin}/moved`];
    const memo = { progress: { phase: 'awaiting-login' } };
    const { raw } = await (
      await client.workflow.start('enrollMfa', { workflowId: own, taskQueue, memo })
    ).describe();
    const theirs = raw.workflowExecutionInfo?.memo?.fields?.['progress'] ?? {};
    const broken = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{') };
    for (const [workflowId, payload] of [
      [damaged, broken],
      [moved, theirs],
    ] as const) {
      const codec = { encode: () => Promise.resolve([payload]), decode: () => Promise.resolve([]) };
      const foreign = new Client({ connection, dataConverter: { payloadCodecs: [codec] } });
      await foreign.workflow.start('enrollMfa', { workflowId, taskQueue, memo });
    }
    await untilSeen('all', async () => (await found(clientOf(world), {})).length === 3);
    const all = await found(clientOf(world), {});
    expect(Object.fromEntries(all.map((one) => [one.workflowId, one.progress]))).toEqual({
      [own]: memo.progress,
      [damaged]: undefined,
      [moved]: undefined,
    });
    await connection.close();
  });

  it.each([Number.NaN, 2 ** 40])('are not waited for with a time-out of %s', async (timeoutMs) => {
    await using world = await createWorld({ worker: false });
    const enrollment = await startEnrollment(world);
    const refused = {
      code: 'invalid-input',
      problems: [expect.stringMatching(/^timeoutMs: must/)],
    };
    await expect(enrollment.describe({ timeoutMs })).rejects.toMatchObject(refused);
    await expect(enrollment.progress({ timeoutMs })).rejects.toMatchObject(refused);
  });

  it('are described by a program that passes no time-out on', async () => {
    await using world = await createWorld({ worker: false });
    const enrollment = await startEnrollment(world);
    const options = { timeoutMs: undefined } as object;
    expect(await enrollment.describe(options)).toMatchObject({ status: 'RUNNING' });
  });
});
