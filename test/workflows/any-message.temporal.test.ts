import { describe, expect, it } from '@jest/globals';
import { Enrollee } from '../support/enrollee.ts';
import { tasksFailed } from '../support/history-watch.ts';
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

/** What no converter of ours can read. */
const UNREADABLE = [
  ['broken JSON', 'json/plain', '{"code":'],
  ['an unknown encoding', 'binary/encrypted', 'x'],
  ['no encoding', '', 'x'],
  ['the mark of a missing key', 'binary/key-missing', 'x'],
] as const;

describe('any message at all', () => {
  it('may be one that cannot be read: it is recorded as malformed, and no workflow task fails', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    let refusedAt = '';
    for (const [, encoding, data] of UNREADABLE) {
      await signalBytes(world, person.handle.workflowId, encoding, data);
      const { lastRefusal } = await person.until(
        ({ lastRefusal: { at = '' } = {} }) => at > refusedAt,
      );
      expect(lastRefusal).toMatchObject({
        refusal: 'malformed',
        hint: expect.stringMatching(/could not be read: send it as JSON/),
      });
      refusedAt = lastRefusal?.at ?? '';
    }
    expect(await tasksFailed(person.handle)).toBe(0);
    await person.enrollSms();
  });
});
