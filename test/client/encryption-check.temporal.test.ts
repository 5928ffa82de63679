import { randomUUID } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { EnrollmentClient } from '@durable-mfa/client';
import { MARK } from '../../temporal/encryption/namespace-mark.ts';
import { MFA_PHASE } from '../../workflows/contract/search-attributes.ts';
import { clientOf, inputOf, startEnrollment } from '../support/client-enrollment.ts';
import { login } from '../support/login.ts';
import { payloadKeys, type TestKeys } from '../support/payload-keys.ts';
import { ENCRYPTED_NAMESPACE } from '../support/running-server.ts';
import { createWorld, type World } from '../support/world.ts';

const namespace = ENCRYPTED_NAMESPACE;
const NO_KEYRING = {
  code: 'encryption-required',
  namespace,
  message: expect.stringContaining('MFA_PAYLOAD_KEYS_FILE'),
};

/** What a worker with a keyring does at its start; again and again is the same. */
async function markedWorld(keys: TestKeys): Promise<World> {
  const world = await createWorld({ namespace, encryption: keys.plugin });
  await world.client.workflowService.updateNamespace({
    namespace,
    updateInfo: { data: { [MARK.key]: MARK.encrypted } },
  });
  return world;
}

/** A client without a keyring over a connection of its own, whose calls can be seen. */
async function keyless({ address, tenant, taskQueue }: World, inNamespace = namespace) {
  const connection = await Connection.connect({ address });
  const { workflowService } = connection;
  const asked = jest.spyOn(workflowService, 'describeNamespace');
  const sent = [
    jest.spyOn(workflowService, 'startWorkflowExecution'),
    jest.spyOn(workflowService, 'executeMultiOperation'),
    jest.spyOn(workflowService, 'signalWorkflowExecution'),
    jest.spyOn(workflowService, 'updateWorkflowExecution'),
  ];
  const client = new Client({ connection, namespace: inNamespace });
  return {
    asked,
    client,
    sends: () => sent.reduce((sum, { mock }) => sum + mock.calls.length, 0),
    enrollments: new EnrollmentClient({ client, tenant, taskQueue }),
    [Symbol.asyncDispose]: () => connection.close(),
  };
}

function permissionDenied(): Error {
  const details = 'Request unauthorized.';
  return Object.assign(new Error(details), { code: 7, details, metadata: {} });
}

describe('a client without a keyring, where the namespace says that it encrypts', () => {
  it('starts nothing and sends nothing', async () => {
    await using keys = await payloadKeys({ namespace });
    await using world = await markedWorld(keys);
    await using stranger = await keyless(world);
    const proof = await login(world);
    const enrollment = stranger.enrollments.of(world.user.userId);
    for (const call of [
      () => stranger.enrollments.start(inputOf(world)),
      () => stranger.enrollments.start({ ...inputOf(world), login: proof }),
      () => enrollment.completeLogin(proof),
      () => enrollment.submitCode({ challenge: 1, code: '123456' }),
      () => enrollment.changePhoneNumber('+14155550199'),
      () => enrollment.cancel({ by: 'ops', reason: 'Jane left' }),
    ]) {
      await expect(call()).rejects.toMatchObject(NO_KEYRING);
    }
    expect(stranger.sends()).toBe(0);
    // Nothing of it is there.
    await expect(clientOf(world).of(world.user.userId).progress()).rejects.toMatchObject({
      code: 'enrollment-not-found',
    });
  });

  it('is told of the keyring, too, where an answer cannot be read', async () => {
    await using keys = await payloadKeys({ namespace });
    await using world = await markedWorld(keys);
    await startEnrollment(world);
    await using stranger = await keyless(world);
    const enrollment = stranger.enrollments.of(world.user.userId);
    await expect(enrollment.progress()).rejects.toMatchObject(NO_KEYRING);
    await clientOf(world).of(world.user.userId).cancel({ by: 'ops', reason: 'test' });
    await expect(enrollment.result()).rejects.toMatchObject(NO_KEYRING);
  });

  it('sends in clear where its program says so', async () => {
    await using keys = await payloadKeys({ namespace });
    await using world = await markedWorld(keys);
    await using stranger = await keyless(world);
    const { client } = stranger;
    const { tenant, taskQueue } = world;
    const options = { client, tenant, taskQueue, allowPlaintext: true };
    const { enrollment, started } = await new EnrollmentClient(options).start(inputOf(world));
    expect(started).toBe(true);
    await enrollment.cancel({ by: 'ops', reason: 'test' });
    expect(stranger.asked).not.toHaveBeenCalled();
    const ended = await clientOf(world).of(world.user.userId).result();
    expect(ended).toMatchObject({ outcome: 'cancelled' });
  });

  it('leaves the client with the keyring alone, which asks nobody', async () => {
    await using keys = await payloadKeys({ namespace });
    await using world = await markedWorld(keys);
    const asked = jest.spyOn(world.client.workflowService, 'describeNamespace');
    const { enrollment } = await clientOf(world).start(inputOf(world));
    expect(await enrollment.completeLogin(await login(world))).toMatchObject({
      status: 'accepted',
    });
    expect(asked).not.toHaveBeenCalled();
  });
});

describe('a client without a keyring, where the namespace says nothing', () => {
  it('asks once, however many calls there are, at once or later', async () => {
    await using world = await createWorld();
    await using stranger = await keyless(world, world.namespace);
    const { enrollments } = stranger;
    const { enrollment } = await enrollments.start(inputOf(world));
    const proof = await login(world);
    await Promise.all([
      enrollment.completeLogin(proof),
      enrollment.recoveryCodeSaved(),
      enrollments.start(inputOf(world)),
    ]);
    await enrollment.cancel({ by: 'ops', reason: 'test' });
    expect(stranger.asked).toHaveBeenCalledTimes(1);
  });

  it('sends nothing while it may not ask, and asks again at its next call', async () => {
    await using world = await createWorld({ worker: false });
    await using stranger = await keyless(world, world.namespace);
    const { enrollments, asked, sends } = stranger;
    asked.mockRejectedValueOnce(permissionDenied());
    await expect(enrollments.start(inputOf(world))).rejects.toMatchObject({
      code: 'encryption-unknown',
      message: expect.stringMatching(/MFA_PAYLOAD_KEYS_FILE.*describe it.*allowPlaintext: true/s),
    });
    expect(sends()).toBe(0);
    const { enrollment } = await enrollments.start(inputOf(world));
    const description = await world.client.workflow.getHandle(enrollment.workflowId).describe();
    expect(description.typedSearchAttributes.get(MFA_PHASE)).toBe('awaiting-login');
  });

  it('fails as any call does where there is no such namespace', async () => {
    await using world = await createWorld({ worker: false });
    await using stranger = await keyless(world, `none-${randomUUID()}`);
    await expect(stranger.enrollments.start(inputOf(world))).rejects.toMatchObject({
      ...{ code: 'temporal-refused', status: 'NOT_FOUND' },
    });
    expect(stranger.sends()).toBe(0);
  });
});
