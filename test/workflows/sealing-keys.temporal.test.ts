import { describe, expect, it } from '@jest/globals';
import { ASSOCIATE, TOKEN } from '../support/auth0-record.ts';
import { deviceKey, Enrollee } from '../support/enrollee.ts';
import { login } from '../support/login.ts';
import { createWorld } from '../support/world.ts';

describe('a set-up is sealed to no key (I6)', () => {
  it('that comes without a login proof', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { factors: ['totp'] });
    const stranger = await deviceKey();
    const alone = { sealTo: stranger.publicKey };
    await expect(person.deliver(alone)).rejects.toMatchObject({ cause: { type: 'malformed' } });
    await person.handle.signal('loginCompleted', alone);
    await person.untilRefused('malformed');
    expect(world.emulator.journal.count(TOKEN)).toBe(0);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
    await person.logIn();
    expect(await person.setUp(stranger.kid)).toEqual({});
    expect(await person.setUp()).toHaveProperty('totp');
  });

  it('that comes with the login of another user', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { factors: ['totp'] });
    const stranger = await deviceKey();
    await person.logIn();
    const theirs = await login(world, world.addUser(), { sealTo: stranger.publicKey });
    expect(await person.deliver(theirs)).toMatchObject({ refusal: 'wrong-user' });
    expect(await person.setUp(stranger.kid)).toEqual({});
    expect(await person.setUp()).toHaveProperty('totp');
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
  });

  it('that takes the place of the one which the login began with', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { factors: ['totp'] });
    const stranger = await deviceKey();
    const exchanged = { ...(await person.proof()), sealTo: stranger.publicKey };
    expect(await person.deliver(exchanged)).toMatchObject({ refusal: 'sealing-key-mismatch' });
    expect(world.emulator.journal.count(TOKEN)).toBe(0);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
    expect(await person.setUp(stranger.kid)).toEqual({});
    await person.logIn();
    expect(await person.setUp()).toHaveProperty('totp');
  });

  it('that takes the place of the one in a proof which was delivered already', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { factors: ['totp'] });
    const stranger = await deviceKey();
    const proof = await person.proof();
    expect(await person.deliver(proof)).toMatchObject({ status: 'accepted' });
    const substituted = { ...proof, sealTo: stranger.publicKey };
    expect(await person.deliver(substituted)).toMatchObject({ refusal: 'proof-seen-before' });
    expect(await person.setUp(stranger.kid)).toEqual({});
    expect(await person.setUp()).toHaveProperty('totp');
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
  });
});

it('a set-up goes with the end, which the query tells', async () => {
  await using world = await createWorld();
  const person = await Enrollee.start(world, { factors: ['totp'] });
  await person.logIn();
  expect(Object.keys(await person.setUp())).toEqual(['totp']);
  await person.handle.signal('cancel', { by: 'ops', reason: 'left' });
  await person.result();
  expect(await person.setUp()).toEqual({ outcome: 'cancelled' });
});
