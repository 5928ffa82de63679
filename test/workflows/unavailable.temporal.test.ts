import { describe, expect, it } from '@jest/globals';
import { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { createWorld, type World } from '../support/world.ts';

const TOKEN = 'POST /oauth/token';

function entries(world: World): { kind: string; active: boolean }[] {
  return world.emulator
    .authenticators(world.user.userId)
    .map(({ kind, active }) => ({ kind, active }));
}

function judged(world: World): number {
  return world.emulator.journal.entries.filter(({ grantType = '' }) =>
    /mfa-o(ob|tp)$/.test(grantType),
  ).length;
}

describe('Auth0 that cannot be reached', () => {
  it('is asked again by itself; who waits is told until when, and nothing is lost', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.logIn();
    const limited = { status: 429, body: {}, headers: { 'retry-after': '20' } };
    const fault = world.emulator.faults.add({
      ...{ endpoint: TOKEN, when: 'before' },
      ...{ times: 1, action: limited },
    });
    expect(await person.submit(person.texted(), 1)).toMatchObject({
      status: 'pending',
      next: { type: 'wait' },
    });
    expect((await person.progress()).lastRefusal).toMatchObject({ refusal: 'rate-limited' });
    fault.remove();
    await fastForward(world, person.handle, 30_000);
    await person.until(({ plan }) => plan[0]?.status === 'enrolled');
    // The login's exchange, the request that was turned away, and the one that was not.
    expect(world.emulator.journal.count(TOKEN)).toBe(3);
    expect(judged(world)).toBe(1);
  });

  it('does not keep a cancel waiting', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.logIn();
    const limited = { status: 429, body: {}, headers: { 'retry-after': '100' } };
    world.emulator.faults.add({ endpoint: TOKEN, when: 'before', times: 9, action: limited });
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'pending' });
    await person.handle.signal('cancel', { by: 'admin', reason: 'test' });
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(entries(world)).toEqual([]);
  });
});
