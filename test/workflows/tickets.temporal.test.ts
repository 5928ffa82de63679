import { describe, expect, it } from '@jest/globals';
import type { Enrollment, UpdateOptions } from '@durable-mfa/client';
import { ASSOCIATE, exchanged, judged, TOKEN } from '../support/auth0-record.ts';
import { newestCode, startEnrollment } from '../support/client-enrollment.ts';
import { fastForward } from '../support/fast-forward.ts';
import { acceptedUpdate, type HistoryEvent } from '../support/history-watch.ts';
import { login } from '../support/login.ts';
import { createWorld, PHONE_NUMBER, type World } from '../support/world.ts';

/** What Temporal lets wait of one run, and what the flow leaves of that to those who enroll. */
const TEMPORAL_LETS_WAIT = 10;
const MAY_WAIT = 8;
const CALLERS = 12;
/** Long enough for a call that reaches the server, short where the answer has to wait. */
const IMPATIENT_MS = 500;
const COOLDOWN_MS = 30_000;
/** What Auth0 asks for where it says so: more than the flow waits by itself at first. */
const ASKED_S = 40;
/** The clocks of Auth0 and Temporal are some tenths apart by then. */
const PAST_THE_PAUSE_MS = 60_000;
/** From this many refusals of a run on, none leaves a trace that can be avoided. */
const STORM = 100;

function handleOf({ client }: World, { workflowId }: Enrollment) {
  return client.workflow.getHandle(workflowId);
}

async function loggedIn(world: World): Promise<Enrollment> {
  const enrollment = await startEnrollment(world, ['sms']);
  await enrollment.completeLogin(await login(world), { idempotencyKey: 'login' });
  return enrollment;
}

/** The first so many answers that come; the others are still waited for. */
function first<T>(answers: readonly Promise<T>[], count: number): Promise<readonly T[]> {
  const come: T[] = [];
  return new Promise((resolve, reject) => {
    for (const answer of answers) {
      answer.then((given) => {
        come.push(given);
        if (come.length === count) resolve([...come]);
      }, reject);
    }
  });
}

/** Updates that the history holds, by name and key, and how many of them were answered. */
async function updatesOf(world: World, enrollment: Enrollment) {
  const { events } = await handleOf(world, enrollment).fetchHistory();
  const accepted = (events ?? []).flatMap((event) => acceptedUpdate(event) ?? []);
  return { accepted, answered: (events ?? []).filter(isAnswer).length };
}

function isAnswer({ workflowExecutionUpdateCompletedEventAttributes: completed }: HistoryEvent) {
  return Boolean(completed);
}

function holdUpCodes({ emulator }: World): void {
  const headers = { 'retry-after': String(ASKED_S) };
  const action = { status: 429, body: { error: 'too_many_requests' }, headers };
  emulator.faults.add({ endpoint: TOKEN, when: 'before', action });
}

function isRejected({ status }: PromiseSettledResult<unknown>): boolean {
  return status === 'rejected';
}

const TOO_MANY = { status: 'refused', refusal: 'too-many-requests' };

