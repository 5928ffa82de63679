import { describe, expect, it } from '@jest/globals';
import type { FaultAction } from '@durable-mfa/tenant-emulator';
import { ACTIVE_SMS, DELETE, held, judged, LIST, TOKEN } from '../support/auth0-record.ts';
import { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { createWorld, type World } from '../support/world.ts';

const PAGE = '<!doctype html><title>Attention required</title>';
const HTML = { 'content-type': 'text/html' };
/** A firewall's, in place of Auth0's answer. */
const FORBIDDEN: FaultAction = { status: 403, text: PAGE, headers: HTML };
/** A call tries so often by itself; then the flow holds it. */
const TRIES = 3;
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
});

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
