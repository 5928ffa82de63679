import { describe, expect, it } from '@jest/globals';
import type { FaultAction } from '../../emulator/index.ts';
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
import { createWorld, type World } from '../support/world.ts';

const PAGE = '<!doctype html><title>Attention required</title>';
const HTML = { 'content-type': 'text/html' };
/** A firewall's, in place of Auth0's answer. */
const FORBIDDEN: FaultAction = { status: 403, text: PAGE, headers: HTML };
/** A portal's, in place of Auth0's answer. */
const WELCOME: FaultAction = { status: 200, text: PAGE, headers: HTML };
/** A call tries so often by itself; then the flow holds it. */
const TRIES = 3;
const READS = 4;
/** Past the first wait of the flow. */
const HELD_MS = 20_000;
const FOR_SMS = { factors: ['sms'] } as const;

function forbid(world: World, endpoint: string, times = TRIES): void {
  world.emulator.faults.add({ endpoint, when: 'before', times, action: FORBIDDEN });
}

/** Told that it is tried again; when the firewall lets it through, it goes on by itself. */
async function held15Seconds(person: Enrollee): Promise<void> {
  expect(await person.untilRefused('unavailable')).toMatchObject({ next: { type: 'wait' } });
  await fastForward(person.world, person.handle, HELD_MS);
}

describe('a firewall’s page in place of Auth0’s answer', () => {
  it('at every call of an enrollment is waited out, and nothing comes twice', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, FOR_SMS);
    forbid(world, TOKEN);
    await person.handle.signal('loginCompleted', await person.proof());
    await held15Seconds(person);
    await person.untilPhase('awaiting-sms-code');
    forbid(world, TOKEN);
    const given = await person.submitting(person.texted(), 1);
    await held15Seconds(person);
    await given.result();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(world.emulator.inbox.messages()).toHaveLength(1);
    expect(judged(world)).toBe(1);
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });

  it('at the text is waited out: one goes out, and no send is lost', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, FOR_SMS);
    forbid(world, ASSOCIATE);
    await person.handle.signal('loginCompleted', await person.proof());
    await held15Seconds(person);
    expect(await person.untilPhase('awaiting-sms-code')).toMatchObject({
      next: { type: 'enter-sms-code', challenge: 1, sendsLeft: 4 },
    });
    expect(world.emulator.inbox.messages()).toHaveLength(1);
  });

  it('at the clean-up is waited out: nothing is left', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world, FOR_SMS);
    forbid(world, LIST, READS);
    forbid(world, DELETE, READS);
    await person.handle.signal('cancel', { by: 'test', reason: 'test' });
    await person.untilRefused('unavailable');
    await fastForward(world, person.handle, HELD_MS);
    await fastForward(world, person.handle, HELD_MS);
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
    expect(held(world)).toEqual([]);
  });
});

describe('a page that says 200 in place of Auth0’s answer', () => {
  it('costs a login, which is told as unfinished, not as another person’s', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, FOR_SMS);
    world.emulator.faults.add({ endpoint: TOKEN, when: 'before', action: WELCOME });
    expect(await person.logIn()).toMatchObject({ status: 'refused', refusal: 'login-unfinished' });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
  });

  it('to a text that went out is settled by the list', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, FOR_SMS);
    world.emulator.faults.add({ endpoint: ASSOCIATE, when: 'after', action: WELCOME });
    const answered = person.logIn();
    await world.emulator.journal.waitFor(({ endpoint }) => endpoint === ASSOCIATE);
    await fastForward(world, person.handle, HELD_MS);
    await answered;
    expect((await person.untilPhase('awaiting-sms-code')).lastSettlement).toMatchObject({
      verdict: 'made',
    });
    expect(world.emulator.inbox.messages()).toHaveLength(2);
  });

  it('to a right code is settled by the list', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world, FOR_SMS);
    world.emulator.faults.add({ endpoint: TOKEN, when: 'after', action: WELCOME });
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    expect(judged(world)).toBe(1);
  });
});
