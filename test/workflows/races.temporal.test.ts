import { describe, expect, it } from '@jest/globals';
import { ACTIVE_SMS, ASSOCIATE, held, judged, TOKEN } from '../support/auth0-record.ts';
import { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { createWorld, type World } from '../support/world.ts';

const COOLDOWN_MS = 30_000;
const OTHER_NUMBER = '+14155550199';

/** What Auth0 made of the codes that reached it, in order. */
function verdicts(world: World): string[] {
  return world.emulator.journal.entries
    .filter(({ grantType = '' }) => grantType.endsWith('mfa-oob'))
    .map(({ effect }) => effect);
}

describe('a code that arrives while one is being judged', () => {
  it('waits for the verdict, and is judged next where that was a wrong one', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'before' });
    const wrong = await person.submitting(person.wrong(), 1);
    await gate.reached;
    const right = await person.submitting(person.texted(), 1);
    expect(judged(world)).toBe(0);
    gate.release();
    expect(await wrong.result()).toMatchObject({ status: 'wrong-code', attemptsLeft: 3 });
    expect(await right.result()).toMatchObject({ status: 'confirmed', factor: 'sms' });
    expect(verdicts(world)).toEqual(['code-judged-wrong', 'authenticator-confirmed']);
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });

  it('is refused, and not judged, where that was the right one', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'after' });
    const right = await person.submitting(person.texted(), 1);
    await gate.reached;
    const late = await person.submitting(person.wrong(), 1);
    gate.release();
    expect(await right.result()).toMatchObject({ status: 'confirmed' });
    expect(await late.result()).toMatchObject({
      status: 'refused',
      refusal: 'superseded',
      next: { type: 'log-in', factor: 'totp' },
    });
    expect(verdicts(world)).toEqual(['authenticator-confirmed']);
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });

  it('joins it where it is the same: both are told the one verdict', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'before' });
    const first = await person.submitting(person.wrong(), 1);
    await gate.reached;
    const again = await person.submitting(person.wrong(), 1);
    gate.release();
    const told = { status: 'wrong-code', attemptsLeft: 3 };
    expect(await first.result()).toMatchObject(told);
    expect(await again.result()).toMatchObject(told);
    expect(judged(world)).toBe(1);
  });
});

describe('two codes at the same instant', () => {
  it('are judged one after the other, and each costs its own attempt', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    const answers = await Promise.all(
      [1, 2].map((offset) => person.submit(person.wrong(offset), 1)),
    );
    const left = answers.map((answer) =>
      answer.status === 'wrong-code' ? answer.attemptsLeft : answer.status,
    );
    expect(left.sort()).toEqual([2, 3]);
    expect(verdicts(world)).toEqual(['code-judged-wrong', 'code-judged-wrong']);
    expect((await person.progress()).next).toMatchObject({ attemptsLeft: 2 });
  });

  it.each([
    ['the wrong one first', ['wrong', 'right'], ['code-judged-wrong', 'authenticator-confirmed']],
    ['the right one first', ['right', 'wrong'], ['authenticator-confirmed']],
  ] as const)('in one workflow task, %s', async (_name, order, reached) => {
    await using world = await createWorld({ worker: false });
    const worker = await world.startWorker();
    const person = await Enrollee.loggedIn(world);
    await worker.stop();
    const codes = { wrong: person.wrong(), right: person.texted() };
    for (const which of order) await person.handle.signal('smsCode', codes[which]);
    await world.startWorker();
    await person.until(({ plan }) => plan[0]?.status === 'enrolled');
    await person.untilPhase('awaiting-login');
    expect(verdicts(world)).toEqual(reached);
    expect(held(world)).toEqual([ACTIVE_SMS]);
    expect(await person.timeline()).toContain('sms confirmed');
    if (order[0] === 'right') await person.untilRefused('superseded');
  });
});

