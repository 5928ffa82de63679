import { describe, expect, it } from '@jest/globals';
import { ASSOCIATE, TOKEN } from '../support/auth0-record.ts';
import { Enrollee } from '../support/enrollee.ts';
import { createWorld } from '../support/world.ts';

describe('a resend that waits for a call', () => {
  it('gives way to one that names another challenge; both are answered, and the run can end', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.logIn();
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'before' });
    const wrong = await person.submitting(person.wrong(), 1);
    await gate.reached;
    const older = await person.resending(1);
    const newer = await person.resending(2);
    gate.release();
    expect(await wrong.result()).toMatchObject({ status: 'wrong-code' });
    expect(await older.result()).toMatchObject({ status: 'refused', refusal: 'superseded' });
    expect(await newer.result()).toMatchObject({ status: 'refused', refusal: 'nothing-to-resend' });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
    await person.handle.signal('cancel', { by: 'admin', reason: 'test' });
    expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
  });
});
