import { describe, expect, it } from '@jest/globals';
import type { Gate } from '../../emulator/index.ts';
import {
  ACTIVE_SMS,
  ASSOCIATE,
  DELETE,
  held,
  judged,
  LIST,
  TOKEN,
} from '../support/auth0-record.ts';
import { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { isTimerFired, untilEvent } from '../support/history-watch.ts';
import { createWorld, type World } from '../support/world.ts';

const DEADLINE_MS = 120_000;
/** Left of the enrollment when the call begins; the rest of it passes in real time. */
const LAST_MOMENT_MS = 4_000;
/** Longer than that: Auth0 is slow, not silent. */
const HTTP_DEADLINE_MS = 10_000;
const CANCEL = { by: 'admin', reason: 'left the company' };

type Ending = 'cancelled' | 'expired';

/** Something that ends the enrollment: made ready before the call begins, come while it hangs. */
const ENDINGS = {
  cancelled: {
    approach: () => Promise.resolve(),
    come: (person: Enrollee) => person.handle.signal('cancel', CANCEL),
    answer: (status: string) => ({ status, next: { type: 'nothing' } }),
  },
  expired: {
    approach: async (person: Enrollee) => {
      const { deadline } = await person.progress();
      const left = Date.parse(deadline) - person.world.clock.now();
      await fastForward(person.world, person.handle, left - LAST_MOMENT_MS);
    },
    come: (person: Enrollee) => untilEvent(person.handle, isTimerFired),
    // Who has waited five seconds when the next call begins is answered before it.
    answer: (status: string) => ({ status: expect.stringMatching(`^(${status}|pending)$`) }),
  },
} as const;

function open(): Promise<World> {
  return createWorld({ httpDeadlineMs: HTTP_DEADLINE_MS });
}

async function meets(ending: Ending, person: Enrollee, gate: Gate): Promise<void> {
  await gate.reached;
  await ENDINGS[ending].come(person);
}

describe.each([
  ['a cancel', 'cancelled'],
  ['the deadline', 'expired'],
] as const)('%s while', (_name, ending) => {
  it('an associate is in flight: it ends, and what it made is deleted', async () => {
    await using world = await open();
    const person = await Enrollee.start(world, { deadlineMs: DEADLINE_MS });
    const proof = await person.proof();
    await ENDINGS[ending].approach(person);
    const gate = world.emulator.faults.hold({ endpoint: ASSOCIATE, when: 'after' });
    const login = await person.delivering(proof);
    await meets(ending, person, gate);
    expect(held(world)).toEqual([{ kind: 'sms', active: false }]);
    gate.release();
    // It was taken, and has come to nothing.
    expect(await login.result()).toMatchObject(ENDINGS[ending].answer('refused'));
    expect(await person.result()).toMatchObject({
      outcome: ending,
      factors: [{ status: 'in-progress' }, { status: 'pending' }],
      orphans: [],
    });
    expect(held(world)).toEqual([]);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
    expect(world.emulator.journal.count(DELETE)).toBe(1);
  });

  it('a confirm is in flight: confirmed is confirmed, and stays', async () => {
    await using world = await open();
    const person = await Enrollee.start(world, { deadlineMs: DEADLINE_MS });
    await person.logIn();
    await ENDINGS[ending].approach(person);
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'before' });
    const code = await person.submitting(person.texted(), 1);
    await meets(ending, person, gate);
    gate.release();
    expect(await code.result()).toMatchObject({ status: 'confirmed', factor: 'sms' });
    expect(await person.result()).toMatchObject({
      outcome: ending,
      factors: [
        { factor: 'sms', status: 'enrolled' },
        { factor: 'totp', status: 'pending' },
      ],
      orphans: [],
    });
    expect(held(world)).toEqual([ACTIVE_SMS]);
    expect(judged(world)).toBe(1);
    expect(world.emulator.journal.count(DELETE)).toBe(0);
  });

  it('the last confirm is in flight: every factor is confirmed, so the user is enrolled', async () => {
    await using world = await open();
    const person = await Enrollee.start(world, { factors: ['sms'], deadlineMs: DEADLINE_MS });
    await person.logIn();
    await ENDINGS[ending].approach(person);
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'after' });
    const code = await person.submitting(person.texted(), 1);
    await meets(ending, person, gate);
    gate.release();
    expect(await code.result()).toMatchObject({ status: 'confirmed', next: { type: 'nothing' } });
    expect(await person.result()).toMatchObject({
      outcome: 'enrolled',
      factors: [{ factor: 'sms', status: 'enrolled' }],
    });
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });

  it('a deletion is in flight: it ends, and is not asked for again', async () => {
    await using world = await open();
    const person = await Enrollee.start(world, { factors: ['totp'], deadlineMs: DEADLINE_MS });
    await person.logIn();
    for (const code of ['000001', '000002', '000003']) await person.submit(code, 1);
    await ENDINGS[ending].approach(person);
    const gate = world.emulator.faults.hold({ endpoint: DELETE, when: 'before' });
    const last = await person.submitting('000004', 1);
    await meets(ending, person, gate);
    gate.release();
    expect(await last.result()).toMatchObject({ status: 'wrong-code', attemptsLeft: 0 });
    expect(await person.result()).toMatchObject({ outcome: ending, orphans: [] });
    expect(held(world)).toEqual([]);
    expect(world.emulator.journal.count(DELETE)).toBe(1);
    expect(world.emulator.journal.count(LIST)).toBe(2);
  });
});

describe('a cancel while', () => {
  it('an associate is in flight whose reply is lost: it is found and deleted', async () => {
    await using world = await open();
    const person = await Enrollee.start(world);
    const gate = world.emulator.faults.hold({ endpoint: ASSOCIATE, when: 'after' });
    await person.handle.signal('loginCompleted', await person.proof());
    await meets('cancelled', person, gate);
    gate.drop();
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(held(world)).toEqual([]);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
    expect(world.emulator.inbox.messages()).toHaveLength(1);
  });

  it('a confirm is in flight whose reply is lost: Auth0’s list says that it is confirmed', async () => {
    await using world = await open();
    const person = await Enrollee.start(world);
    await person.logIn();
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'after' });
    const code = await person.submitting(person.texted(), 1);
    await meets('cancelled', person, gate);
    gate.drop();
    expect(await code.result()).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({
      outcome: 'cancelled',
      factors: [{ status: 'enrolled' }, { status: 'pending' }],
      orphans: [],
    });
    expect(held(world)).toEqual([ACTIVE_SMS]);
    expect(world.emulator.journal.count(DELETE)).toBe(0);
  });

  it('a confirm is in flight of a wrong code: it is told, and the orphan is deleted', async () => {
    await using world = await open();
    const person = await Enrollee.start(world);
    await person.logIn();
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'before' });
    const code = await person.submitting(person.wrong(), 1);
    await meets('cancelled', person, gate);
    const late = await person.submitting(person.texted(), 1);
    gate.release();
    expect(await code.result()).toMatchObject({ status: 'wrong-code', attemptsLeft: 3 });
    // It came when the end had come already.
    expect(await late.result()).toMatchObject({ refusal: 'ended', next: { type: 'nothing' } });
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(judged(world)).toBe(1);
    expect(held(world)).toEqual([]);
    expect(world.emulator.journal.count(DELETE)).toBe(1);
  });
});
