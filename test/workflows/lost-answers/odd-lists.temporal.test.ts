import { describe, expect, it } from '@jest/globals';
import {
  ACTIVE_SMS,
  ASSOCIATE,
  confirmed,
  DELETE,
  held,
  INACTIVE_SMS,
  judged,
  LIST,
  TOKEN,
} from '../../support/auth0-record.ts';
import { Enrollee } from '../../support/enrollee.ts';
import { LOST, throughSettlement } from '../../support/lost-answer.ts';
import { createWorld, type World } from '../../support/world.ts';

const FOR_SMS = { factors: ['sms'] } as const;
const MASKED_AS_IN_THE_GUIDES = { emulator: { settings: { phoneNames: 'first-digits' } } } as const;

/** Entries of which little can be read, before what the tenant holds. */
const ODD = [
  null,
  'sms',
  {},
  { id: 7, active: false },
  { id: 'sms|dev_without', oob_channel: 'sms', name: { masked: true } },
  { id: 'passkey|dev_unknown', type: 'passkey', active: false, name: 3 },
];

function show(world: World, entries: readonly unknown[]): void {
  const action = { status: 200, body: entries };
  world.emulator.faults.add({ endpoint: LIST, when: 'before', action });
}

/** What the tenant holds, with a name that nobody can read. */
function entriesOf({ emulator, user }: World): readonly object[] {
  return emulator.authenticators(user.userId).map(({ id, active }) => ({ id, active, name: [] }));
}

describe('a list with odd entries', () => {
  it('list/odd-entries: does not keep anybody from enrolling, and none of them is touched', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    show(world, ODD);
    await person.enrollSms();
    show(world, [...ODD, ...entriesOf(world)]);
    await person.logIn();
    await person.scan();
    show(world, [...ODD, ...entriesOf(world)]);
    await person.handle.signal('cancel', { by: 'test', reason: 'test' });
    expect(await person.result()).toMatchObject({
      ...{ outcome: 'cancelled', orphans: [] },
      factors: [{ status: 'enrolled' }, { status: 'in-progress' }],
    });
    expect(world.emulator.journal.count(DELETE)).toBe(1);
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });
});

describe('an entry that does not say whether it is active', () => {
  it('associate-sms/not-said: may be what a lost answer made, so nothing is sent or deleted', async () => {
    await using world = await createWorld({ emulator: { settings: { activeListed: false } } });
    const person = await Enrollee.start(world, FOR_SMS);
    world.emulator.faults.add({ endpoint: ASSOCIATE, ...LOST['dropped-after'] });
    await throughSettlement(person, ASSOCIATE, () => person.logIn());
    const { lastSettlement } = await person.untilRefused('association-unresolved');
    expect(lastSettlement).toMatchObject({ verdict: 'cannot-tell', challenge: 1 });
    await person.handle.signal('cancel', { by: 'test', reason: 'test' });
    const [{ id: authenticatorId } = {}] = world.emulator.authenticators(world.user.userId);
    expect(await person.result()).toMatchObject({
      outcome: 'cancelled',
      orphans: [{ factor: 'sms', why: 'cannot-tell-ours', authenticatorId }],
    });
    expect(world.emulator.inbox.messages()).toHaveLength(1);
    expect(world.emulator.journal.count(DELETE)).toBe(0);
    expect(held(world)).toEqual([INACTIVE_SMS]);
  });

  it('confirm/not-said: does not count as confirmed; the code is asked for again', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world, FOR_SMS);
    world.emulator.configure({ activeListed: false });
    world.emulator.faults.add({ endpoint: TOKEN, ...LOST['dropped-after'] });
    await throughSettlement(person, TOKEN, () => person.submit(person.texted(), 1));
    const { lastSettlement } = await person.untilRefused('code-unresolved');
    expect(lastSettlement).toMatchObject({ verdict: 'cannot-tell', challenge: 1 });
    expect(judged(world)).toBe(1);
    world.emulator.configure({ activeListed: true });
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    expect(confirmed(world)).toBe(1);
  });
});

describe('a number that is masked at its end', () => {
  it('associate-sms/masked-end: is ours: what the lost answer made is deleted, once more', async () => {
    await using world = await createWorld(MASKED_AS_IN_THE_GUIDES);
    const person = await Enrollee.start(world, FOR_SMS);
    world.emulator.faults.add({ endpoint: ASSOCIATE, ...LOST['dropped-after'] });
    await throughSettlement(person, ASSOCIATE, () => person.logIn());
    const { lastSettlement } = await person.untilPhase('awaiting-sms-code');
    expect(lastSettlement).toMatchObject({ verdict: 'made', challenge: 1 });
    expect(world.emulator.inbox.messages()).toHaveLength(2);
    expect(held(world)).toEqual([INACTIVE_SMS]);
    expect(await person.submit(person.texted(), 2)).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
  });

  it('confirm/masked-end: is ours: the lost answer to a right code is found in the list', async () => {
    await using world = await createWorld(MASKED_AS_IN_THE_GUIDES);
    const person = await Enrollee.loggedIn(world, FOR_SMS);
    world.emulator.faults.add({ endpoint: TOKEN, ...LOST['dropped-after'] });
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    expect(judged(world)).toBe(1);
  });
});
