import { describe, expect, it } from '@jest/globals';
import {
  ACTIVE_SMS,
  ACTIVE_TOTP,
  ASSOCIATE,
  DELETE,
  held,
  judged,
  LIST,
  TOKEN,
} from '../support/auth0-record.ts';
import { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { createWorld, type World } from '../support/world.ts';

const MINUTE = 60_000;
const OUTAGE_MS = 30 * MINUTE;
/** Past whatever is read and repeated to settle a lost answer. */
const SETTLED_MS = 2 * MINUTE;
/** More requests than anybody sends in that time. */
const REQUESTS_MAX = 1_000;
const UNAVAILABLE = { status: 503, body: { error: 'service_unavailable' } };

/** Every reply is 503, after `spared` logins; what changes something may be processed all the same. */
function breakDown(world: World, processed: 'before' | 'after', spared = 0): void {
  const fault = { times: REQUESTS_MAX, action: UNAVAILABLE };
  for (const endpoint of [TOKEN, ASSOCIATE]) {
    const nth = endpoint === TOKEN ? spared + 1 : 1;
    world.emulator.faults.add({ ...fault, nth, endpoint, when: processed });
  }
  world.emulator.faults.add({ ...fault, nth: spared + 1, endpoint: LIST, when: 'before' });
  world.emulator.faults.add({ ...fault, endpoint: DELETE, when: 'before' });
}

/** Half an hour later it is there again; the person logs in anew and needs no new start. */
async function recovered(person: Enrollee): Promise<void> {
  const { world } = person;
  await fastForward(world, person.handle, OUTAGE_MS);
  world.emulator.faults.clear();
  expect(await person.progress()).toMatchObject({
    phase: 'awaiting-login',
    next: { type: 'log-in' },
  });
}

async function enrolledOnce(person: Enrollee): Promise<void> {
  await person.enrollTotp();
  expect(await person.result()).toMatchObject({
    outcome: 'enrolled',
    factors: [
      { factor: 'sms', status: 'enrolled' },
      { factor: 'totp', status: 'enrolled' },
    ],
    orphans: [],
  });
  expect(held(person.world)).toEqual([ACTIVE_SMS, ACTIVE_TOTP]);
}

describe.each([
  ['without processing', 'before'],
  ['after processing', 'after'],
] as const)('Auth0 that answers 503 %s, for 30 minutes', (_name, processed) => {
  it('costs the login that it met, and nothing else', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    const proof = await person.proof();
    breakDown(world, processed);
    expect(await person.deliver(proof)).toMatchObject({
      refusal: 'login-unfinished',
      next: { type: 'log-in', factor: 'sms' },
    });
    expect(world.emulator.journal.count(TOKEN)).toBe(1);
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
    await recovered(person);
    await person.enrollSms();
    await enrolledOnce(person);
    // The second is Auth0's own, for the login of the second factor.
    expect(world.emulator.inbox.messages()).toHaveLength(2);
    expect(judged(world)).toBe(2);
  });

  it('may have sent the text that was due: no other goes out by itself', async () => {
    await using world = await createWorld();
    const { journal, inbox } = world.emulator;
    const person = await Enrollee.start(world);
    const proof = await person.proof();
    // From the associate on; the login has come through, with its list.
    breakDown(world, processed, 1);
    await person.handle.signal('loginCompleted', proof);
    await journal.waitFor(({ status }) => status === 503);
    await fastForward(world, person.handle, SETTLED_MS);
    expect(await person.progress()).toMatchObject({
      phase: 'awaiting-resend',
      lastRefusal: { refusal: 'association-unresolved' },
      lastSettlement: { verdict: 'cannot-tell', challenge: 1 },
      next: { type: 'request-resend', challenge: 1, sendsLeft: 4 },
    });
    const texts = processed === 'after' ? 1 : 0;
    expect(inbox.messages()).toHaveLength(texts);
    await recovered(person);
    expect(journal.count(ASSOCIATE)).toBe(1);
    await person.enrollSms();
    await enrolledOnce(person);
    expect(inbox.messages()).toHaveLength(texts + 2);
    expect(judged(world)).toBe(2);
  });

  it('may have judged the code: what it decided counts, and nothing comes twice', async () => {
    await using world = await createWorld();
    const { journal } = world.emulator;
    const person = await Enrollee.start(world);
    await person.logIn();
    breakDown(world, processed);
    const given = await person.submitting(person.texted(), 1);
    await journal.waitFor(({ status }) => status === 503);
    await fastForward(world, person.handle, SETTLED_MS);
    expect(await given.result()).toMatchObject({
      status: expect.stringMatching(/^(refused|pending)$/),
    });
    expect(await person.progress()).toMatchObject({
      lastRefusal: { refusal: 'code-unresolved' },
      lastSettlement: { verdict: 'cannot-tell', challenge: 1 },
    });
    await recovered(person);
    if (processed === 'after') {
      // Auth0 has it as active: the login finds it, and goes on to the next factor.
      expect(held(world)).toEqual([ACTIVE_SMS]);
    } else {
      expect(held(world)).toEqual([{ kind: 'sms', active: false }]);
      expect(judged(world)).toBe(0);
      await person.enrollSms();
    }
    await enrolledOnce(person);
    expect(journal.count(ASSOCIATE)).toBe(processed === 'after' ? 2 : 3);
    expect(judged(world)).toBe(2);
  });
});
