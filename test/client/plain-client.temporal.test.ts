import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { z } from 'zod';
import { logInByBrowser } from '../../dev/browser-login.ts';
import type { Phase } from '../../workflows/contract/enroll-mfa.ts';
import { plainEnvironment } from '../support/plain-environment.ts';
import { requiredVariable } from '../support/required-variable.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import {
  CLIENT_ID,
  createWorld,
  PASSWORD,
  PHONE_NUMBER,
  REDIRECT_URI,
  type World,
} from '../support/world.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const execute = promisify(execFile);
const PROCESS_TIMEOUT_MS = 20_000;
/** Each look is a process of its own: some twenty seconds in all. */
const LOOKS_MAX = 200;

const descriptionSchema = z.object({
  workflowExecutionInfo: z.object({
    status: z.string(),
    searchAttributes: z.object({
      indexedFields: z.record(z.string(), z.object({ data: z.string() })).default({}),
    }),
  }),
});

/** Somebody with the Temporal CLI, our few commands, a browser and a phone; nothing else. */
class PlainClient {
  readonly #world: World;
  readonly #folder: string;
  readonly #id: string;

  private constructor(world: World, folder: string, id: string) {
    this.#world = world;
    this.#folder = folder;
    this.#id = id;
  }

  static async of(world: World, folder: TemporaryFolder): Promise<PlainClient> {
    const { tenant, user } = world;
    const words = ['workflow-id', '--tenant', tenant, '--user', user.userId];
    const id = await mfa(words, folder.path);
    return new PlainClient(world, folder.path, id.trim());
  }

