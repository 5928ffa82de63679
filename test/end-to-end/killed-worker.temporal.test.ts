import { describe, expect, it } from '@jest/globals';
import type { ChildProgram } from '../support/child-program.ts';
import { Enrollee } from '../support/enrollee.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWorkerProgram } from '../support/worker-program.ts';
import { createWorld, type World } from '../support/world.ts';

type Step = (person: Enrollee) => Promise<unknown>;

/** The happy path; each step is done when its answer is there. */
const STEPS: readonly (readonly [string, Step])[] = [
  ['the start', (person) => person.progress()],
  ['the first login', (person) => person.logIn()],
  ['the SMS code', (person) => person.submit(person.texted(), 1)],
  ['the second login', (person) => person.logIn()],
  ['the set-up', (person) => person.scan()],
  ['the OTP', (person) => person.submit(person.otp(), 2)],
];

const TOKEN = 'POST /oauth/token';
const ASSOCIATE = 'POST /mfa/associate';
const LIST = 'GET /mfa/authenticators';
const DELETE = 'DELETE /mfa/authenticators/{id}';

interface Played {
  readonly world: World;
  readonly person: Enrollee;
}

/** A first worker runs until `act` is through and is killed; the next one goes on. */
async function killedDuring(
  act: (played: Played) => Promise<unknown>,
  check: (played: Played) => Promise<void>,
): Promise<void> {
  await using folder = await temporaryFolder();
  await using world = await createWorld({ worker: false });
  const person = await Enrollee.start(world);
  {
    await using program = await startWorkerProgram(world, folder.path);
    await act({ world, person });
    await killed(program);
  }
  await using next = await startWorkerProgram(world, folder.path);
  await check({ world, person });
  await killed(next);
}

function active(world: World): boolean[] {
  return world.emulator.authenticators(world.user.userId).map((entry) => entry.active);
}

async function killed(program: ChildProgram): Promise<void> {
  program.kill('SIGKILL');
  expect(await program.ended).toBe('SIGKILL');
}

describe('a worker process that is killed', () => {
  it('after every step of the happy path changes neither outcome nor texts (I7)', async () => {
    await using folder = await temporaryFolder();
    await using world = await createWorld({ worker: false });
    const person = await Enrollee.start(world);
    for (const [, step] of STEPS) {
      await using program = await startWorkerProgram(world, folder.path);
      await step(person);
      await killed(program);
    }
    await using last = await startWorkerProgram(world, folder.path);
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    await killed(last);
    expect(world.emulator.journal.count('POST /mfa/associate')).toBe(2);
    // One of ours, and the challenge of the second login.
    expect(world.emulator.inbox.messages(person.phoneNumber)).toHaveLength(2);
    expect(active(world)).toEqual([true, true]);
  }, 90_000);
});

describe('a worker process that is killed while a call is under way', () => {
  const held = { delayMs: 60_000 };

  it('login/worker-killed: a new login is asked for, and none is exchanged twice', () =>
    killedDuring(
      async ({ world, person }) => {
        world.emulator.faults.add({ endpoint: LIST, when: 'before', action: held });
        await person.handle.signal('loginCompleted', await person.proof());
        await world.emulator.journal.waitFor(({ endpoint }) => endpoint === TOKEN);
      },
      async ({ world, person }) => {
        await person.untilRefused('login-unfinished');
        expect(world.emulator.journal.count(TOKEN)).toBe(1);
        expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
      },
    ));

  it('associate-sms/worker-killed-after: the text is of no use; there is one more (I2)', () =>
    killedDuring(
      async ({ world, person }) => {
        world.emulator.faults.add({ endpoint: ASSOCIATE, when: 'after', action: held });
        await person.handle.signal('loginCompleted', await person.proof());
        await world.emulator.inbox.next(person.phoneNumber);
      },
      async ({ world, person }) => {
        const { next, lastSettlement } = await person.untilPhase('awaiting-sms-code');
        expect(lastSettlement).toMatchObject({ verdict: 'made', challenge: 1 });
        expect(next).toMatchObject({ challenge: 2, sendsLeft: 3 });
        expect(world.emulator.inbox.messages(person.phoneNumber)).toHaveLength(2);
        await person.submit(person.texted(), 2);
        await person.untilPhase('awaiting-login');
        expect(active(world)).toEqual([true]);
      },
    ));

  it('confirm/worker-killed: the list says that the code was right; it is not judged again', () =>
    killedDuring(
      async ({ world, person }) => {
        await person.logIn();
        world.emulator.faults.add({ endpoint: TOKEN, when: 'after', action: held });
        await person.handle.signal('smsCode', person.texted());
        await person.until(() => active(world).includes(true));
      },
      async ({ world, person }) => {
        const { plan, lastSettlement } = await person.untilPhase('awaiting-login');
        expect(lastSettlement).toMatchObject({ verdict: 'confirmed' });
        expect(plan[0]).toMatchObject({ status: 'enrolled' });
        // The login's. That of the code is written down when its answer is through.
        expect(world.emulator.journal.count(TOKEN)).toBe(1);
      },
    ));

  it('delete/worker-killed: that it is gone already is a success', () =>
    killedDuring(
      async ({ world, person }) => {
        await person.logIn();
        world.emulator.faults.add({ endpoint: DELETE, when: 'after', action: held });
        await person.handle.signal('cancel', { by: 'test', reason: 'test' });
        await person.until(() => active(world).length === 0);
      },
      async ({ world, person }) => {
        expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
        expect(world.emulator.journal.count(DELETE, { status: 404 })).toBe(1);
      },
    ));
});