describe('a resend or a change of number while a confirm is in flight', () => {
  const ask = {
    resend: (person: Enrollee) => person.resending(1),
    'change of number': (person: Enrollee) => person.changingPhoneNumber(OTHER_NUMBER),
  };

  it.each(['resend', 'change of number'] as const)(
    'a %s is refused, and sends nothing, where the code was right',
    async (which) => {
      await using world = await createWorld();
      const person = await Enrollee.loggedIn(world);
      await fastForward(world, person.handle, COOLDOWN_MS);
      const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'after' });
      const code = await person.submitting(person.texted(), 1);
      await gate.reached;
      const asked = await ask[which](person);
      gate.release();
      expect(await code.result()).toMatchObject({ status: 'confirmed' });
      expect(await asked.result()).toMatchObject({
        status: 'refused',
        refusal: 'already-confirmed',
        next: { type: 'log-in', factor: 'totp' },
      });
      expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
      expect(world.emulator.inbox.messages()).toHaveLength(1);
      expect(held(world)).toEqual([ACTIVE_SMS]);
    },
  );

  it.each(['resend', 'change of number'] as const)(
    'a %s is acted on, once, where the code was wrong',
    async (which) => {
      await using world = await createWorld();
      const person = await Enrollee.loggedIn(world);
      const first = person.texted();
      await fastForward(world, person.handle, COOLDOWN_MS);
      const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'before' });
      const code = await person.submitting(person.wrong(), 1);
      await gate.reached;
      const asked = await ask[which](person);
      expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
      gate.release();
      expect(await code.result()).toMatchObject({ status: 'wrong-code', attemptsLeft: 3 });
      expect(await asked.result()).toMatchObject({
        status: 'accepted',
        next: { type: 'enter-sms-code', challenge: 2, attemptsLeft: 4, sendsLeft: 3 },
      });
      await expect(person.submit(first, 1)).rejects.toMatchObject({
        cause: { type: 'superseded' },
      });
      const number = which === 'resend' ? person.phoneNumber : OTHER_NUMBER;
      expect(await person.submit(person.texted(number), 2)).toMatchObject({ status: 'confirmed' });
      await person.untilPhase('awaiting-login');
      expect(judged(world)).toBe(2);
      expect(world.emulator.journal.count(ASSOCIATE)).toBe(2);
      expect(held(world)).toEqual([ACTIVE_SMS]);
    },
  );
});

describe('a late code of challenge 1', () => {
  it('after challenge 2 was sent is refused without a request, and costs no attempt', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    const first = person.texted();
    await fastForward(world, person.handle, COOLDOWN_MS);
    await person.resend(1);
    await expect(person.submit(first, 1)).rejects.toMatchObject({ cause: { type: 'superseded' } });
    await person.handle.signal('smsCode', { code: first, challenge: 1 });
    const { next } = await person.untilRefused('superseded');
    expect(next).toMatchObject({ type: 'enter-sms-code', challenge: 2, attemptsLeft: 4 });
    expect(judged(world)).toBe(0);
    expect(await person.submit(person.texted(), 2)).toMatchObject({ status: 'confirmed' });
    await person.untilPhase('awaiting-login');
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });

  it('is refused already while challenge 2 is being sent', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    const first = person.texted();
    await fastForward(world, person.handle, COOLDOWN_MS);
    const gate = world.emulator.faults.hold({ endpoint: ASSOCIATE, when: 'before' });
    const resend = await person.resending(1);
    await gate.reached;
    await expect(person.submit(first, 1)).rejects.toMatchObject({ cause: { type: 'superseded' } });
    gate.release();
    expect(await resend.result()).toMatchObject({ next: { challenge: 2, attemptsLeft: 4 } });
    expect(judged(world)).toBe(0);
  });
});

describe('50 wrong codes at once with 3 attempts left', () => {
  it('reach Auth0 three times (I3); the others are told that none is left', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    await person.submit(person.wrong(), 1);
    const codes = Array.from({ length: 50 }, (_, index) => person.wrong(index + 2));
    const answers = await Promise.all(
      codes.map((code) => person.submit(code, 1).catch((error: unknown) => error)),
    );
    expect(judged(world)).toBe(4);
    const right = answers.filter((answer) => !(answer instanceof Error));
    expect(right).toHaveLength(3);
    for (const answer of right) expect(answer).toMatchObject({ status: 'wrong-code' });
    const refused = answers.filter((answer) => answer instanceof Error);
    for (const answer of refused) {
      expect(answer).toMatchObject({ cause: { type: 'no-attempts-left' } });
    }
    expect((await person.progress()).next).toMatchObject({ type: 'request-resend', sendsLeft: 4 });
    await expect(person.submit(person.texted(), 1)).rejects.toMatchObject({
      cause: { type: 'no-attempts-left' },
    });
    expect(judged(world)).toBe(4);
  });

  it('by signal are recorded as refused, and reach Auth0 no more often', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    await person.submit(person.wrong(), 1);
    const codes = Array.from({ length: 50 }, (_, index) => person.wrong(index + 2));
    await Promise.all(codes.map((code) => person.handle.signal('smsCode', code)));
    await person.untilPhase('awaiting-resend');
    expect(await person.timeline()).toContain('smsCode refused: no-attempts-left');
    expect(judged(world)).toBe(4);
  });
});
