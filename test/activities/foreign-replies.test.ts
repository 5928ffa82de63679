import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { FaultAction } from '@durable-mfa/tenant-emulator';
import {
  type ActivityBench,
  activityBench,
  openSession,
  sessionInput,
} from '../support/activity-bench.ts';
import { ASSOCIATE, DELETE, held, INACTIVE_SMS, LIST, TOKEN } from '../support/auth0-record.ts';
import { login } from '../support/login.ts';
import { createWorld, PHONE_NUMBER, type World } from '../support/world.ts';
import type { FailureType } from '../../activities/failure-types.ts';

const PAGE = '<!doctype html><title>Attention required</title>';
const HTML = { 'content-type': 'text/html' };
const JSON_TYPE = { 'content-type': 'application/json' };

/** Of something between us and Auth0, which has not passed the request on. */
const REFUSALS: readonly FaultAction[] = [
  ...[400, 401, 403, 404, 405, 451].map((status) => ({ status, text: PAGE, headers: HTML })),
  { status: 403, text: PAGE, headers: JSON_TYPE },
  { status: 403, text: '', headers: {} },
  { status: 403, body: { message: 'Forbidden' } },
  { status: 403, body: { error: { code: 403 } } },
  { status: 403, body: {} },
  { status: 403, body: [] },
  { status: 403, body: 'Forbidden' },
  { status: 403, text: 'null', headers: JSON_TYPE },
  {
    status: 403,
    text: '{"error":"access_denied"}',
    headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
  },
];

/** After which nobody knows what became of the request. */
const DOUBTFUL: readonly FaultAction[] = [
  ...[408, 500, 502, 503, 504, 524].map((status) => ({ status, text: PAGE, headers: HTML })),
  { status: 302, text: '', headers: { location: 'https://portal.example/' } },
  { status: 307, text: PAGE, headers: { location: '/elsewhere' } },
  { status: 304, text: '' },
  { status: 200, text: PAGE, headers: HTML },
  { status: 200, text: PAGE, headers: JSON_TYPE },
  { status: 200, body: { message: 'OK' } },
  { status: 200, body: 'OK' },
  { status: 200, body: { error: 'access_denied', error_description: 'Unauthorized' } },
  { status: 201, body: { status: 'created' } },
  { status: 202, body: {} },
];

/** As above, for calls that are answered by something. */
const EMPTY: readonly FaultAction[] = [
  { status: 200, text: '' },
  { status: 204, text: '' },
];

/** What the call needs, none of which it may spend, and then the call itself, as often as is wanted. */
type Preparation = (world: World, bench: ActivityBench) => Promise<() => Promise<unknown>>;

const exchange: Preparation = async (world, bench) => {
  const input = sessionInput(world, await login(world));
  return () => bench.run(bench.activities.openSession, input);
};

/** With a session, and a text that is not confirmed yet. */
async function texted(world: World, bench: ActivityBench) {
  const { accessToken } = await openSession(world, bench);
  const session = { tenant: world.tenant, accessToken, notAfter: Infinity };
  const sms = { ...session, factor: 'sms' as const, phoneNumber: PHONE_NUMBER };
  const { oobCode = '' } = await bench.run(bench.activities.associate, sms);
  const [entry] = await bench.run(bench.activities.listAuthenticators, session);
  const code = world.emulator.inbox.messages(PHONE_NUMBER)[0]?.code ?? '';
  return {
    session,
    sms,
    confirmation: { ...sms, oobCode, code },
    authenticatorId: entry?.id ?? '',
  };
}

const associate: Preparation = async (world, bench) => {
  const { sms } = await texted(world, bench);
  return () => bench.run(bench.activities.associate, sms);
};

const confirm: Preparation = async (world, bench) => {
  const { confirmation } = await texted(world, bench);
  return () => bench.run(bench.activities.confirm, confirmation);
};

const list: Preparation = async (world, bench) => {
  const { session } = await texted(world, bench);
  return () => bench.run(bench.activities.listAuthenticators, session);
};

const remove: Preparation = async (world, bench) => {
  const { session, authenticatorId } = await texted(world, bench);
  return () => bench.run(bench.activities.deleteAuthenticator, { ...session, authenticatorId });
};

