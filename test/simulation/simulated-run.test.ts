import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openBundled, IDS, SMS_ALONE as INPUT, T0 } from './bare-run.ts';
import {
  cancelled,
  failed,
  fired,
  resolved,
  signalled,
  started,
  timedOut,
  updated,
} from './jobs.ts';
import type { Sandbox } from './sandbox.ts';
import { SimulatedRun } from './simulated-run.ts';

const HOUR = 3_600_000;
const PROOF = { code: 'c', codeVerifier: 'v', redirectUri: 'r', nonce: 'n' };
const SESSION = { accessToken: 'sealed', expiresAt: T0 + 600_000, authenticators: [] };

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openBundled();
});
afterAll(() => sandbox.close());

/** Started, logged in, and a text is out. */
async function texted(): Promise<SimulatedRun> {
  const run = await SimulatedRun.open(sandbox, IDS);
  await run.task(T0, [started(IDS, INPUT)]);
  await run.task(T0 + 1_000, [updated('login', 'completeLogin', PROOF)]);
  await run.task(T0 + 1_100, [resolved(2, SESSION)]);
  await run.task(T0 + 1_200, [resolved(3, { oobCode: 'sealed' })]);
  return run;
}

describe('a simulated run', () => {
  it('takes a user through the enrollment and keeps what it was told', async () => {
    const run = await texted();
    expect(run.attributes).toMatchObject({ MfaPhase: 'awaiting-sms-code' });
    expect(run.updates.get('login')).toMatchObject({ answer: { status: 'accepted' } });
    await run.task(T0 + 7_000, [updated('code', 'submitCode', { code: '123456', challenge: 1 })]);
    expect([...run.activities.values()]).toMatchObject([
      { name: 'confirm', input: { code: '123456' } },
    ]);
    await run.task(T0 + 7_100, [resolved(4, { confirmedAt: T0 / 1_000 + 7 })]);
    expect(run.updates.get('code')).toMatchObject({ answer: { status: 'confirmed' } });
    expect(run.closing).toMatchObject({ status: 'completed', result: { outcome: 'enrolled' } });
    expect([run.activities.size, run.failedTasks]).toEqual([0, []]);
    expect(await run.replay()).toBeUndefined();
    await run.dispose();
  });

  it('replays a task that refused an update as if the update had never come', async () => {
    const run = await texted();
    const before = run.events;
    await run.task(T0 + 5_000, [updated('code', 'submitCode', { code: 'x', challenge: 1 })]);
    expect(run.updates.get('code')).toMatchObject({ state: 'rejected', failure: 'malformed' });
    await run.task(T0 + 6_000, [signalled('smsCode', 'x'), cancelled()]);
    expect(run.events).toBeGreaterThan(before);
    expect(await run.replay()).toBeUndefined();
    await run.dispose();
  });

  it('fires its timers: the deadline ends it', async () => {
    const run = await SimulatedRun.open(sandbox, IDS);
    await run.task(T0, [started(IDS, INPUT)]);
    const [[seq, { at }] = [0, { at: 0 }]] = [...run.timers];
    expect(at).toBe(T0 + 24 * HOUR);
    await run.task(at, [fired(seq)]);
    expect(run.closing).toMatchObject({ result: { outcome: 'expired' } });
    expect(await run.replay()).toBeUndefined();
    await run.dispose();
  });

  it('answers calls with failures and time-outs as the server does', async () => {
    const run = await SimulatedRun.open(sandbox, IDS);
    await run.task(T0, [started(IDS, INPUT)]);
    await run.task(T0 + 1, [signalled('loginCompleted', PROOF)]);
    const refusal = { type: 'login-code-refused', message: 'refused', nonRetryable: true };
    await run.task(T0 + 2, [failed(2, refusal)]);
    expect(await run.query(T0 + 3, 'progress')).toMatchObject({
      lastRefusal: { refusal: 'login-code-refused' },
    });
    await run.task(T0 + 4, [signalled('loginCompleted', { ...PROOF, code: 'd' })]);
    await run.task(T0 + 5, [timedOut(3, 'HEARTBEAT')]);
    expect(await run.query(T0 + 6, 'progress')).toMatchObject({
      lastRefusal: { refusal: 'login-unfinished' },
    });
    await run.dispose();
  });

  it('bounds how long each call waits for a worker: then it was not sent, and the person is told', async () => {
    const run = await SimulatedRun.open(sandbox, IDS);
    await run.task(T0, [started(IDS, INPUT)]);
    await run.task(T0 + 1, [signalled('loginCompleted', PROOF)]);
    const [exchange] = run.activities.values();
    expect(exchange?.timeouts.scheduleToStart).toBe(20_000);
    await run.task(T0 + 20_001, [timedOut(2, 'SCHEDULE_TO_START')]);
    expect(run.attributes).toMatchObject({ MfaLastRefusal: 'unavailable' });
    expect(run.memo['progress']).toMatchObject({ next: { type: 'wait' } });
    // The hold ends, and the same login is given to Auth0.
    const holds = [...run.timers].filter(([, { at }]) => at < T0 + HOUR);
    await run.task(
      T0 + 35_001,
      holds.map(([seq]) => fired(seq)),
    );
    expect([...run.activities.values()]).toMatchObject([
      { name: 'openSession', input: { proof: PROOF, notAfter: T0 + 1 + 600_000 } },
    ]);
    await run.dispose();
  });

  it('counts refusals in the description: a second equal one shows', async () => {
    const run = await texted();
    expect(run.attributes).not.toHaveProperty('MfaRefusals');
    for (const refusals of [1, 2]) {
      await run.task(T0 + refusals * 10_000, [signalled('smsCode', 'no code')]);
      expect(run.attributes).toMatchObject({ MfaLastRefusal: 'malformed', MfaRefusals: refusals });
    }
    await run.dispose();
  });

  it('gives each call that acts its last moment', async () => {
    const run = await SimulatedRun.open(sandbox, IDS);
    await run.task(T0, [started(IDS, INPUT)]);
    await run.task(T0 + 1_000, [updated('login', 'completeLogin', PROOF)]);
    await run.task(T0 + 1_100, [resolved(2, SESSION)]);
    // Two minutes of the session are left to answer in.
    expect([...run.activities.values()]).toMatchObject([
      { name: 'associate', input: { notAfter: T0 + 480_000 } },
    ]);
    await run.task(T0 + 1_200, [resolved(3, { oobCode: 'sealed' })]);
    await run.task(T0 + 7_000, [updated('code', 'submitCode', { code: '123456', challenge: 1 })]);
    // The text lives for five minutes.
    expect([...run.activities.values()]).toMatchObject([
      { name: 'confirm', input: { notAfter: T0 + 301_200 } },
    ]);
    await run.task(T0 + 8_000, [
      failed(4, { type: 'wrong-code', message: 'no', nonRetryable: true }),
    ]);
    await run.task(T0 + 9_000, [signalled('cancel', { by: 'admin', reason: 'test' })]);
    const ours = { id: 'sms|dev_1', kind: 'sms', active: false };
    await run.task(T0 + 9_100, [resolved(5, [ours])]);
    // As long as the token lives.
    expect([...run.activities.values()]).toMatchObject([
      { name: 'deleteAuthenticator', input: { notAfter: T0 + 600_000 } },
    ]);
    await run.dispose();
  });

  it('is told of a task that fails, which a server would repeat for ever', async () => {
    const run = await texted();
    await run.task(T0 + 5_000, [signalled('__temporal_reserved')]);
    expect(run.failedTasks).toEqual([expect.stringContaining('__temporal_')]);
    await run.dispose();
  });
});
