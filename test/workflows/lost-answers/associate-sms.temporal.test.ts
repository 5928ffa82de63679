import { describe, expect, it } from '@jest/globals';
import { activityBench, openSession } from '../../support/activity-bench.ts';
import {
  ACTIVE_SMS,
  ASSOCIATE,
  DELETE,
  held,
  INACTIVE_SMS,
  LIST,
} from '../../support/auth0-record.ts';
import { Enrollee, RESENDS } from '../../support/enrollee.ts';
import { fastForward } from '../../support/fast-forward.ts';
import { LOST, refuseList, throughSettlement } from '../../support/lost-answer.ts';
import { createWorld, type World, type WorldOptions } from '../../support/world.ts';

type Fault = (typeof LOST)[keyof typeof LOST];

interface Story {
  readonly fault?: Fault;
  readonly times?: number;
  readonly world?: WorldOptions;
  /** Before the login. */
  readonly first?: (world: World) => Promise<unknown>;
  /** Once the answer is lost, before the list is read. */
  readonly meanwhile?: (world: World, person: Enrollee) => Promise<unknown>;
}

/** A first login whose text's answer is lost. */
async function played(
  { fault, times = 1, ...story }: Story,
  check: (world: World, person: Enrollee) => Promise<void>,
): Promise<void> {
  await using world = await createWorld(story.world);
  await story.first?.(world);
  const person = await Enrollee.start(world);
  if (fault !== undefined) world.emulator.faults.add({ endpoint: ASSOCIATE, times, ...fault });
  const proof = await person.proof();
  await throughSettlement(
    person,
    ASSOCIATE,
    () => person.deliver(proof),
    async () => story.meanwhile?.(world, person),
  );
  await check(world, person);
}

/** Somebody else enrolls the same user, without this service. */
async function enrollOutside(world: World, phoneNumber: string): Promise<void> {
  await using bench = activityBench(world);
  const { accessToken } = await openSession(world, bench);
  const session = { tenant: world.tenant, accessToken, notAfter: Infinity };
  await bench.run(bench.activities.associate, { ...session, factor: 'sms', phoneNumber });
}

/** Of the list; the first is that of the login. */
function reads(world: World): number {
  return world.emulator.journal.count(LIST);
}

function texts(world: World, person: Enrollee): number {
  return world.emulator.inbox.messages(person.phoneNumber).length;
}

/** The person goes on as if nothing had been, and nothing is left behind (I8). */
async function finishes(world: World, person: Enrollee, challenge: number): Promise<void> {
  expect(await person.submit(person.texted(), challenge)).toMatchObject({ status: 'confirmed' });
  await person.untilPhase('awaiting-login');
  expect(held(world)).toEqual([ACTIVE_SMS]);
}

describe('a text whose answer was lost, and that was never sent', () => {
  it.each([
    ['associate-sms/dropped-before', LOST['dropped-before']],
    ['associate-sms/5xx-before', LOST['502-before']],
  ])('%s: the list shows nothing, twice; it is asked for once more', (_row, fault) =>
    played({ fault }, async (world, person) => {
      const { lastSettlement } = await person.untilPhase('awaiting-sms-code');
      expect(lastSettlement).toMatchObject({ verdict: 'not-made', challenge: 1 });
      expect(texts(world, person)).toBe(1);
      expect((await person.progress()).next).toMatchObject({ challenge: 2, sendsLeft: 3 });
      expect(world.emulator.journal.count(LIST)).toBe(3);
      expect(world.emulator.journal.count(ASSOCIATE)).toBe(2);
      await finishes(world, person, 2);
    }),
  );
});

describe('a text whose answer was lost, and that was sent', () => {
  it.each([
    ['associate-sms/dropped-after', LOST['dropped-after']],
    ['associate-sms/5xx-after', LOST['502-after']],
  ])('%s: what it made is removed before it is asked for once more', (_row, fault) =>
    played({ fault }, async (world, person) => {
      const { lastSettlement } = await person.untilPhase('awaiting-sms-code');
      expect(lastSettlement).toMatchObject({ verdict: 'made', challenge: 1 });
      expect(await person.timeline()).toContain(
        'challenge 1: the answer was lost; the list shows what it made',
      );
      expect(texts(world, person)).toBe(2);
      expect(held(world)).toEqual([INACTIVE_SMS]);
      expect((await person.progress()).next).toMatchObject({ challenge: 2, sendsLeft: 3 });
      await finishes(world, person, 2);
    }),
  );

  it('associate-sms/late: is seen at the second look, if not at the first', async () => {
    await using world = await createWorld({ httpDeadlineMs: 500 });
    const person = await Enrollee.start(world);
    const gate = world.emulator.faults.hold({ endpoint: ASSOCIATE, when: 'before' });
    const answer = person.logIn();
    await gate.reached;
    await world.emulator.journal.waitFor(() => reads(world) > 0);
    await fastForward(world, person.handle, 6_000);
    await world.emulator.journal.waitFor(() => reads(world) > 1);
    gate.release();
    await world.emulator.journal.waitFor(({ endpoint }) => endpoint === ASSOCIATE);
    await fastForward(world, person.handle, 6_000);
    await answer;
    const { lastSettlement } = await person.untilPhase('awaiting-sms-code');
    expect(lastSettlement).toMatchObject({ verdict: 'made', challenge: 1 });
    expect(texts(world, person)).toBe(2);
    await finishes(world, person, 2);
  });

  it('associate-sms/recovery-code: the code that came with it is reported lost', () =>
    played(
      {
        fault: LOST['dropped-after'],
        world: { emulator: { settings: { recoveryCodes: true } } },
      },
      async (_world, person) => {
        await person.untilPhase('awaiting-sms-code');
        await person.submit(person.texted(), 2);
        expect((await person.progress()).recoveryCode).toBe('lost');
      },
    ));
});

