import { describe, expect, it } from '@jest/globals';
import type { WorkerOptions, WorkerPlugin } from '@temporalio/worker';
import type { EncryptionPlugin } from '../../temporal/encryption/encryption-plugin.ts';
import type { Progress } from '../../workflows/contract/enroll-mfa.ts';
import {
  MFA_LAST_REFUSAL,
  MFA_PHASE,
  MFA_REASON,
} from '../../workflows/contract/search-attributes.ts';
import {
  ACTIVE_SMS,
  ASSOCIATE,
  DELETE,
  exchanged,
  held,
  INACTIVE_SMS,
  judged,
  LIST,
  TOKEN,
} from '../support/auth0-record.ts';
import { clientOf } from '../support/client-enrollment.ts';
import { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { isTimerFired } from '../support/history-watch.ts';
import { addKeysOf, payloadKeys } from '../support/payload-keys.ts';
import { createWorld, type World } from '../support/world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const WRONG_SECRET = { clientSecret: 'changed in the dashboard' };
const WHO = { by: 'ops', reason: 'mended' };
const FOR_SMS = { factors: ['sms'] } as const;
/** Past the first pause. */
const PAST_THE_PAUSE_MS = 40 * SECOND;
/** Past the first three pauses, of half a minute, one and two; the fourth ends four minutes later. */
const INTO_THE_FOURTH_MS = 4 * MINUTE;

/** As `temporal workflow describe` and `metadata` have it. */
async function shownToAdministrators({ handle }: Enrollee) {
  const { typedSearchAttributes: attributes } = await handle.describe();
  const { currentDetails = '' } = await handle.query<{ currentDetails?: string }>(
    '__temporal_workflow_metadata',
  );
  return {
    phase: attributes.get(MFA_PHASE),
    reason: attributes.get(MFA_REASON),
    refusal: attributes.get(MFA_LAST_REFUSAL),
    details: currentDetails,
  };
}

/** From the fault until the next try, in ms. */
function pauseOf({ next, lastRefusal }: Progress): number {
  if (next.type !== 'wait' || lastRefusal === undefined) throw new Error('Nothing is waited for.');
  return Date.parse(next.until) - Date.parse(lastRefusal.at);
}

describe('an enrollment whose worker has a wrong client secret', () => {
  it('is parked, says what to mend, is tried ever less often, and goes on when somebody says so', async () => {
    await using world = await createWorld({ worker: false });
    const wrong = await world.startWorker(WRONG_SECRET);
    const person = await Enrollee.start(world, FOR_SMS);
    await person.handle.signal('loginCompleted', await person.proof());
    const parked = await person.untilPhase('awaiting-operator');
    expect(parked.lastRefusal).toMatchObject({
      refusal: 'awaiting-operator',
      message: 'loginCompleted',
      hint: expect.stringContaining('must fix a fault first'),
    });
    expect(pauseOf(parked)).toBe(30 * SECOND);
    const shown = await shownToAdministrators(person);
    expect(shown).toMatchObject({
      phase: 'awaiting-operator',
      reason: 'configuration-fault',
      refusal: 'awaiting-operator',
    });
    for (const told of ['To mend', 'AUTH0_CLIENT_SECRET', '`retry`']) {
      expect(shown.details).toContain(told);
    }

    await fastForward(world, person.handle, INTO_THE_FOURTH_MS);
    expect(pauseOf(await person.until(({ next }) => next.type === 'wait'))).toBe(4 * MINUTE);
    expect(exchanged(world)).toBe(4);

    await wrong.stop();
    await world.startWorker();
    await clientOf(world).of(person.user.userId).retry(WHO);
    await person.untilPhase('awaiting-sms-code');
    const { events = [] } = await person.handle.fetchHistory();
    // The fourth pause was cut short.
    expect((events ?? []).filter(isTimerFired)).toHaveLength(3);
    expect(world.emulator.inbox.messages()).toHaveLength(1);
    expect(await shownToAdministrators(person)).toMatchObject({ reason: undefined });
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
    expect(held(world)).toEqual([ACTIVE_SMS]);
  });

  it('tells a person who waits with the login, and one who waits with a code the verdict', async () => {
    await using world = await createWorld({ worker: false });
    const right = await world.startWorker();
    const person = await Enrollee.loggedIn(world, FOR_SMS);
    await right.stop();
    const wrong = await world.startWorker(WRONG_SECRET);
    const given = await person.submitting(person.texted(), 1);
    expect(await person.untilPhase('awaiting-operator')).toMatchObject({
      next: { type: 'wait' },
      lastRefusal: { refusal: 'awaiting-operator', message: 'submitCode' },
    });
    await wrong.stop();
    await world.startWorker();
    await fastForward(world, person.handle, PAST_THE_PAUSE_MS);
    expect(await given.result()).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });
    expect(world.emulator.inbox.messages()).toHaveLength(1);
  });
});

