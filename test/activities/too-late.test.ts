import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type ActivityBench,
  activityBench,
  openSession,
  sessionInput,
} from '../support/activity-bench.ts';
import { TOKEN } from '../support/auth0-record.ts';
import { login } from '../support/login.ts';
import { createWorld, PHONE_NUMBER, type World } from '../support/world.ts';

let world: World;
let bench: ActivityBench;
/** What each call takes of it; a text has been sent with it, to be confirmed. */
let input: Parameters<ActivityBench['activities']['associate']>[0];
let oobCode: string;

beforeEach(async () => {
  world = await createWorld({ worker: false });
  world.clock.freeze();
  bench = activityBench(world);
  const { accessToken } = await openSession(world, bench);
  input = {
    ...{ tenant: world.tenant, accessToken, factor: 'sms', phoneNumber: PHONE_NUMBER },
    notAfter: world.clock.now(),
  };
  ({ oobCode = '' } = await bench.run(bench.activities.associate, input));
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  await world.close();
});

/** A millisecond past its time, and nothing is written. */
async function isNotSent(call: () => Promise<unknown>): Promise<void> {
  const { length } = world.emulator.journal.entries;
  world.clock.advance(1);
  await expect(call()).rejects.toMatchObject({ type: 'unavailable', nonRetryable: false });
  expect(world.emulator.journal.entries).toHaveLength(length);
}

describe('past its time', () => {
  it('a login is not exchanged, and stays good', async () => {
    const proof = await login(world);
    const late = { ...sessionInput(world, proof), notAfter: world.clock.now() };
    const exchanges = world.emulator.journal.count(TOKEN);
    await isNotSent(() => bench.run(bench.activities.openSession, late));
    expect(world.emulator.journal.count(TOKEN)).toBe(exchanges);
    expect(await openSession(world, bench, { proof })).toMatchObject({
      expiresAt: expect.any(Number),
    });
  });

  it('no text is sent', async () => {
    await isNotSent(() => bench.run(bench.activities.associate, input));
    expect(world.emulator.inbox.messages()).toHaveLength(1);
  });

  it('no code is judged', async () => {
    const code = world.emulator.inbox.messages().at(-1)?.code ?? '';
    const late = { ...input, code, oobCode };
    await isNotSent(() => bench.run(bench.activities.confirm, late));
    expect(world.emulator.authenticators(world.user.userId)).toMatchObject([{ active: false }]);
  });

  it('nothing is deleted', async () => {
    const [entry] = world.emulator.authenticators(world.user.userId);
    const late = { ...input, authenticatorId: entry?.id ?? '' };
    await isNotSent(() => bench.run(bench.activities.deleteAuthenticator, late));
    expect(world.emulator.authenticators(world.user.userId)).toEqual([entry]);
  });
});

describe('a login that is exchanged in its last millisecond', () => {
  it('is listed for after it: its code is spent', async () => {
    const proof = await login(world);
    const { journal } = world.emulator;
    const exchanges = journal.count(TOKEN);
    const clock = () => world.clock.now() + (journal.count(TOKEN) > exchanges ? 1 : 0);
    await using late = activityBench(world, {}, clock);
    const notAfter = world.clock.now();
    const opening = { ...sessionInput(world, proof), notAfter };
    const opened = await late.run(late.activities.openSession, opening);
    expect(opened).toMatchObject({ authenticators: [{ kind: 'sms' }] });
  });
});
