/** However much is wrong with what comes in, what is said of it stays small: on the simulation. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openBundled, IDS, WHO as INPUT, T0 } from '../simulation/bare-run.ts';
import { signalled, started, updated } from '../simulation/jobs.ts';
import type { Sandbox } from '../simulation/sandbox.ts';
import { SimulatedRun } from '../simulation/simulated-run.ts';

const MANY = 100_000;

/** Of the memo's field `progress`, as clients are promised. */
const PROGRESS_BYTES_MAX = 2_048;
/** The server takes 20,000 bytes of details; a person reads less. */
const DETAILS_CHARACTERS_MAX = 4_096;
/** Of an answer, a hint, a message of a failure. */
const TOLD_CHARACTERS_MAX = 1_400;
/** Of whatever is written to the history. */
const COMMAND_BYTES_MAX = 8_192;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openBundled();
});
afterAll(() => sandbox.close());

/** `p-h-o-n-e-n-u-m-b-e-r` with capitals and without some hyphens: each is the name of a field, misspelt. */
function misspelt(count: number, word = 'phonenumber'): Record<string, number> {
  const letters = Array.from(word);
  const names = Array.from({ length: count }, (_, index) =>
    letters
      .map((letter, at) => (index & (1 << at) ? letter.toUpperCase() : letter))
      .map((letter, at) => ((index >> letters.length) & ((1 << at) >> 1) ? letter : `-${letter}`))
      .join('')
      .replace(/^-/, ''),
  );
  return Object.fromEntries(names.map((name) => [name, 1]));
}

const FOREIGN = Object.fromEntries(Array.from({ length: MANY }, (_, index) => [`key${index}`, 1]));

async function begun(input: unknown): Promise<SimulatedRun> {
  const run = await SimulatedRun.open(sandbox, IDS);
  await run.task(T0, [started(IDS, input)]);
  return run;
}

async function expectBounded(run: SimulatedRun, now: number): Promise<void> {
  const { progress } = run.memo as { progress: { lastRefusal?: { hint: string } } };
  expect(Buffer.byteLength(JSON.stringify(progress))).toBeLessThan(PROGRESS_BYTES_MAX);
  expect((progress.lastRefusal?.hint ?? '').length).toBeLessThan(TOLD_CHARACTERS_MAX);
  expect((await run.details(now)).length).toBeLessThan(DETAILS_CHARACTERS_MAX);
  expect(run.largestCommand).toBeLessThan(COMMAND_BYTES_MAX);
  expect(run.failedTasks).toEqual([]);
  expect(await run.replay()).toBeUndefined();
}

const hintOf = (run: SimulatedRun) =>
  (run.memo as { progress: { lastRefusal: { hint: string } } }).progress.lastRefusal.hint;

const HUGE: [what: string, signal: string, input: unknown, told: RegExp][] = [
  ['100,000 fields of no name that is known', 'cancel', FOREIGN, /by: must be a string of 1 to/],
  ['100,000 fields misspelt', 'changePhoneNumber', misspelt(MANY), / and 99993 more\.$/],
  ['a list of 100,000', 'cancel', Array<unknown>(MANY).fill({}), /cancel message must be a JSON/],
  ['a text of a million characters', 'smsCode', 'x'.repeat(1_000_000), /in at most 32 characters/],
];

describe('a message with too much in it', () => {
  it.each(HUGE)('is refused in few words: %s', async (_what, signal, input, told) => {
    const run = await begun(INPUT);
    await run.task(T0 + 1_000, [signalled(signal, input)]);
    expect(hintOf(run)).toMatch(told);
    await expectBounded(run, T0 + 1_000);
    expect(run.closing).toBeUndefined();
    await run.dispose();
  });

  it('has eight problems named, and the others counted', async () => {
    const run = await begun(INPUT);
    const { phoneNumber: _right, ...names } = misspelt(20);
    await run.task(T0 + 1_000, [signalled('changePhoneNumber', { phoneNumber: 'x', ...names })]);
    expect(hintOf(run).match(/[a-zA-Z-]+: /g)).toHaveLength(8);
    expect(hintOf(run)).toMatch(/ and 13 more\.$/);
    await expectBounded(run, T0 + 1_000);
    await run.dispose();
  });

  it.each(['submitCode', 'completeLogin', 'changePhoneNumber', 'resendCode'])(
    'is answered in few words where it is the update %s',
    async (name) => {
      const run = await begun(INPUT);
      const input = { ...FOREIGN, ...misspelt(1_000, 'challenge'), ...misspelt(1_000) };
      await run.task(T0 + 1_000, [updated('update', name, input)]);
      const { told = '', ...update } = run.updates.get('update') ?? {};
      expect(update).toMatchObject({ state: 'rejected', failure: 'malformed' });
      expect(JSON.parse(told)).toMatchObject({
        message: expect.stringMatching(/^The message has/),
      });
      expect((JSON.parse(told) as { message: string }).message.length).toBeLessThan(
        TOLD_CHARACTERS_MAX,
      );
      await expectBounded(run, T0 + 1_000);
      await run.dispose();
    },
  );
});

describe('a start with too much in it', () => {
  it('has as many problems named as fit into a thousand characters', async () => {
    const run = await begun({ ...INPUT, ...misspelt(MANY) });
    const { timeline } = (await run.query(T0, 'progress')) as { timeline: { what: string }[] };
    const named = timeline.filter(({ what }) => what.includes('is not a field here'));
    expect(named.map(({ what }) => what.length).reduce((a, b) => a + b)).toBeLessThan(1_020);
    expect(timeline.at(-2)?.what).toBe(`\`and ${MANY - named.length} more\``);
    expect(named.length).toBeGreaterThan(5);
    await run.dispose();
  });

  it.each([
    ['a plan of 100,000 factors', { ...INPUT, factors: Array<string>(MANY).fill('sms') }],
    ['100,000 factors of no name', { ...INPUT, factors: Array.from({ length: MANY }, String) }],
    ['100,000 fields misspelt', { ...INPUT, ...misspelt(MANY), phoneNumber: '1' }],
    ['nothing right and 100,000 fields besides', { ...FOREIGN, ...misspelt(1_000), factors: {} }],
    ['a login of 100,000 fields', { ...INPUT, login: { ...FOREIGN, ...misspelt(1_000, 'nonce') } }],
  ])('ends in few words: %s', async (_what, input) => {
    const run = await begun(input);
    expect(run.closing).toMatchObject({ status: 'failed', type: 'invalid-input' });
    await expectBounded(run, T0);
    await run.dispose();
  });

  it('does not hold the enrollment up where it is but what nobody knows', async () => {
    const run = await begun({ ...INPUT, ...FOREIGN });
    expect(run.memo).toMatchObject({ progress: { phase: 'awaiting-login' } });
    await expectBounded(run, T0);
    await run.dispose();
  });
});
