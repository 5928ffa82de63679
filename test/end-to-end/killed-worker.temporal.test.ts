import { describe, expect, it } from '@jest/globals';
import type { HoldRule } from '@durable-mfa/tenant-emulator';
import { ACTIVE_SMS, ASSOCIATE, DELETE, exchanged, held, TOKEN } from '../support/auth0-record.ts';
import { killed } from '../support/child-program.ts';
import { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { unreplayable } from '../support/replays.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWorkerProgram } from '../support/worker-program.ts';
import { createWorld, type World } from '../support/world.ts';

/** Longer than a heartbeat that is missed and the waits of a settlement. */
const SETTLED_MS = 30_000;

/** A first worker is killed while a request of its stands at the tenant; the next one goes on. */
async function killedDuring(
  call: HoldRule,
  act: (person: Enrollee) => Promise<unknown>,
  check: (world: World, person: Enrollee) => Promise<void>,
): Promise<void> {
  await using folder = await temporaryFolder();
  await using world = await createWorld({ worker: false });
  const gate = world.emulator.faults.hold(call);
  const person = await Enrollee.start(world);
  {
    await using program = await startWorkerProgram(world, folder.path);
    await act(person);
    await gate.reached;
    await killed(program);
    gate.drop();
  }
  await world.startWorker();
  await fastForward(world, person.handle, SETTLED_MS);
  await check(world, person);
  expect(await unreplayable([person.handle])).toEqual([]);
}

describe('a worker process that is killed while a call is under way', () => {
  it('login/worker-killed: a new login is asked for, and none is exchanged twice', () => {
    let proof: unknown;
    return killedDuring(
      { endpoint: TOKEN, when: 'after' },
      async (person) => {
        proof = await person.proof();
        await person.delivering(proof, 'request-1');
      },
      async (world, person) => {
        expect(await person.deliver(proof, 'request-1')).toMatchObject({
          refusal: 'login-unfinished',
          next: { type: 'log-in', factor: 'sms' },
        });
        expect(await person.deliver(proof, 'request-2')).toMatchObject({
          refusal: 'proof-seen-before',
        });
        expect(exchanged(world)).toBe(1);
        expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
      },
    );
  });

  it('associate-sms/worker-killed-before: nothing was sent, so there is one text (I2)', () =>
    killedDuring(
      { endpoint: ASSOCIATE, when: 'before' },
      async (person) => person.handle.signal('loginCompleted', await person.proof()),
      async (world, person) => {
        const { next, lastSettlement } = await person.untilPhase('awaiting-sms-code');
        expect(lastSettlement).toMatchObject({ verdict: 'not-made', challenge: 1 });
        expect(next).toMatchObject({ challenge: 2, sendsLeft: 4 });
        expect(world.emulator.inbox.messages(person.phoneNumber)).toHaveLength(1);
      },
    ));

  it('associate-sms/worker-killed-after: the text is of no use; there is one more (I2)', () =>
    killedDuring(
      { endpoint: ASSOCIATE, when: 'after' },
      async (person) => person.handle.signal('loginCompleted', await person.proof()),
      async (world, person) => {
        const { next, lastSettlement } = await person.untilPhase('awaiting-sms-code');
        expect(lastSettlement).toMatchObject({ verdict: 'made', challenge: 1 });
        expect(next).toMatchObject({ challenge: 2, sendsLeft: 3 });
        expect(world.emulator.inbox.messages(person.phoneNumber)).toHaveLength(2);
        await person.submit(person.texted(), 2);
        await person.untilPhase('awaiting-login');
        expect(held(world)).toEqual([ACTIVE_SMS]);
      },
    ));

  it('confirm/worker-killed: the list says that the code was right; it is not judged again', () =>
    killedDuring(
      { endpoint: TOKEN, nth: 2, when: 'after' },
      async (person) => {
        await person.logIn();
        await person.handle.signal('smsCode', person.texted());
      },
      async (world, person) => {
        const { plan, lastSettlement } = await person.untilPhase('awaiting-login');
        expect(lastSettlement).toMatchObject({ verdict: 'confirmed' });
        expect(plan[0]).toMatchObject({ status: 'enrolled' });
        // The one that was cut off is written down as well.
        expect(world.emulator.journal.count(TOKEN)).toBe(2);
      },
    ));

  it('delete/worker-killed: that it is gone already is a success', () =>
    killedDuring(
      { endpoint: DELETE, when: 'after' },
      async (person) => {
        await person.logIn();
        await person.handle.signal('cancel', { by: 'test', reason: 'test' });
      },
      async (world, person) => {
        expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
        expect(world.emulator.journal.count(DELETE, { status: 404 })).toBe(1);
      },
    ));
});