describe('a text whose answer was lost twice', () => {
  it('associate-sms/second-loss: is not asked for a third time before the person does', () =>
    played({ fault: LOST['dropped-after'], times: 2 }, async (world, person) => {
      const { next, lastRefusal } = await person.untilPhase('awaiting-resend');
      expect(next).toMatchObject({ type: 'request-resend', challenge: 2, sendsLeft: 3 });
      expect(lastRefusal).toMatchObject({ refusal: 'association-unresolved' });
      expect(texts(world, person)).toBe(2);
      await fastForward(world, person.handle, 60_000);
      expect(world.emulator.journal.count(ASSOCIATE)).toBe(2);
      expect(await person.resend(2)).toMatchObject({ next: { challenge: 3 } });
      await finishes(world, person, 3);
    }));
});

describe('a list that cannot tell', () => {
  const asked = async (world: World, person: Enrollee, sent: number) => {
    const { next, lastRefusal, lastSettlement } = await person.untilPhase('awaiting-resend');
    expect(next).toMatchObject({ type: 'request-resend', challenge: 1, sendsLeft: 4 });
    expect(lastRefusal).toMatchObject({ refusal: 'association-unresolved' });
    expect(lastSettlement).toMatchObject({ verdict: 'cannot-tell' });
    await fastForward(world, person.handle, 60_000);
    expect(texts(world, person)).toBe(sent);
    expect(world.emulator.journal.count(DELETE)).toBe(0);
  };

  it('associate-sms/two-new: sends nothing and removes nothing until the person asks', () =>
    played(
      {
        fault: LOST['dropped-after'],
        meanwhile: (world, person) => enrollOutside(world, person.phoneNumber),
      },
      // Ours, and that of the other enrollment.
      (world, person) => asked(world, person, 2),
    ));

  it('associate-sms/another-number: the new entry is of somebody else’s enrollment', () =>
    played(
      {
        fault: LOST['dropped-before'],
        meanwhile: (world) => enrollOutside(world, '+14155550188'),
      },
      (world, person) => asked(world, person, 0),
    ));

  it('associate-sms/may-be-reused: an inactive entry was there before', () =>
    played(
      {
        fault: LOST['dropped-before'],
        first: (world) => enrollOutside(world, '+14155550123'),
        world: { emulator: { settings: { reuseSameNumber: true } } },
      },
      (world, person) => asked(world, person, 1),
    ));

  it('associate-sms/unreadable: Auth0 does not give it out', () =>
    played(
      {
        fault: LOST['dropped-after'],
        meanwhile: (world) => {
          refuseList(world, 2);
          return Promise.resolve();
        },
      },
      (world, person) => asked(world, person, 1),
    ));
});

describe('a refusal that nobody knows', () => {
  it('associate-sms/unknown: may have had its effect, so what it made is deleted at the end', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    const action = { status: 400, body: { error: 'something_new' } };
    world.emulator.faults.add({ endpoint: ASSOCIATE, when: 'after', action });
    await person.handle.signal('loginCompleted', await person.proof());
    await expect(person.result()).rejects.toMatchObject({
      cause: { type: 'unexpected-response', details: [{ orphans: [] }] },
    });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
    expect(world.emulator.journal.count(DELETE)).toBe(1);
    expect(held(world)).toEqual([]);
  });
});

describe('the one repeat', () => {
  it('associate-sms/cancelled: is not made once the enrollment has been cancelled', () =>
    played(
      {
        fault: LOST['dropped-after'],
        meanwhile: (_world, person) => person.handle.signal('cancel', { by: 'test', reason: 'x' }),
      },
      async (world, person) => {
        expect(await person.result()).toMatchObject({ outcome: 'cancelled', orphans: [] });
        expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
        expect(held(world)).toEqual([]);
      },
    ));

  it('associate-sms/budget: is not made without a send left', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    await person.logIn();
    for (const [challenge, cooldownMs] of RESENDS) {
      await fastForward(world, person.handle, cooldownMs);
      await person.resend(challenge);
    }
    await fastForward(world, person.handle, 240_000);
    const fault = world.emulator.faults.add({ endpoint: ASSOCIATE, ...LOST['dropped-before'] });
    await throughSettlement(person, ASSOCIATE, () => person.resend(4));
    fault.remove();
    // No text is left, so nobody is sent round a loop.
    await expect(person.result()).rejects.toMatchObject({ cause: { type: 'no-sends-left' } });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(5);
    expect(held(world)).toEqual([]);
  });
});
