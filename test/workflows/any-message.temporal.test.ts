import { describe, expect, it } from '@jest/globals';
import { Enrollee } from '../support/enrollee.ts';
import { createWorld, type World } from '../support/world.ts';

/** Sends what no client of ours would: bytes under an encoding of the sender's choice. */
async function signalBytes(world: World, workflowId: string, encoding: string, data: string) {
  const bytes = new TextEncoder();
  await world.client.workflowService.signalWorkflowExecution({
    namespace: world.namespace,
    workflowExecution: { workflowId },
    signalName: 'smsCode',
    input: {
      payloads: [{ metadata: { encoding: bytes.encode(encoding) }, data: bytes.encode(data) }],
    },
  });
}

describe('any message at all', () => {
  it.each([
    ['broken JSON', 'json/plain', '{"code":'],
    ['an unknown encoding', 'binary/encrypted', 'x'],
    ['no encoding', '', 'x'],
    ['the mark of a missing key', 'binary/key-missing', 'x'],
  ])('may be %s: it is recorded as malformed, and no workflow task fails', async (...sent) => {
    const [, encoding, data] = sent;
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await signalBytes(world, person.handle.workflowId, encoding, data);
    const { lastRefusal } = await person.untilRefused('malformed');
    expect(lastRefusal?.hint).toMatch(/could not be read: send it as JSON/);
    const { events } = await person.handle.fetchHistory();
    const failed = (events ?? []).filter((event) => event.workflowTaskFailedEventAttributes);
    expect(failed).toEqual([]);
    await person.enrollSms();
  });

  it('may have a name that is a link: no text that is shown repeats it', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    const name = '[Session expired: sign in](https://evil.example/a)';
    await person.handle.signal(name, name);
    const progress = await person.untilRefused('unknown-message');
    expect(progress.lastRefusal?.message).toBe('(not a name)');
    const by = 'ada https://evil.example';
    const deadlineMs = 7 * 24 * 3_600_000;
    const { deadline } = await person.progress();
    await person.handle.signal('extendDeadline', { deadlineMs, by, reason: name });
    await person.until((now) => now.deadline > deadline);
    await person.handle.signal('cancel', { by, reason: name });
    await person.result();
    const what = await person.timeline();
    expect(what).toContain(`deadline extended by \`${by}\``);
    expect(what.join().replaceAll(/`[^`]*`/g, '')).not.toContain('evil');
  });

  it.each(['smsCodes', 'sms-code', 'sms_code'])(
    'has its name told where it is one: %s',
    async (name) => {
      await using world = await createWorld();
      const person = await Enrollee.start(world);
      await person.handle.signal(name, '123456');
      const { lastRefusal } = await person.untilRefused('unknown-message');
      expect(lastRefusal?.message).toBe(name);
    },
  );

  it('leaves the run able to go on', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    const { handle } = person;
    const names = ['loginCompleted', 'smsCode', 'otpCode', 'changePhoneNumber', 'extendDeadline'];
    for (const name of [...names, 'noSuchMessage']) {
      await handle.signal(name);
      await handle.signal(name, null);
      await handle.signal(name, [1, 2, 3]);
      await handle.signal(name, { constructor: { prototype: 1 }, toString: 'x' });
      await handle.signal(name, 'x'.repeat(100_000));
    }
    await handle.signal('recoveryCodeSaved', 'whatever');
    await person.untilRefused('unknown-message');
    await person.enrollSms();
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });
  });
});