describe('twelve requests at once', () => {
  it('with one code that Auth0 holds up: eight wait and get the verdict, the others are told so', async () => {
    await using world = await createWorld();
    const enrollment = await loggedIn(world);
    holdUpCodes(world);
    const code = { challenge: 1, code: newestCode(world) };
    const answers = Array.from({ length: CALLERS }, (_none, n) =>
      enrollment.submitCode(code, { idempotencyKey: `request-${n}` }),
    );
    const refused = await first(answers, CALLERS - MAY_WAIT);
    for (const answer of refused) expect(answer).toMatchObject(TOO_MANY);
    expect(refused[0]).toMatchObject({ hint: expect.stringContaining('Wait for one of them') });

    await fastForward(world, handleOf(world, enrollment), PAST_THE_PAUSE_MS);
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 'confirmed')).toHaveLength(MAY_WAIT);
    expect(await enrollment.result()).toMatchObject({ outcome: 'enrolled' });
    expect(judged(world)).toBe(1);

    const { accepted, answered } = await updatesOf(world, enrollment);
    const waited = statuses.flatMap((status, n) =>
      status === 'confirmed' ? [`submitCode:request-${n}`] : [],
    );
    expect(accepted.toSorted()).toEqual(['completeLogin:login', ...waited].toSorted());
    expect(answered).toBe(accepted.length);
  });

  it('for a new text that Auth0 is slow to send: one text, and everybody is answered', async () => {
    await using world = await createWorld();
    const enrollment = await loggedIn(world);
    await fastForward(world, handleOf(world, enrollment), COOLDOWN_MS);
    const gate = world.emulator.faults.hold({ endpoint: ASSOCIATE, when: 'before' });
    const resend = (n: number) =>
      enrollment.resendCode({ challenge: 1 }, { idempotencyKey: `request-${n}` });
    const sent = resend(0);
    await gate.reached;
    const answers = Array.from({ length: CALLERS - 1 }, (_none, n) => resend(n + 1));
    const refused = await first(answers, CALLERS - MAY_WAIT);
    for (const answer of refused) expect(answer).toMatchObject(TOO_MANY);

    gate.release();
    const next = { type: 'enter-sms-code', challenge: 2 };
    expect(await sent).toMatchObject({ status: 'accepted', next });
    const late = (await Promise.all(answers)).filter((answer) => !refused.includes(answer));
    expect(late).toHaveLength(MAY_WAIT - 1);
    for (const answer of late) expect(answer).toMatchObject({ refusal: 'superseded', next });
    expect(world.emulator.inbox.messages(PHONE_NUMBER)).toHaveLength(2);
    const { accepted, answered } = await updatesOf(world, enrollment);
    expect([accepted.length, answered]).toEqual([1 + MAY_WAIT, 1 + MAY_WAIT]);
  });

  it('while no worker is up: one too many for Temporal is told to come again', async () => {
    await using world = await createWorld({ worker: false });
    const worker = await world.startWorker();
    const enrollment = await loggedIn(world);
    await worker.stop();
    const wrong = String((Number(newestCode(world)) + 1) % 1_000_000).padStart(6, '0');
    const ask = (n: number, options: UpdateOptions = {}) =>
      enrollment.submitCode(
        { challenge: 1, code: wrong },
        { idempotencyKey: `request-${n}`, ...options },
      );
    const impatient = { timeoutMs: IMPATIENT_MS };
    const waiting = Array.from({ length: TEMPORAL_LETS_WAIT }, (_none, n) => ask(n, impatient));
    const unanswered = (await Promise.allSettled(waiting)).filter(isRejected);
    expect(unanswered).toHaveLength(TEMPORAL_LETS_WAIT);
    const oneTooMany = TEMPORAL_LETS_WAIT;
    await expect(ask(oneTooMany, impatient)).rejects.toMatchObject({
      code: 'no-answer-yet',
      message: expect.stringContaining(`ask again with idempotencyKey request-${oneTooMany}`),
    });
    await world.startWorker();
    expect(await ask(0)).toMatchObject({ status: 'wrong-code' });
    const key = `submitCode:request-${oneTooMany}`;
    expect((await updatesOf(world, enrollment)).accepted).not.toContain(key);
    expect(await ask(oneTooMany)).toMatchObject({ status: 'wrong-code' });
    expect((await updatesOf(world, enrollment)).accepted).toContain(key);
  });
});

describe('a caller who gives up', () => {
  it('is told NoAnswerYet, and takes the same verdict up again', async () => {
    await using world = await createWorld();
    const enrollment = await loggedIn(world);
    holdUpCodes(world);
    const code = { challenge: 1, code: newestCode(world) };
    const options = { idempotencyKey: 'request-1' };
    const impatient = { ...options, timeoutMs: IMPATIENT_MS };
    for (let times = 0; times < 2; times += 1) {
      await expect(enrollment.submitCode(code, impatient)).rejects.toMatchObject({
        code: 'no-answer-yet',
        message: expect.stringContaining('ask again with idempotencyKey request-1'),
      });
    }
    expect(await enrollment.progress()).toMatchObject({ next: { type: 'wait' } });
    const verdict = enrollment.submitCode(code, options);
    await fastForward(world, handleOf(world, enrollment), PAST_THE_PAUSE_MS);
    expect(await verdict).toMatchObject({ status: 'confirmed' });
    expect(await enrollment.submitCode(code, options)).toEqual(await verdict);
    expect([exchanged(world), judged(world)]).toEqual([1, 1]);
    const { accepted } = await updatesOf(world, enrollment);
    expect(accepted).toEqual(['completeLogin:login', 'submitCode:request-1']);
  });
});

describe('refused updates', () => {
  it('leave no event from the hundredth refusal on, so that nobody fills the history', async () => {
    await using world = await createWorld();
    const enrollment = await startEnrollment(world, ['sms']);
    const asks = [
      () => enrollment.submitCode({ challenge: 1, code: '123456' }),
      () => enrollment.resendCode({ challenge: 1 }),
      () => enrollment.changePhoneNumber(PHONE_NUMBER),
    ];
    const handle = handleOf(world, enrollment);
    const ask = async () => Promise.all(asks.map((one) => one()));
    const told = await ask();
    expect(told.map((answer) => ('refusal' in answer ? answer.refusal : answer))).toEqual([
      ...['no-code-expected', 'nothing-to-resend', 'same-phone-number'],
    ]);
    for (let refusals = asks.length; refusals < STORM; refusals += asks.length) await ask();
    const { historyLength } = await handle.describe();
    expect((await updatesOf(world, enrollment)).accepted.length).toBeGreaterThanOrEqual(STORM);
    for (let times = 0; times < 10; times += 1) expect(await ask()).toEqual(told);
    expect((await handle.describe()).historyLength).toBe(historyLength);
    // And it goes on.
    expect(await enrollment.completeLogin(await login(world))).toMatchObject({
      status: 'accepted',
    });
    const code = { challenge: 1, code: newestCode(world) };
    expect(await enrollment.submitCode(code)).toMatchObject({ status: 'confirmed' });
  });
});
