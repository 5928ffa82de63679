import { describe, expect, it } from '@jest/globals';
import {
  ACTIVE_SMS,
  ACTIVE_TOTP,
  ASSOCIATE,
  DELETE,
  exchanged,
  held,
  INACTIVE_TOTP,
  TOKEN,
} from '../support/auth0-record.ts';
import { killed } from '../support/child-program.ts';
import { deviceKey, Enrollee } from '../support/enrollee.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWorkerProgram } from '../support/worker-program.ts';
import { createWorld } from '../support/world.ts';

describe('two login proofs at once, from two devices', () => {
  it('are both taken, one after the other, and bring one text', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    const proofs = [
      await person.proof(),
      await person.proof({ sealTo: (await deviceKey()).publicKey }),
    ];
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'before' });
    const first = await person.delivering(proofs[0]);
    await gate.reached;
    const second = await person.delivering(proofs[1]);
    gate.release();
    const accepted = { status: 'accepted', next: { type: 'enter-sms-code', challenge: 1 } };
    expect(await first.result()).toMatchObject(accepted);
    expect(await second.result()).toMatchObject(accepted);
    expect(exchanged(world)).toBe(2);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
    expect(world.emulator.inbox.messages()).toHaveLength(1);
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });

  it('get one TOTP set-up, for the newer device; the older one is told which', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { factors: ['totp'] });
    const older = await deviceKey();
    const proofs = [await person.proof({ sealTo: older.publicKey }), await person.proof()];
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'before' });
    const first = await person.delivering(proofs[0]);
    await gate.reached;
    const second = await person.delivering(proofs[1]);
    gate.release();
    const next = { type: 'scan-and-enter-otp', challenge: 1, kid: person.device.kid };
    expect(await first.result()).toMatchObject({ status: 'accepted', next });
    expect(await second.result()).toMatchObject({ status: 'accepted', next });
    expect(await person.setUp(older.kid)).toEqual({});
    await person.scan();
    expect(await person.submit(person.otp(), 1)).toMatchObject({ status: 'confirmed' });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
    expect(held(world)).toEqual([ACTIVE_TOTP]);
  });

  it('of which one comes while the other’s set-up is being made leave one set-up', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { factors: ['totp'] });
    const older = await deviceKey();
    const proofs = [await person.proof({ sealTo: older.publicKey }), await person.proof()];
    const gate = world.emulator.faults.hold({ endpoint: ASSOCIATE, when: 'after' });
    const first = await person.delivering(proofs[0]);
    await gate.reached;
    const second = await person.delivering(proofs[1]);
    gate.release();
    const next = { type: 'scan-and-enter-otp', challenge: 2, kid: person.device.kid };
    expect(await first.result()).toMatchObject({ status: 'accepted', next });
    expect(await second.result()).toMatchObject({ status: 'accepted', next });
    expect(held(world)).toEqual([INACTIVE_TOTP]);
    expect(world.emulator.journal.count(DELETE)).toBe(1);
    await expect(person.submit('123456', 1)).rejects.toMatchObject({
      cause: { type: 'superseded' },
    });
    await person.scan();
    expect(await person.submit(person.otp(), 2)).toMatchObject({ status: 'confirmed' });
    expect(held(world)).toEqual([ACTIVE_TOTP]);
  });

  it('and a third: what waits is superseded by what is newer, and not exchanged', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    const proofs = [await person.proof(), await person.proof(), await person.proof()];
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'before' });
    const first = await person.delivering(proofs[0]);
    await gate.reached;
    const second = await person.delivering(proofs[1]);
    const third = await person.delivering(proofs[2]);
    expect(await second.result()).toMatchObject({ status: 'refused', refusal: 'superseded' });
    gate.release();
    expect(await first.result()).toMatchObject({ status: 'accepted' });
    expect(await third.result()).toMatchObject({ status: 'accepted', next: { challenge: 1 } });
    expect(exchanged(world)).toBe(2);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
  });
});

describe('a proof that comes again after a worker crash', () => {
  it('is not exchanged again where the crash came after it was taken', async () => {
    await using folder = await temporaryFolder();
    await using world = await createWorld({ worker: false });
    const person = await Enrollee.start(world);
    const proof = await person.proof();
    let answer;
    {
      await using program = await startWorkerProgram(world, folder.path);
      answer = await person.deliver(proof, 'request-1');
      await killed(program);
    }
    await using next = await startWorkerProgram(world, folder.path);
    expect(await person.deliver(proof, 'request-1')).toEqual(answer);
    expect(await person.deliver(proof, 'request-2')).toMatchObject({
      refusal: 'proof-seen-before',
      next: { type: 'enter-sms-code', challenge: 1 },
    });
    await person.handle.signal('loginCompleted', proof);
    await person.untilRefused('proof-seen-before');
    expect(exchanged(world)).toBe(1);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
    expect(world.emulator.inbox.messages()).toHaveLength(1);
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    next.kill('SIGKILL');
  }, 60_000);

  it('is not exchanged again where the crash came during the exchange: a new login is due', async () => {
    await using folder = await temporaryFolder();
    await using world = await createWorld({ worker: false });
    const person = await Enrollee.start(world);
    const proof = await person.proof();
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'after' });
    const answer = person.deliver(proof, 'request-1');
    {
      await using program = await startWorkerProgram(world, folder.path);
      await gate.reached;
      await killed(program);
      gate.drop();
    }
    await using next = await startWorkerProgram(world, folder.path);
    const unfinished = { refusal: 'login-unfinished', next: { type: 'log-in', factor: 'sms' } };
    expect(await answer).toMatchObject(unfinished);
    expect(await person.deliver(proof, 'request-1')).toMatchObject(unfinished);
    expect(await person.deliver(proof, 'request-2')).toMatchObject({
      refusal: 'proof-seen-before',
    });
    expect(exchanged(world)).toBe(1);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
    await person.enrollSms();
    expect(held(world)).toEqual([ACTIVE_SMS]);
    next.kill('SIGKILL');
  }, 60_000);
});
