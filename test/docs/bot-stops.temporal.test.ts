import { beforeAll, describe, expect, it } from '@jest/globals';
import { BOT_PYTHON_MS_MAX, type BotPython, botPython } from '../support/bot-python.ts';
import { type ChildProgram, startChild } from '../support/child-program.ts';
import { createWorld, type World } from '../support/world.ts';
import { botEnvironment } from './bot-environment.ts';

const LONG_MS = 90_000;

let runtime: BotPython;
beforeAll(async () => {
  runtime = await botPython();
}, BOT_PYTHON_MS_MAX);

function startBot(
  world: World,
  { listens = false, ...other }: { listens?: boolean; env?: Record<string, string> } = {},
): ChildProgram {
  return startChild('docs/guides/bot.py', {
    ...{ interpreter: runtime.python, listens },
    args: [world.user.userId, '+14155550123'],
    env: botEnvironment(runtime, world, other.env),
  });
}

describe('the bot of the guide ends with a line that names', () => {
  it.each([
    [
      'each variable that is not set',
      { AUTH0_DOMAIN: '', MFA_REDIRECT_URI: '' },
      /^Not set: AUTH0_DOMAIN, MFA_REDIRECT_URI\. See `npm start`/,
    ],
    [
      'a keyring that is not there',
      { MFA_PAYLOAD_KEYS_FILE: '/no/such' },
      /^MFA_PAYLOAD_KEYS_FILE: .*\/no\/such/,
    ],
    ['a keyring that is none', { MFA_PAYLOAD_KEYS_FILE: 'README.md' }, /^MFA_PAYLOAD_KEYS_FILE: /],
    [
      'the address where nobody answers',
      { TEMPORAL_ADDRESS: '127.0.0.1:1' },
      /^TEMPORAL_ADDRESS=127\.0\.0\.1:1: set it/,
    ],
  ])('%s', async (_what, env, line) => {
    await using world = await createWorld({ worker: false });
    await using bot = startBot(world, { env });
    expect(await bot.ended).toBe(1);
    expect(bot.output().trim().split('\n')).toEqual([expect.stringMatching(line)]);
  });

  it(
    'what Temporal says, and the way back',
    async () => {
      await using world = await createWorld({ worker: false });
      await using bot = startBot(world, { env: { TEMPORAL_NAMESPACE: 'no-such-namespace' } });
      expect(await bot.ended).toBe(1);
      expect(bot.output()).toContain('Temporal says: ');
      expectWayBack(bot);
    },
    LONG_MS,
  );

  it(
    'the way back, where nobody answers it any more',
    async () => {
      await using world = await createWorld();
      await using bot = startBot(world);
      expect(await bot.ended).toBe(1);
      expectWayBack(bot);
    },
    LONG_MS,
  );

  it(
    'the way back, at Ctrl-C',
    async () => {
      await using world = await createWorld();
      await using bot = startBot(world, { listens: true });
      await bot.line('come back to:');
      bot.kill('SIGINT');
      // A signal in the instant before Python reads is seen after the read.
      bot.say('');
      expect(await bot.ended).toBe(1);
      expectWayBack(bot);
    },
    LONG_MS,
  );
});

function expectWayBack(bot: ChildProgram): void {
  expect(bot.output()).toMatch(/Stopped\. .* start the bot again to go on\.$/m);
  expect(bot.output()).not.toContain('Traceback');
}