/** A worker of the fleet that takes but one kind of tasks, so that the test knows who meets what. */
function only(takes: 'workflows' | 'calls', encryption: EncryptionPlugin): WorkerPlugin {
  return {
    name: `only-${takes}`,
    configureWorker: (options: WorkerOptions) => {
      const all = encryption.configureWorker(options);
      if (takes === 'workflows') return { ...all, enableNonLocalActivities: false };
      const { workflowBundle: _taken, ...calls } = all;
      return calls;
    },
  };
}

describe('an enrollment that meets a worker without the payload key', () => {
  it('is parked, and goes on once that worker has the key', async () => {
    await using keys = await payloadKeys();
    await using lacking = await payloadKeys();
    // Before a new key writes, each worker is given it to read with: one was forgotten.
    await addKeysOf(lacking, keys);
    await using world = await createWorld({ worker: false, encryption: keys.plugin });
    await world.startWorker({ encryption: only('workflows', keys.plugin) });
    await world.startWorker({ encryption: only('calls', lacking.plugin) });
    const person = await Enrollee.start(world, FOR_SMS);
    await person.handle.signal('loginCompleted', await person.proof());
    await person.untilPhase('awaiting-operator');
    const shown = await shownToAdministrators(person);
    expect(shown.reason).toBe('configuration-fault');
    expect(shown.details).toContain('MFA_PAYLOAD_KEYS_FILE');
    expect(exchanged(world)).toBe(0);

    await addKeysOf(keys, lacking);
    await fastForward(world, person.handle, PAST_THE_PAUSE_MS);
    await person.untilPhase('awaiting-sms-code');
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });
    expect([exchanged(world), judged(world)]).toEqual([1, 1]);
    expect(world.emulator.inbox.messages()).toHaveLength(1);
  });
});

/** Nobody knows what it means: neither Auth0's documents nor anybody's report has it. */
const ODD = { status: 403, body: { error: 'something_new' } } as const;

function odd(world: World, endpoint: string): void {
  world.emulator.faults.add({ endpoint, when: 'before', action: ODD });
}

describe('one odd 403', () => {
  it('to a text is waited out: one goes out, and no send is lost', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, FOR_SMS);
    odd(world, ASSOCIATE);
    expect(await person.logIn()).toMatchObject({ status: 'accepted', next: { type: 'wait' } });
    const shown = await shownToAdministrators(person);
    expect(shown).toMatchObject({ phase: 'awaiting-operator', reason: 'unexpected-response' });
    expect(shown.details).toContain('HTTP 403');
    await fastForward(world, person.handle, MINUTE);
    await person.untilPhase('awaiting-sms-code');
    expect(world.emulator.inbox.messages()).toHaveLength(1);
    const { challenge = 0 } = await person.progress();
    expect(await person.submit(person.texted(), challenge)).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
  });

  it('associate-sms/unknown: to a text that went out is waited out, and another one takes its place', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, FOR_SMS);
    world.emulator.faults.add({ endpoint: ASSOCIATE, when: 'after', action: ODD });
    expect(await person.logIn()).toMatchObject({ status: 'accepted', next: { type: 'wait' } });
    await fastForward(world, person.handle, MINUTE);
    const { challenge } = await person.untilPhase('awaiting-sms-code');
    expect(challenge).toBe(2);
    expect(held(world)).toEqual([INACTIVE_SMS]);
    expect(world.emulator.journal.count(DELETE)).toBe(1);
    expect(await person.submit(person.texted(), 2)).toMatchObject({ status: 'confirmed' });
    expect(await person.result()).toMatchObject({ outcome: 'enrolled', orphans: [] });
    expect(world.emulator.inbox.messages()).toHaveLength(2);
  });

  it('confirm/unknown: to a code is waited out, and the same code is judged, once', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world, FOR_SMS);
    odd(world, TOKEN);
    const given = await person.submitting(person.texted(), 1);
    // The list is looked at twice before that, some seconds apart.
    await fastForward(world, person.handle, 10 * SECOND);
    await person.untilPhase('awaiting-operator');
    expect(judged(world)).toBe(0);
    await fastForward(world, person.handle, PAST_THE_PAUSE_MS);
    expect(await given.result()).toMatchObject({ status: 'confirmed' });
    expect(judged(world)).toBe(1);
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });
    expect(world.emulator.inbox.messages()).toHaveLength(1);
  });

  it('to the list at a login costs that login, and ends nothing', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, FOR_SMS);
    odd(world, LIST);
    await person.handle.signal('loginCompleted', await person.proof());
    await person.untilPhase('awaiting-operator');
    await fastForward(world, person.handle, PAST_THE_PAUSE_MS);
    // Its code was spent by the exchange that went before.
    expect(await person.untilRefused('login-code-refused')).toMatchObject({
      phase: 'awaiting-login',
      next: { type: 'log-in' },
    });
    await person.enrollSms();
    expect(await person.result()).toMatchObject({ outcome: 'enrolled' });
    expect(world.emulator.inbox.messages()).toHaveLength(1);
  });
});
