import { describe, expect, it } from '@jest/globals';
import type { ChildProgram } from '../support/child-program.ts';
import { Enrollee } from '../support/enrollee.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWorkerProgram } from '../support/worker-program.ts';
import { createWorld } from '../support/world.ts';

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
    const active = world.emulator.authenticators(person.user.userId).map((entry) => entry.active);
    expect(active).toEqual([true, true]);
  }, 90_000);

  it('while a text is out asks for nothing twice: the person says whether it came (I2)', async () => {
    await using folder = await temporaryFolder();
    await using world = await createWorld({ worker: false });
    const endpoint = 'POST /mfa/associate';
    world.emulator.faults.add({ endpoint, when: 'after', action: { delayMs: 60_000 } });
    const person = await Enrollee.start(world);
    {
      await using program = await startWorkerProgram(world, folder.path);
      await person.handle.signal('loginCompleted', await person.proof());
      await world.emulator.inbox.next(person.phoneNumber);
      await killed(program);
    }
    await using next = await startWorkerProgram(world, folder.path);
    const { lastRefusal } = await person.untilPhase('awaiting-resend');
    expect(lastRefusal).toMatchObject({ refusal: 'association-unresolved' });
    expect(world.emulator.inbox.messages(person.phoneNumber)).toHaveLength(1);
    await killed(next);
  }, 60_000);
});
