import { describe, expect, it } from '@jest/globals';
import { ASSOCIATE, confirmed, held, judged, TOKEN } from '../../support/auth0-record.ts';
import { Enrollee } from '../../support/enrollee.ts';
import { LOST, refuseList, throughSettlement } from '../../support/lost-answer.ts';
import { createWorld } from '../../support/world.ts';

type Fault = (typeof LOST)[keyof typeof LOST];

function submitted(person: Enrollee, code: string, fault: Fault, times = 1) {
  person.world.emulator.faults.add({ endpoint: TOKEN, times, ...fault });
  return throughSettlement(person, TOKEN, () => person.submit(code, 1));
}

describe('a right code whose answer was lost', () => {
  it.each([
    ['confirm/dropped-after', LOST['dropped-after']],
    ['confirm/5xx-after', LOST['502-after']],
  ])('%s: is found in the list and not judged again', async (_row, fault) => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    world.emulator.faults.add({ endpoint: TOKEN, ...fault });
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    const { lastSettlement } = await person.untilPhase('awaiting-login');
    expect(lastSettlement).toMatchObject({ verdict: 'confirmed', challenge: 1 });
    expect(judged(world)).toBe(1);
    await person.enrollTotp();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
  });

  it.each([
    ['confirm/dropped-before', LOST['dropped-before']],
    ['confirm/5xx-before', LOST['502-before']],
  ])('%s: had no effect, so the same code is judged once more', async (_row, fault) => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    await submitted(person, person.texted(), fault);
    const { plan, lastSettlement } = await person.untilPhase('awaiting-login');
    expect(plan[0]).toMatchObject({ factor: 'sms', status: 'enrolled' });
    expect(lastSettlement).toMatchObject({ verdict: 'not-confirmed', challenge: 1 });
    expect(confirmed(world)).toBe(1);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
  });

  it.each([
    ['confirm/otp-dropped-after', LOST['dropped-after']],
    ['confirm/otp-dropped-before', LOST['dropped-before']],
  ])('%s: goes for a TOTP code too', async (_row, fault) => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world, { factors: ['totp'] });
    await person.scan();
    const code = person.otp();
    if (fault.when === 'before') await submitted(person, code, fault);
    else {
      world.emulator.faults.add({ endpoint: TOKEN, ...fault });
      await person.submit(code, 1);
    }
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(confirmed(world)).toBe(1);
  });
});

describe('a wrong code whose answer was lost', () => {
  it('confirm/wrong: is judged twice, the one exception of I3; costs both attempts, and is told to be wrong', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    await submitted(person, person.wrong(), LOST['dropped-after']);
    const { next } = await person.untilRefused('wrong-code');
    expect(next).toMatchObject({ type: 'enter-sms-code', attemptsLeft: 2 });
    expect(judged(world)).toBe(2);
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
  });

  it('confirm/last-attempt: is not judged again where no attempt is left for it', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    for (const offset of [1, 2, 3]) await person.submit(person.wrong(offset), 1);
    await submitted(person, person.wrong(4), LOST['dropped-after']);
    await person.untilPhase('awaiting-resend');
    expect(judged(world)).toBe(4);
  });
});

describe('an answer that the list does not make good', () => {
  it('confirm/second-loss: the person is asked, and the same digits are a new code', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    await submitted(person, person.texted(), LOST['dropped-before'], 2);
    const { next } = await person.untilRefused('code-unresolved');
    expect(next).toMatchObject({ type: 'enter-sms-code', challenge: 1, attemptsLeft: 2 });
    expect(judged(world)).toBe(0);
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
  });

  it('confirm/unreadable: nothing is repeated; a later refusal is told after the list', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    refuseList(world, 2);
    await submitted(person, person.texted(), LOST['dropped-after']);
    const { lastSettlement } = await person.untilRefused('code-unresolved');
    expect(lastSettlement).toMatchObject({ verdict: 'cannot-tell' });
    expect(judged(world)).toBe(1);
    // Auth0 refuses the spent code, but the list shows that it did its work.
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    expect(confirmed(world)).toBe(1);
  });

  it('confirm/cancelled: is not judged again once the enrollment has been cancelled', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    world.emulator.faults.add({ endpoint: TOKEN, ...LOST['dropped-before'] });
    await throughSettlement(
      person,
      TOKEN,
      () => person.handle.signal('smsCode', person.texted()),
      () => person.handle.signal('cancel', { by: 'test', reason: 'test' }),
    );
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(judged(world)).toBe(0);
    expect(held(world)).toEqual([]);
  });
});
