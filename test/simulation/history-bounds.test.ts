import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openBundled, IDS, SMS_ALONE as INPUT, T0 } from './bare-run.ts';
import { failed, resolved, signalled, started } from './jobs.ts';
import type { Sandbox } from './sandbox.ts';
import { SimulatedRun } from './simulated-run.ts';

const PROOF = { code: 'c', codeVerifier: 'v', redirectUri: 'r', nonce: 'n' };
const SESSION = { accessToken: 'sealed', expiresAt: T0 + 600_000, authenticators: [] };
/** As a list shows what the first text has made. */
const OURS = { id: 'sms|dev_1', kind: 'sms', active: false, maskedName: 'XXXXXXXX0123' };

/** As decision 0028 has them; the server's own are 51,200 and 50 MB. */
const EVENTS_MAX = 20_000;
const BYTES_MAX = 20 * 1024 * 1024;
/** Signals that come faster than a worker takes them come together. */
const AT_ONCE = 500;
/**
 * So many of them are sent; of those before only their number is told, as the server tells it. A worker that ran
 * earlier in this process has its hooks look at every promise, and twenty thousand signals then take a minute.
 */
const SENT = 1_000;
/** The most that the server takes in one message is 2 MB. */
const LARGE = 'x'.repeat(1_400_000);
const TOO_MANY = { status: 'failed', type: 'too-many-messages', detail: { orphans: [] } };

let sandbox: Sandbox;
let run: SimulatedRun;
beforeAll(async () => {
  sandbox = await openBundled();
});
afterEach(() => run.dispose());
afterAll(() => sandbox.close());

/** The one call that is under way. */
function called(run: SimulatedRun): number {
  const [seq, ...others] = run.activities.keys();
  if (seq === undefined || others.length > 0) throw new Error('There is not one call under way.');
  return seq;
}

/** Logged in: the first text is asked for. */
async function loggedIn(): Promise<SimulatedRun> {
  const run = await SimulatedRun.open(sandbox, IDS);
  await run.task(T0, [started(IDS, INPUT)]);
  await run.task(T0 + 1_000, [signalled('loginCompleted', PROOF)]);
  await run.task(T0 + 1_100, [resolved(called(run), SESSION)]);
  return run;
}

async function texted(): Promise<SimulatedRun> {
  const run = await loggedIn();
  await run.task(T0 + 1_200, [resolved(called(run), { oobCode: 'sealed' })]);
  return run;
}

/** With signals that nobody knows. */
async function floodedTo(run: SimulatedRun, events: number): Promise<void> {
  run.events = Math.max(run.events, events - SENT);
  for (let now = T0 + 2_000; run.events < events; now += 1) {
    // A task of its own has three events, and what it commands is shown once a minute at most.
    const count = Math.min(AT_ONCE, Math.max(1, events - run.events - 2));
    await run.task(
      now,
      Array<string>(count)
        .fill('')
        .map(() => signalled('nonsense')),
    );
  }
}

async function confirmedBy(run: SimulatedRun, code: string): Promise<void> {
  await run.task(T0 + 60_000, [signalled('smsCode', code)]);
  await run.task(T0 + 60_100, [resolved(called(run), { confirmedAt: T0 / 1_000 + 60 })]);
}

/** Whatever it has to remove at Auth0 is listed and removed. */
async function cleanedUp(run: SimulatedRun, now: number): Promise<readonly string[]> {
  const calls: string[] = [];
  for (let at = now; run.activities.size > 0; at += 100) {
    const [[seq, { name }] = [0, { name: '' }]] = [...run.activities];
    calls.push(name);
    await run.task(at, [resolved(seq, name === 'listAuthenticators' ? [OURS] : undefined)]);
  }
  return calls;
}

describe('a run that is sent too much', () => {
  it('ends itself, cleaned up, where its history has 20,000 events', async () => {
    run = await texted();
    await floodedTo(run, EVENTS_MAX);
    const calls = await cleanedUp(run, T0 + 30_000);
    expect(calls).toEqual(['listAuthenticators', 'deleteAuthenticator']);
    expect(run.closing).toMatchObject(TOO_MANY);
    expect(run.events).toBeLessThan(EVENTS_MAX + AT_ONCE);
    expect(run.attributes).toMatchObject({ MfaReason: 'too-many-messages' });
    expect(await run.replay()).toBeUndefined();
  });

  it('completes where it comes close', async () => {
    run = await texted();
    await floodedTo(run, EVENTS_MAX - 30);
    await confirmedBy(run, '123456');
    expect(run.events).toBeGreaterThan(EVENTS_MAX - 30);
    expect(run.events).toBeLessThan(EVENTS_MAX);
    expect(run.closing).toMatchObject({ status: 'completed', result: { outcome: 'enrolled' } });
    expect(await run.replay()).toBeUndefined();
  });

  it('ends itself where its history has 20 MB, and not a message before', async () => {
    run = await texted();
    for (let now = T0 + 2_000; run.bytes + LARGE.length < BYTES_MAX; now += 1) {
      await run.task(now, [signalled('nonsense', LARGE)]);
    }
    expect([run.closing, run.activities.size]).toEqual([undefined, 0]);
    await run.task(T0 + 3_000, [signalled('nonsense', LARGE)]);
    expect(await cleanedUp(run, T0 + 3_100)).toContain('deleteAuthenticator');
    expect(run.closing).toMatchObject(TOO_MANY);
  });

  it('ends itself, too, while it waits for an operator', async () => {
    run = await loggedIn();
    await run.task(T0 + 1_200, [
      failed(called(run), {
        ...{ type: 'configuration-fault', message: 'a factor is switched off' },
        nonRetryable: true,
        details: [{ endpoint: 'POST /mfa/associate', remedy: 'Turn the factor on.' }],
      }),
    ]);
    expect(run.attributes).toMatchObject({ MfaPhase: 'awaiting-operator' });
    await floodedTo(run, EVENTS_MAX);
    await cleanedUp(run, T0 + 30_000);
    expect(run.closing).toMatchObject(TOO_MANY);
    expect(await run.replay()).toBeUndefined();
  });
});
