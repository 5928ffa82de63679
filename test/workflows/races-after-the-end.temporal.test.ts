import { describe, expect, it } from '@jest/globals';
import { loginKey } from '../../client/start-enrollment.ts';
import {
  ACTIVE_SMS,
  ASSOCIATE,
  exchanged,
  held,
  judged,
  LIST,
  TOKEN,
} from '../support/auth0-record.ts';
import { clientOf, inputOf, newestCode, startEnrollment } from '../support/client-enrollment.ts';
import { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { acceptedUpdate, isTimerFired, untilEvent } from '../support/history-watch.ts';
import { login } from '../support/login.ts';
import { createWorld, PHONE_NUMBER, type World } from '../support/world.ts';

const MINUTE = 60_000;
const CANCEL = { by: 'admin', reason: 'test' };
const EXTENSION = { deadlineMs: 10 * MINUTE, by: 'admin', reason: 'was ill' };

describe('a deadline extended at the last moment', () => {
  it('does not end a run that learns of both at once', async () => {
    await using world = await createWorld({ worker: false });
    const worker = await world.startWorker();
    const person = await Enrollee.start(world, { factors: ['sms'], deadlineMs: 2 * MINUTE });
    const { deadline } = await person.progress();
    await worker.stop();
    const passed = fastForward(world, person.handle, 2 * MINUTE);
    await untilEvent(person.handle, isTimerFired);
    await person.handle.signal('extendDeadline', EXTENSION);
    await world.startWorker();
    await passed;
    const extended = await person.until((progress) => progress.deadline > deadline);
    expect(extended.phase).toBe('awaiting-login');
    expect(Date.parse(extended.deadline) - Date.parse(deadline)).toBe(8 * MINUTE);
    await person.enrollSms();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });
  });

  it('lets a person go on whose code was being judged when the deadline passed', async () => {
    await using world = await createWorld({ httpDeadlineMs: 10_000 });
    const person = await Enrollee.start(world, { factors: ['sms'], deadlineMs: 2 * MINUTE });
    await person.logIn();
    const left = Date.parse((await person.progress()).deadline) - world.clock.now();
    await fastForward(world, person.handle, left - 4_000);
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'before' });
    const code = await person.submitting(person.wrong(), 1);
    await gate.reached;
    await untilEvent(person.handle, isTimerFired);
    await person.handle.signal('extendDeadline', EXTENSION);
    gate.release();
    expect(await code.result()).toMatchObject({ status: 'wrong-code', attemptsLeft: 3 });
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(judged(world)).toBe(2);
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });

  it('comes too late once the clean-up has begun, which is recorded', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { deadlineMs: 2 * MINUTE });
    await person.logIn();
    const gate = world.emulator.faults.hold({ endpoint: LIST, when: 'before' });
    const passed = fastForward(world, person.handle, 2 * MINUTE);
    await gate.reached;
    await person.handle.signal('extendDeadline', EXTENSION);
    gate.release();
    await passed;
    expect(await person.result()).toMatchObject({ outcome: 'expired', orphans: [] });
    expect((await person.progress()).lastRefusal).toMatchObject({
      message: 'extendDeadline',
      refusal: 'ended',
    });
    expect(held(world)).toEqual([]);
  });
});

describe('a message after the end', () => {
  it('that comes during the last clean-up is told so, and reaches nobody', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.logIn();
    const proof = await person.proof();
    const gate = world.emulator.faults.hold({ endpoint: LIST, when: 'before' });
    await person.handle.signal('cancel', CANCEL);
    await gate.reached;
    const messages = [
      await person.submitting(person.texted(), 1),
      await person.delivering(proof),
      await person.resending(1),
      await person.changingPhoneNumber('+14155550199'),
    ];
    gate.release();
    for (const message of messages) {
      expect(await message.result()).toMatchObject({
        status: 'refused',
        refusal: 'ended',
        next: { type: 'nothing' },
      });
    }
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect([judged(world), exchanged(world)]).toEqual([0, 1]);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
    expect(held(world)).toEqual([]);
  });

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