  async temporal(...words: string[]): Promise<string> {
    const { stdout } = await execute(
      requiredVariable('TEMPORAL_CLI'),
      [...words.slice(0, 2), '--workflow-id', this.#id, ...words.slice(2)],
      {
        timeout: PROCESS_TIMEOUT_MS,
        env: plainEnvironment({ TEMPORAL_ADDRESS: this.#world.address }),
      },
    );
    return stdout;
  }

  signal(name: string, input: unknown): Promise<string> {
    return this.temporal('workflow', 'signal', '--name', name, '--input', JSON.stringify(input));
  }

  mfa(...words: string[]): Promise<string> {
    return mfa(words, this.#folder);
  }

  /** Logs in by our two commands and a browser, and signals the proof. */
  async logIn(): Promise<void> {
    const { emulator, user } = this.#world;
    const url = await this.mfa(
      ...['login-url', '--issuer', emulator.issuer, '--audience', emulator.audience],
      ...['--client-id', CLIENT_ID, '--redirect-uri', REDIRECT_URI],
    );
    const after = emulator.inbox.messages(PHONE_NUMBER).at(-1)?.id;
    const { callbackUrl } = await logInByBrowser({
      authorizeUrl: url.trim(),
      username: user.email,
      password: PASSWORD,
      answerChallenge: async () =>
        (await emulator.inbox.next(PHONE_NUMBER, after === undefined ? {} : { after })).code,
    });
    const proof: unknown = JSON.parse(await this.mfa('login-proof', callbackUrl));
    await this.signal('loginCompleted', proof);
  }

  /** What `describe` shows, which works without a worker. */
  async attribute(name: string): Promise<string | undefined> {
    const { indexedFields } = (await this.#description()).searchAttributes;
    const data = indexedFields[name]?.data;
    if (data === undefined) return undefined;
    return String(JSON.parse(Buffer.from(data, 'base64').toString('utf8')));
  }

  async untilPhase(phase: Phase): Promise<void> {
    for (let look = 0; look < LOOKS_MAX; look += 1) {
      if ((await this.attribute('MfaPhase')) === phase) return;
    }
    throw new Error(`It did not come to ${phase}.`);
  }

  async untilRefused(refusal: string): Promise<void> {
    for (let look = 0; look < LOOKS_MAX; look += 1) {
      if ((await this.attribute('MfaLastRefusal')) === refusal) return;
    }
    throw new Error(`${refusal} was not shown.`);
  }

  async status(): Promise<string> {
    return (await this.#description()).status;
  }

  async #description(): Promise<z.infer<typeof descriptionSchema>['workflowExecutionInfo']> {
    const json: unknown = JSON.parse(
      await this.temporal('workflow', 'describe', '--output', 'json'),
    );
    return descriptionSchema.parse(json).workflowExecutionInfo;
  }
}

async function mfa(words: readonly string[], folder: string, stdin = ''): Promise<string> {
  const running = execute(
    process.execPath,
    ['--import', 'tsx', 'client/cli/main.ts', ...words, '--dir', folder],
    { cwd: ROOT, timeout: PROCESS_TIMEOUT_MS, env: plainEnvironment() },
  );
  running.child.stdin?.end(stdin);
  return (await running).stdout;
}

describe('a plain client with the Temporal CLI alone', () => {
  it('takes a user from nothing to two factors by signals, and reads all it needs', async () => {
    await using world = await createWorld();
    await using folder = await temporaryFolder();
    const client = await PlainClient.of(world, folder);
    const { emulator, tenant, user } = world;
    const input = { tenant, userId: user.userId, phoneNumber: PHONE_NUMBER, requestedBy: 'bot' };
    await client.temporal(
      ...['workflow', 'start', '--type', 'enrollMfa', '--task-queue', world.taskQueue],
      ...['--input', JSON.stringify(input)],
    );
    await client.mfa('new-key');
    await client.untilPhase('awaiting-login');
    await client.logIn();
    await client.untilPhase('awaiting-sms-code');
    const { code } = await emulator.inbox.next(PHONE_NUMBER);
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    await client.signal('smsCode', wrong);
    await client.untilRefused('wrong-code');
    await client.signal('smsCode', code);
    await client.untilPhase('awaiting-login');

    await client.logIn();
    await client.untilPhase('awaiting-otp');
    const setUp = await client.temporal(
      ...['workflow', 'query', '--type', 'setUp', '--output', 'json'],
    );
    const opened: unknown = JSON.parse(await mfa(['open-set-up'], folder.path, setUp));
    const { secret } = z.object({ secret: z.string() }).parse(opened);
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    await client.signal('otpCode', totp.generate({ timestamp: world.clock.now() }));
    await client.untilPhase('enrolled');

    expect(await client.attribute('MfaOutcome')).toBe('enrolled');
    const result = await client.temporal('workflow', 'result', '--output', 'json');
    expect(result).toContain('"enrolled"');
    expect(await client.status()).toBe('WORKFLOW_EXECUTION_STATUS_COMPLETED');
    const active = emulator.authenticators(user.userId).filter((one) => one.active);
    expect(active.map(({ id }) => id.split('|')[0]).sort()).toEqual(['sms', 'totp']);
    expect(emulator.journal.count('POST /mfa/associate')).toBe(2);
  }, 120_000);

  it('is told by progress what is awaited and why something was refused', async () => {
    await using world = await createWorld();
    await using folder = await temporaryFolder();
    const client = await PlainClient.of(world, folder);
    const { tenant, user } = world;
    const input = { tenant, userId: user.userId, phoneNumber: PHONE_NUMBER, requestedBy: 'bot' };
    await client.temporal(
      ...['workflow', 'start', '--type', 'enrollMfa', '--task-queue', world.taskQueue],
      ...['--input', JSON.stringify(input)],
    );
    await client.signal('smsCode', '12345');
    await client.untilRefused('malformed');
    const progress = await client.temporal(
      ...['workflow', 'query', '--type', 'progress', '--output', 'json'],
    );
    expect(JSON.parse(progress)).toMatchObject({
      queryResult: [
        {
          phase: 'awaiting-login',
          next: { type: 'log-in', factor: 'sms' },
          lastRefusal: { refusal: 'malformed', message: 'smsCode', hint: expect.any(String) },
        },
      ],
    });
    await client.signal('cancel', { by: 'bot', reason: 'test' });
    await client.untilPhase('cancelled');
    expect(world.emulator.journal.count('POST /mfa/associate')).toBe(0);
  }, 60_000);
});
