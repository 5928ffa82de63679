import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openBundled, IDS, SMS_ALONE as INPUT, T0 } from '../simulation/bare-run.ts';
import { failed, resolved, signalled, started, updated } from '../simulation/jobs.ts';
import type { Sandbox } from '../simulation/sandbox.ts';
import { SimulatedRun } from '../simulation/simulated-run.ts';

const MINUTE = 60_000;
/** A lost login may get to Auth0 seconds after it is counted. */
const HOUR = 60 * MINUTE + 5_000;
const REFUSED = { type: 'wrong-audience', message: 'refused', nonRetryable: true };

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openBundled();
});
afterAll(() => sandbox.close());

const proof = (code: string) => ({ code, codeVerifier: 'v', redirectUri: 'r', nonce: 'n' });

/** Its one call. */
function calling({ activities }: SimulatedRun): number {
  const [seq = 0] = activities.keys();
  return seq;
}

/** Twenty logins, a minute from one to the next, each of which Auth0 has seen and refused. */
async function afterTwenty(): Promise<SimulatedRun> {
  const run = await SimulatedRun.open(sandbox, IDS);
  await run.task(T0, [started(IDS, INPUT)]);
  for (let login = 1; login <= 20; login += 1) {
    await run.task(T0 + login * MINUTE, [signalled('loginCompleted', proof(`login-${login}`))]);
    expect([...run.activities.values()]).toMatchObject([{ name: 'openSession' }]);
    await run.task(T0 + login * MINUTE, [failed(calling(run), REFUSED)]);
  }
  return run;
}

describe('the 21st login within an hour', () => {
  it('does not reach Auth0; its sender and the next action say when one may', async () => {
    const run = await afterTwenty();
    await run.task(T0 + 21 * MINUTE, [updated('one more', 'completeLogin', proof('login-21'))]);
    expect(run.activities.size).toBe(0);
    const notBefore = new Date(T0 + MINUTE + HOUR).toISOString();
    const next = { type: 'log-in', notBefore };
    const answer = { status: 'refused', refusal: 'too-many-logins', next };
    expect(run.updates.get('one more')).toMatchObject({ answer });
    expect(run.memo).toMatchObject({ progress: { next } });
    expect(run.attributes).toMatchObject({ MfaLastRefusal: 'too-many-logins' });
    await run.dispose();
  });

  it('is taken once the first is an hour old for certain, and stays good until then', async () => {
    const run = await afterTwenty();
    const late = T0 + MINUTE + HOUR;
    await run.task(late - 1, [signalled('loginCompleted', proof('login-21'))]);
    expect(run.activities.size).toBe(0);
    await run.task(late, [signalled('loginCompleted', proof('login-21'))]);
    expect([...run.activities.values()]).toMatchObject([{ input: { proof: proof('login-21') } }]);
    // The next one has to wait for the second of them.
    await run.task(late, [failed(calling(run), REFUSED)]);
    await run.task(late, [signalled('loginCompleted', proof('login-22'))]);
    expect(run.activities.size).toBe(0);
    await run.dispose();
  });
});

describe('a login that certainly did not reach Auth0', () => {
  it('does not count', async () => {
    const run = await afterTwenty();
    const late = T0 + MINUTE + HOUR;
    await run.task(late, [signalled('loginCompleted', proof('not sent'))]);
    const unavailable = { type: 'unavailable', message: 'not sent' };
    await run.task(late, [failed(calling(run), unavailable)]);
    // Another one takes its place before it is tried again.
    await run.task(late, [signalled('loginCompleted', proof('login-21'))]);
    expect([...run.activities.values()]).toMatchObject([{ input: { proof: proof('login-21') } }]);
    const session = { accessToken: 'sealed', expiresAt: late + 10 * MINUTE, authenticators: [] };
    await run.task(late, [resolved(calling(run), session)]);
    expect([...run.activities.values()]).toMatchObject([{ name: 'associate' }]);
    await run.dispose();
  });
});
