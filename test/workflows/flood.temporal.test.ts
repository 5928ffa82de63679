import { describe, expect, it } from '@jest/globals';
import { newestCode, startEnrollment } from '../support/client-enrollment.ts';
import { login } from '../support/login.ts';
import { createWorld, type World } from '../support/world.ts';

/** What the server takes in one message is 2 MB; its own suggestion to end a run came at 4 MB in all. */
const LARGE = 'x'.repeat(1_400_000);
/** `npm run bench:flood` sends 10,000. */
const SIGNALS = 1_000;
const AT_ONCE = 100;

async function nonsense(world: World, workflowId: string, count: number, payload: string) {
  const handle = world.client.workflow.getHandle(workflowId);
  for (let sent = 0; sent < count; sent += AT_ONCE) {
    const together = Math.min(AT_ONCE, count - sent);
    await Promise.all(Array.from({ length: together }, () => handle.signal('nonsense', payload)));
  }
}

describe('an enrollment completes', () => {
  it.each([
    ['three signals of 1.4 MB each', 3, LARGE],
    ['a thousand signals as fast as they can be sent', SIGNALS, 'x'],
  ])('though it is sent %s', async (_what, count, payload) => {
    await using world = await createWorld({ workflowThread: true });
    const enrollment = await startEnrollment(world, ['sms']);
    await enrollment.completeLogin(await login(world));
    await nonsense(world, enrollment.workflowId, count, payload);
    const code = { challenge: 1, code: newestCode(world) };
    expect(await enrollment.submitCode(code)).toMatchObject({ status: 'confirmed' });
    expect(await enrollment.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(world.emulator.inbox.messages()).toHaveLength(1);
  });
});
