import { describe, expect, it } from '@jest/globals';
import { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker, type WorkerPlugin } from '@temporalio/worker';
import { PAYLOAD_CONVERTER_PATH } from '../../../worker/bundle.ts';
import { SIGNALS } from '../../../workflows/contract/enroll-mfa.ts';
import { ASSOCIATE, TOKEN } from '../../support/auth0-record.ts';
import { Enrollee } from '../../support/enrollee.ts';
import { payloadKeys, type TestKeys } from '../../support/payload-keys.ts';
import { fieldOf, payloadsOf, rawEvents, textOf } from '../../support/raw-history.ts';
import { requiredVariable } from '../../support/required-variable.ts';
import { createWorld, PHONE_NUMBER, type World } from '../../support/world.ts';

/** A client of the same server with other keys, or as a bot that knows no codec. */
function clientWith({ client, namespace }: World, keys?: TestKeys): Client {
  const plugins = keys === undefined ? [] : [keys.plugin];
  return new Client({ connection: client.connection, namespace, plugins });
}

describe('an enrollment with encrypted payloads', () => {
  it('goes as any other, and Temporal holds nothing of it in clear', async () => {
    await using keys = await payloadKeys();
    await using world = await createWorld({ encryption: keys.plugin });
    const person = await Enrollee.start(world);
    const proof = await person.proof();
    await person.deliver(proof);
    const code = person.texted();
    await person.submit(code, 1);
    await person.logIn();
    await person.scan();
    const otp = person.otp();
    await person.submit(otp, 2);
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });

    const events = await rawEvents(world.client, person.handle.workflowId);
    const payloads = payloadsOf(events);
    expect(payloads.length).toBeGreaterThan(20);
    for (const payload of payloads) {
      expect(fieldOf(payload, 'encoding')).toBe('binary/encrypted');
      expect(fieldOf(payload, 'encryption-key-id')).toBe(keys.kid);
      expect(fieldOf(payload, 'encryption-workflow-id')).toBe(person.handle.workflowId);
    }
    const text = textOf(events);
    expect(text).toContain(keys.kid);
    for (const secret of [PHONE_NUMBER, `"${code}"`, `"${otp}"`, proof.codeVerifier]) {
      expect(text).not.toContain(secret);
    }
  });

  it('replays with the keys, and not without them', async () => {
    await using keys = await payloadKeys();
    await using others = await payloadKeys();
    await using world = await createWorld({ encryption: keys.plugin });
    const person = await Enrollee.loggedIn(world);
    await person.submit(person.texted(), 1);
    const { workflowId } = person.handle;
    const history: unknown = JSON.parse(historyToJSON(await person.handle.fetchHistory()));
    const replay = (plugins: WorkerPlugin[], id: string): Promise<void> =>
      Worker.runReplayHistory(
        {
          workflowBundle: { codePath: requiredVariable('WORKFLOW_BUNDLE') },
          dataConverter: { payloadConverterPath: PAYLOAD_CONVERTER_PATH },
          plugins,
        },
        history,
        id,
      );
    await replay([keys.plugin], workflowId);
    await expect(replay([others.plugin], workflowId)).rejects.toThrow();
    await expect(replay([], workflowId)).rejects.toThrow();
    await expect(replay([keys.plugin], `${workflowId}x`)).rejects.toThrow();
  });

  it('hides what an activity fails with, and keeps its type readable', async () => {
    await using keys = await payloadKeys();
    await using world = await createWorld({ encryption: keys.plugin });
    const person = await Enrollee.start(world);
    const body = { error: 'invalid_grant', error_description: 'Invalid authorization code' };
    world.emulator.faults.add({ endpoint: TOKEN, when: 'before', action: { status: 403, body } });
    expect(await person.logIn()).toMatchObject({ refusal: 'login-code-refused' });
    const text = textOf(await rawEvents(world.client, person.handle.workflowId));
    expect(text).toContain('Encoded failure');
    expect(text).toContain('login-code-refused');
    expect(text).not.toContain('HTTP 403');
  });

  it('reads what a bot without the codec starts and signals', async () => {
    await using keys = await payloadKeys();
    await using world = await createWorld({ encryption: keys.plugin });
    const person = await Enrollee.start(world);
    const bot = clientWith(world).workflow.getHandle(person.handle.workflowId);
    await bot.signal(SIGNALS.loginCompleted, await person.proof());
    await person.untilPhase('awaiting-sms-code');
    await bot.signal(SIGNALS.smsCode, person.texted());
    await person.untilPhase('awaiting-login');
    expect((await person.progress()).plan).toMatchObject([{ status: 'enrolled' }, {}]);
  });

  it('where plaintext is refused, refuses that signal as malformed and goes on', async () => {
    await using keys = await payloadKeys({ refusePlaintext: true });
    await using world = await createWorld({ encryption: keys.plugin });
    const person = await Enrollee.start(world);
    const bot = clientWith(world).workflow.getHandle(person.handle.workflowId);
    const proof = await person.proof();
    await bot.signal(SIGNALS.loginCompleted, proof);
    await person.untilRefused('malformed');
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
    expect(await person.deliver(proof)).toMatchObject({ status: 'accepted' });
  });

  it('refuses a signal whose ciphertext was changed or taken from another run, and goes on', async () => {
    await using keys = await payloadKeys();
    await using world = await createWorld({ encryption: keys.plugin });
    const person = await Enrollee.start(world);
    const send = async (signalName: string, payload: Payload): Promise<void> => {
      await world.client.workflowService.signalWorkflowExecution({
        namespace: world.namespace,
        workflowExecution: { workflowId: person.handle.workflowId },
        signalName,
        input: { payloads: [payload] },
      });
      await person.until(
        ({ lastRefusal }) =>
          lastRefusal?.refusal === 'malformed' && lastRefusal.message === signalName,
      );
    };
    const other = await Enrollee.start(world, {}, world.addUser());
    await other.handle.signal(SIGNALS.loginCompleted, await person.proof());
    const signals = (await rawEvents(world.client, other.handle.workflowId)).filter(
      (event) => 'workflowExecutionSignaledEventAttributes' in event,
    );
    const [moved] = payloadsOf(signals);
    if (moved === undefined) throw new Error('The signal is not in the history.');
    await send(SIGNALS.loginCompleted, moved);
    const [own] = await keys.plugin
      .codec()
      .encode([defaultPayloadConverter.toPayload({ by: 'admin', reason: 'test' })], {
        type: 'workflow',
        namespace: world.namespace,
        workflowId: person.handle.workflowId,
      });
    const changed = Buffer.from(own?.data ?? []);
    changed.writeUInt8(changed.readUInt8(20) ^ 1, 20);
    await send(SIGNALS.cancel, { ...own, data: changed });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
    expect(await person.logIn()).toMatchObject({ status: 'accepted' });
  });

  it('is not read by a client with other keys', async () => {
    await using keys = await payloadKeys();
    await using others = await payloadKeys();
    await using world = await createWorld({ encryption: keys.plugin });
    const person = await Enrollee.start(world);
    const stranger = clientWith(world, others);
    await expect(
      stranger.workflow.getHandle(person.handle.workflowId).query('progress'),
    ).rejects.toMatchObject({ message: expect.stringContaining(keys.kid) });
  });
});
