import { describe, expect, it } from '@jest/globals';
import { TOKEN } from './auth0-record.ts';
import { Enrollee } from './enrollee.ts';
import { fastForward } from './fast-forward.ts';
import { createWorld } from './world.ts';

const MINUTE = 60_000;
/** Of gRPC: the run has ended. */
const NOT_FOUND = 5;

describe('fastForward', () => {
  it('asked for twice at once, lets both times pass, one after the other', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    const { deadline } = await person.progress();
    const before = world.clock.now();
    const passed = [5, 10].map((minutes) => fastForward(world, person.handle, minutes * MINUTE));
    expect(await Promise.all(passed)).toEqual(['reached', 'reached']);
    expect(world.clock.now() - before).toBeGreaterThanOrEqual(15 * MINUTE);
    const left = Date.parse(deadline) - world.clock.now();
    const [ended, late] = [left + MINUTE, MINUTE].map((ms) =>
      fastForward(world, person.handle, ms),
    );
    expect(await ended).toBe('ended');
    // The next one is asked for all the same, and says itself what it met.
    await expect(late).rejects.toMatchObject({ code: NOT_FOUND });
  });

  it("does not wait for another run's", async () => {
    await using world = await createWorld();
    const idle = await Enrollee.start(world, {}, world.addUser());
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'before' });
    const busy = await Enrollee.start(world);
    const answer = busy.delivering(await busy.proof());
    await gate.reached;
    const held = fastForward(world, busy.handle, MINUTE);
    expect(await fastForward(world, idle.handle, MINUTE)).toBe('reached');
    gate.release();
    expect(await held).toBe('reached');
    await answer;
  });
});
