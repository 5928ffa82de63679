import { describe, expect, it } from '@jest/globals';
import { loginKey } from '../../client/start-enrollment.ts';
import { ACTIVE_SMS, ASSOCIATE, exchanged, held, judged, LIST } from '../support/auth0-record.ts';
import { clientOf, inputOf, newestCode, startEnrollment } from '../support/client-enrollment.ts';
import { acceptedUpdate, untilEvent } from '../support/history-watch.ts';
import { login } from '../support/login.ts';
import { createWorld, PHONE_NUMBER, type World } from '../support/world.ts';

const MINUTE = 60_000;
const CANCEL = { by: 'admin', reason: 'test' };
const EXTENSION = { deadlineMs: 10 * MINUTE, by: 'admin', reason: 'was ill' };

describe('a message after the end', () => {
  it('is told how it ended, whichever message it is, and reaches nobody', async () => {
    await using world = await createWorld();
    const enrollment = await startEnrollment(world);
    await enrollment.cancel(CANCEL);
    await enrollment.result();
    const proof = await login(world);
    const requests = world.emulator.journal.entries.length;
    for (const say of [
      () => enrollment.completeLogin(proof),
      () => enrollment.submitCode({ challenge: 1, code: '123456' }),
      () => enrollment.resendCode({ challenge: 1 }),
      () => enrollment.changePhoneNumber('+14155550199'),
      () => enrollment.cancel(CANCEL),
      () => enrollment.extendDeadline(EXTENSION),
      () => enrollment.recoveryCodeSaved(),
    ]) {
      await expect(say()).rejects.toMatchObject({
        code: 'enrollment-ended',
        outcome: 'cancelled',
      });
    }
    expect(await enrollment.progress()).toMatchObject({
      phase: 'cancelled',
      next: { type: 'nothing' },
    });
    expect(world.emulator.journal.entries).toHaveLength(requests);
  });
});

describe('start, cancel, start again for the same user', () => {
  const input = (world: World) => ({ ...inputOf(world), factors: ['sms'] as const });

  it('is a new enrollment, to which nothing of the first one counts', async () => {
    await using world = await createWorld();
    const first = await clientOf(world).start(input(world));
    await first.enrollment.completeLogin(await login(world));
    const code = newestCode(world);
    await first.enrollment.cancel(CANCEL);
    expect(await first.enrollment.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(held(world)).toEqual([]);
    const second = await clientOf(world).start(input(world));
    expect(second.started).toBe(true);
    expect(await second.enrollment.submitCode({ challenge: 1, code })).toMatchObject({
      refusal: 'no-code-expected',
    });
    expect(judged(world)).toBe(0);
    const answer = await second.enrollment.completeLogin(await login(world));
    expect(answer).toMatchObject({ next: { challenge: 1, sendsLeft: 4 } });
    const right = { challenge: 1, code: newestCode(world) };
    expect(await second.enrollment.submitCode(right)).toMatchObject({ status: 'confirmed' });
    expect(await second.enrollment.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(held(world)).toEqual([ACTIVE_SMS]);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(2);
  });

  it('before the first one has cleaned up waits for it, and uses the login that it brings', async () => {
    await using world = await createWorld();
    const first = await clientOf(world).start(input(world));
    await first.enrollment.completeLogin(await login(world));
    const gate = world.emulator.faults.hold({ endpoint: LIST, when: 'before' });
    await first.enrollment.cancel(CANCEL);
    await gate.reached;
    const proof = await login(world);
    const text = world.emulator.inbox.messages(PHONE_NUMBER).at(-1);
    const starting = clientOf(world).start({ ...input(world), login: proof });
    const handle = world.client.workflow.getHandle(first.enrollment.workflowId);
    await untilEvent(
      handle,
      (event) => acceptedUpdate(event) === `completeLogin:${loginKey(proof)}`,
    );
    gate.release();
    const { enrollment, started } = await starting;
    expect(started).toBe(true);
    expect(await first.enrollment.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    const { code } = await world.emulator.inbox.next(PHONE_NUMBER, { after: text?.id ?? '' });
    expect(await enrollment.submitCode({ challenge: 1, code })).toMatchObject({
      status: 'confirmed',
    });
    expect(await enrollment.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(held(world)).toEqual([ACTIVE_SMS]);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(2);
    expect(exchanged(world)).toBe(2);
  });
});
