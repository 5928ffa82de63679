import { expect, it } from '@jest/globals';
import type { EnrollMfaInput } from '../../workflows/contract/enroll-mfa.ts';
import { ASSOCIATE, confirmed, TOKEN } from '../support/auth0-record.ts';
import { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { MovableClock } from '../support/movable-clock.ts';
import { createWorld, type World } from '../support/world.ts';

const MINUTE = 60_000;
/** Of each of four kinds; `PARKED_OF_EACH=50` parks two hundred. */
const PEOPLE = Number(process.env['PARKED_OF_EACH'] ?? 5);
const AT_ONCE = 10;
const TIMEOUT_MS = 300_000;
const TASK_MS = 10_000;

/** Where the fault meets a person, and what that person does before and after. */
interface Kind {
  readonly plan: Pick<EnrollMfaInput, 'factors'>;
  readonly before?: (person: Enrollee) => Promise<unknown>;
  readonly meets: (person: Enrollee) => Promise<unknown>;
  readonly after?: (person: Enrollee) => Promise<unknown>;
}

const byLogin = async (person: Enrollee) =>
  person.handle.signal('loginCompleted', await person.proof());
const byCode = (person: Enrollee) => person.handle.signal('smsCode', person.texted());
const byOtp = async (person: Enrollee) => {
  await person.untilPhase('awaiting-otp');
  await person.scan();
  await person.handle.signal('otpCode', person.otp());
};

const AT_THE_FIRST_LOGIN: readonly Kind[] = [
  {
    plan: { factors: ['sms'] },
    meets: byLogin,
    after: async (person) => {
      await person.untilPhase('awaiting-sms-code');
      await byCode(person);
    },
  },
  { plan: { factors: ['totp'] }, meets: byLogin, after: byOtp },
];

const LATER: readonly Kind[] = [
  {
    plan: { factors: ['sms', 'totp'] },
    before: (person) => person.enrollSms(),
    meets: byLogin,
    after: byOtp,
  },
  { plan: { factors: ['sms'] }, before: (person) => person.logIn(), meets: byCode },
];

interface Parked {
  readonly kind: Kind;
  readonly person: Enrollee;
}

/** @param numbers - the first of theirs, one for each */
async function started(
  world: World,
  kinds: readonly Kind[],
  numbers: number,
): Promise<readonly Parked[]> {
  const all = kinds.flatMap((kind) => Array.from({ length: PEOPLE }, () => kind));
  return inGroups(
    all.map((kind, n) => ({ kind, number: numbers + n })),
    async ({ kind, number }) => {
      const input = { ...kind.plan, phoneNumber: `+${number}` };
      const person = await Enrollee.start(world, input, world.addUser());
      await kind.before?.(person);
      return { kind, person };
    },
  );
}

/** One group after the other: a worker that is given more than it can do misses the deadlines of its tasks. */
async function inGroups<T, R>(
  all: readonly T[],
  act: (one: T) => Promise<R>,
): Promise<readonly R[]> {
  const done: R[] = [];
  for (let n = 0; n < all.length; n += AT_ONCE) {
    done.push(...(await Promise.all(all.slice(n, n + AT_ONCE).map(act))));
  }
  return done;
}

/**
 * Each run has a time of its own, the world one for all. On a slow machine some pauses are over by themselves,
 * and a run may have ended before.
 */
async function pass(world: World, people: readonly Parked[], ms: number): Promise<void> {
  world.clock.advance(ms);
  const clock = new MovableClock();
  await Promise.allSettled(people.map(({ person }) => fastForward({ clock }, person.handle, ms)));
}

it(
  'Enrollments that a wrong client secret has parked go on by themselves, however many, and end enrolled',
  async () => {
    const settings = { requestsPerSecond: 'off' } as const;
    await using world = await createWorld({
      ...{
        worker: false,
        emulator: { settings },
        workflowTaskTimeoutMs: TASK_MS,
        workflowThread: true,
      },
    });
    const right = await world.startWorker();
    const later = await started(world, LATER, 14_155_550_100);
    await right.stop();
    const wrong = await world.startWorker({ clientSecret: 'changed in the dashboard' });
    const people = [...later, ...(await started(world, AT_THE_FIRST_LOGIN, 14_155_550_200))];
    await inGroups(people, ({ kind, person }) => kind.meets(person));
    const { journal, inbox } = world.emulator;
    await journal.waitFor(() => journal.count(TOKEN, { status: 401 }) >= people.length);
    const texts = inbox.messages().length;
    const made = journal.count(ASSOCIATE);
    await wrong.stop();

    await world.startWorker();
    await pass(world, people, MINUTE);
    const results = await Promise.all(
      people.map(async ({ kind, person }) => {
        await kind.after?.(person);
        return person.result();
      }),
    );
    expect(results.filter(({ outcome }) => outcome !== 'enrolled')).toEqual([]);
    expect(confirmed(world)).toBe(5 * PEOPLE);
    // Nobody's text came twice: of those who met it at the login, one each after that.
    expect(journal.count(ASSOCIATE) - made).toBe(3 * PEOPLE);
    expect(inbox.messages()).toHaveLength(texts + PEOPLE);
  },
  TIMEOUT_MS,
);
