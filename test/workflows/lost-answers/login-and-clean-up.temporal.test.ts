import { describe, expect, it } from '@jest/globals';
import { ASSOCIATE, DELETE, held, INACTIVE_SMS, LIST, TOKEN } from '../../support/auth0-record.ts';
import { Enrollee } from '../../support/enrollee.ts';
import { fastForward } from '../../support/fast-forward.ts';
import { LOST } from '../../support/lost-answer.ts';
import { createWorld, type World } from '../../support/world.ts';

describe('a login whose answer was lost', () => {
  it.each([
    ['login/dropped-before', LOST['dropped-before']],
    ['login/dropped-after', LOST['dropped-after']],
    ['login/5xx-before', LOST['502-before']],
    ['login/5xx-after', LOST['502-after']],
  ])('%s: a new one is asked for; its code is not exchanged again', async (_row, fault) => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    world.emulator.faults.add({ endpoint: TOKEN, ...fault });
    expect(await person.logIn()).toMatchObject({
      status: 'refused',
      refusal: 'login-unfinished',
      next: { type: 'log-in', factor: 'sms' },
    });
    expect(world.emulator.journal.count(TOKEN)).toBe(1);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
    await person.enrollSms();
  });

  it('login/list-lost-once: the read alone is repeated', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    world.emulator.faults.add({ endpoint: LIST, ...LOST['dropped-before'] });
    expect(await person.logIn()).toMatchObject({ status: 'accepted' });
    expect(world.emulator.journal.count(TOKEN)).toBe(1);
    expect(world.emulator.journal.count(LIST)).toBe(2);
  });

  it('login/list-unreadable: a new one is asked for', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    world.emulator.faults.add({ endpoint: LIST, times: 2, ...LOST['dropped-before'] });
    expect(await person.logIn()).toMatchObject({ refusal: 'login-unfinished' });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
    await person.enrollSms();
  });
});

describe('a clean-up', () => {
  const cancelled = async (world: World) => {
    const person = await Enrollee.loggedIn(world);
    return {
      person,
      result: async () => {
        await person.handle.signal('cancel', { by: 'test', reason: 'test' });
        return person.result();
      },
    };
  };

  it.each([
    ['delete/dropped-before', LOST['dropped-before']],
    ['delete/dropped-after', LOST['dropped-after']],
    ['delete/5xx-before', LOST['502-before']],
    ['delete/5xx-after', LOST['502-after']],
  ])('%s: is repeated; that it is gone already is a success', async (_row, fault) => {
    await using world = await createWorld();
    const { result } = await cancelled(world);
    world.emulator.faults.add({ endpoint: DELETE, ...fault });
    expect(await result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(world.emulator.journal.count(DELETE)).toBe(2);
    expect(held(world)).toEqual([]);
  });

  it('list/dropped: is repeated', async () => {
    await using world = await createWorld();
    const { result } = await cancelled(world);
    world.emulator.faults.add({ endpoint: LIST, ...LOST['dropped-before'] });
    expect(await result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(held(world)).toEqual([]);
  });

  it.each([
    ['list/held', LIST],
    ['delete/held', DELETE],
  ])('%s: is tried again later where Auth0 asks for patience', async (_row, endpoint) => {
    await using world = await createWorld();
    const { person } = await cancelled(world);
    const action = { status: 429, body: {}, headers: { 'retry-after': '60' } };
    world.emulator.faults.add({ endpoint, when: 'before', action });
    await person.handle.signal('cancel', { by: 'test', reason: 'test' });
    const { phase, next } = await person.untilRefused('rate-limited');
    expect(phase).toBe('cleaning-up');
    expect(next).toMatchObject({ type: 'wait', until: expect.any(String) });
    await fastForward(world, person.handle, 90_000);
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(held(world)).toEqual([]);
  });

  it('list/unreadable: deletes nothing unseen, and reports what is left', async () => {
    await using world = await createWorld();
    const { person } = await cancelled(world);
    world.emulator.faults.add({ endpoint: LIST, times: 1_000, ...LOST['dropped-before'] });
    await person.handle.signal('cancel', { by: 'test', reason: 'test' });
    await person.untilRefused('unavailable');
    await fastForward(world, person.handle, 10 * 60_000);
    expect(await person.result()).toMatchObject({
      orphans: [{ factor: 'sms', why: 'no-live-token' }],
    });
    expect(world.emulator.journal.count(DELETE)).toBe(0);
    expect(held(world)).toEqual([INACTIVE_SMS]);
  });

  it('delete/refused: is not tried for ever, and what is left is reported', async () => {
    await using world = await createWorld();
    const { result } = await cancelled(world);
    const action = { status: 403, body: { error: 'something_new' } };
    world.emulator.faults.add({ endpoint: DELETE, when: 'before', times: 9, action });
    expect(await result()).toMatchObject({
      orphans: [{ factor: 'sms', why: 'deletion-refused', authenticatorId: expect.any(String) }],
    });
    expect(world.emulator.journal.count(DELETE)).toBe(1);
  });
});