async function failureOf(call: () => Promise<unknown>): Promise<ApplicationFailure> {
  const came: unknown = await call().catch((error: unknown) => error);
  if (came instanceof ApplicationFailure) return came;
  throw new Error(`It was taken for an answer: ${JSON.stringify(came)}`);
}

interface Case {
  readonly name: string;
  readonly endpoint: string;
  readonly prepare: Preparation;
  readonly doubtful: FailureType;
  readonly empty: FailureType | 'success';
}

describe('a reply that is not Auth0’s', () => {
  it.each<Case>([
    {
      name: 'a code exchange',
      endpoint: TOKEN,
      prepare: exchange,
      doubtful: 'ambiguous',
      empty: 'ambiguous',
    },
    {
      name: 'an associate',
      endpoint: ASSOCIATE,
      prepare: associate,
      doubtful: 'ambiguous',
      empty: 'ambiguous',
    },
    {
      name: 'a confirmation',
      endpoint: TOKEN,
      prepare: confirm,
      doubtful: 'ambiguous',
      empty: 'ambiguous',
    },
    {
      name: 'a reading',
      endpoint: LIST,
      prepare: list,
      doubtful: 'unavailable',
      empty: 'unavailable',
    },
    {
      name: 'a deletion',
      endpoint: DELETE,
      prepare: remove,
      doubtful: 'unavailable',
      empty: 'success',
    },
  ])('to $name says no more than that it came', async ({ endpoint, prepare, doubtful, empty }) => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    const call = await prepare(world, bench);
    const before = held(world);
    const meet = async (actions: readonly FaultAction[], type: FailureType) => {
      for (const action of actions) {
        world.emulator.faults.add({ endpoint, when: 'before', action });
        const failure = await failureOf(call);
        expect({ action, type: failure.type }).toEqual({ action, type });
        expect(failure.nonRetryable).toBe(type === 'ambiguous');
      }
    };
    await meet(REFUSALS, 'unavailable');
    await meet(DOUBTFUL, doubtful);
    if (empty !== 'success') await meet(EMPTY, empty);
    expect(held(world)).toEqual(before);
    await call();
  });

  it('does not make an authenticator gone', async () => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    const call = await remove(world, bench);
    const action = { status: 404, text: PAGE, headers: HTML };
    world.emulator.faults.add({ endpoint: DELETE, when: 'before', action });
    expect(await failureOf(call)).toMatchObject({ type: 'unavailable' });
    expect(held(world)).toEqual([INACTIVE_SMS]);
  });

  it.each<[string, FaultAction]>([
    ['a page', { status: 200, text: PAGE, headers: HTML }],
    ['another JSON', { status: 200, body: { message: 'OK' } }],
    ['a refusal', { status: 403, text: PAGE, headers: HTML }],
    ['a redirect', { status: 302, text: '', headers: { location: 'https://portal.example/' } }],
  ])('in place of the keys spends no login: %s', async (_what, action) => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    const call = await exchange(world, bench);
    const endpoint = 'GET /.well-known/jwks.json';
    world.emulator.faults.add({ endpoint, when: 'before', action });
    expect(await failureOf(call)).toMatchObject({ type: 'unavailable', nonRetryable: false });
    expect(world.emulator.journal.count(TOKEN)).toBe(0);
    await call();
  });

  it('in place of the list that a login needs is read again, and once more is a lost login', async () => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    const action = { status: 200, text: PAGE, headers: HTML };
    world.emulator.faults.add({ endpoint: LIST, when: 'before', action });
    expect(await openSession(world, bench)).toMatchObject({ authenticators: [] });
    world.emulator.faults.add({ endpoint: LIST, when: 'before', action, times: 2 });
    const call = await exchange(world, bench);
    expect(await failureOf(call)).toMatchObject({ type: 'ambiguous', nonRetryable: true });
  });
});

describe('an ID token that does not belong to its login', () => {
  it('is still told as that, for the reply is what the endpoint promises', async () => {
    await using world = await createWorld({ worker: false });
    await using bench = activityBench(world);
    const input = sessionInput(world, { ...(await login(world)), nonce: 'another' });
    const call = () => bench.run(bench.activities.openSession, input);
    expect(await failureOf(call)).toMatchObject({ type: 'invalid-id-token' });
  });
});
