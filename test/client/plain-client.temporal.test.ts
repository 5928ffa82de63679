import { describe, expect, it } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { logInByBrowser } from '../../dev/browser-login.ts';
import type { Progress } from '../../workflows/contract/enroll-mfa.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { readmeCommands } from '../docs/readme-commands.ts';
import { ASSOCIATE } from '../support/auth0-record.ts';
import { codecBench } from '../support/codec-bench.ts';
import { rawEvents, textOf } from '../support/raw-history.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createWorld, PHONE_NUMBER, type World } from '../support/world.ts';
import { Terminal } from './terminal.ts';

/** The user at the terminal, with a browser, a phone and an authenticator app. */
class Reader {
  readonly #world: World;
  readonly #terminal: Terminal;
  #secret = '';

  constructor(world: World, terminal: Terminal) {
    this.#world = world;
    this.#terminal = terminal;
  }

  /** Types the line with what the reader has to fill in, once it is its turn. */
  async type(line: string): Promise<void> {
    let cameBack: Promise<unknown> = Promise.resolve();
    const stdout = await this.#terminal.run(await this.#filledIn(line), (text) => {
      const [url] = /https?:\S+\/authorize\?\S+/.exec(text) ?? [];
      if (url !== undefined) cameBack = this.#logIn(url).then((callback) => fetch(callback));
    });
    await cameBack;
    if (line.includes('set-up')) this.#secret = /^Secret +(\S+)$/m.exec(stdout)?.[1] ?? '';
  }

  async #filledIn(line: string): Promise<string> {
    if (line.includes('mfa -- login')) await this.#terminal.untilPhase('awaiting-login');
    if (line.includes('set-up')) await this.#terminal.untilPhase('awaiting-otp');
    if (line.includes('SMS-CODE')) {
      await this.#terminal.untilPhase('awaiting-sms-code');
      return line.replace('SMS-CODE', this.#texts().at(-1)?.code ?? '');
    }
    const totp = () => new TOTP({ secret: Secret.fromBase32(this.#secret) });
    return line.includes('"OTP"')
      ? line.replace('OTP', totp().generate({ timestamp: this.#world.clock.now() }))
      : line;
  }

  async #logIn(authorizeUrl: string): Promise<string> {
    const { emulator, user } = this.#world;
    const after = this.#texts().at(-1)?.id;
    const { callbackUrl } = await logInByBrowser({
      authorizeUrl,
      username: user.email,
      password: user.password,
      answerChallenge: async () =>
        (await emulator.inbox.next(PHONE_NUMBER, after === undefined ? {} : { after })).code,
    });
    return callbackUrl;
  }

  #texts() {
    return this.#world.emulator.inbox.messages(PHONE_NUMBER);
  }
}

/** What the payloads in the CLI's JSON hold. */
function dataOf(json: string): string {
  const found = json.matchAll(/"data":\s*"([^"]+)"/g);
  return [...found].map(([, data = '']) => Buffer.from(data, 'base64').toString('utf8')).join('\n');
}

describe('a plain client with the Temporal CLI alone', () => {
  it('takes a user from nothing to two factors by the lines of the README', async () => {
    await using world = await createWorld();
    await using folder = await temporaryFolder();
    const terminal = await Terminal.open(world, folder.path);
    const reader = new Reader(world, terminal);
    for (const line of readmeCommands('From a bot')) await reader.type(line);
    await terminal.untilPhase('enrolled');
    expect(await terminal.attribute('MfaOutcome')).toBe('enrolled');
    const result = await terminal.run('temporal workflow result --workflow-id "$ID" --output json');
    expect(result).toContain('"enrolled"');
    expect(await terminal.status()).toBe('WORKFLOW_EXECUTION_STATUS_COMPLETED');
    const { emulator, user } = world;
    const active = emulator.authenticators(user.userId).filter((one) => one.active);
    expect(active.map(({ id }) => id.split('|')[0]).sort()).toEqual(['sms', 'totp']);
    expect(emulator.journal.count(ASSOCIATE)).toBe(2);
  }, 120_000);

  it('does so by the same lines where payloads are encrypted and a codec server is named', async () => {
    await using codec = await codecBench();
    await using world = await createWorld({ encryption: codec.keys.plugin });
    await using folder = await temporaryFolder();
    const terminal = await Terminal.open(
      world,
      folder.path,
      {
        TEMPORAL_CODEC_ENDPOINT: codec.url,
        TEMPORAL_CODEC_AUTH: `Bearer ${codec.token}`,
      },
      'skipped',
    );
    const reader = new Reader(world, terminal);
    for (const line of readmeCommands('From a bot')) await reader.type(line);
    await terminal.untilPhase('enrolled');
    const shown = await terminal.run('temporal workflow show --workflow-id "$ID" --output json');
    expect(dataOf(shown)).toContain(PHONE_NUMBER);
    const raw = await rawEvents(world.client, enrollMfaWorkflowId(world.tenant, world.user.userId));
    expect(textOf(raw)).not.toContain(PHONE_NUMBER);
    expect(codec.log().every(({ who, event }) => who === 'ada' && event !== 'refused')).toBe(true);
    expect(codec.logText()).not.toContain(PHONE_NUMBER);
  }, 120_000);

  it('sees ciphertext where the codec server is not told who asks', async () => {
    await using codec = await codecBench();
    await using world = await createWorld({ encryption: codec.keys.plugin });
    await world.start();
    const id = enrollMfaWorkflowId(world.tenant, world.user.userId);
    const look = async (variables: Readonly<Record<string, string>>): Promise<string> => {
      await using place = await temporaryFolder();
      const terminal = await Terminal.open(world, place.path, variables);
      return await terminal
        .run(`temporal workflow show --workflow-id '${id}' --output json`)
        .catch((error: unknown) => String(error));
    };
    const [withoutCodec, withoutToken] = [
      await look({}),
      await look({ TEMPORAL_CODEC_ENDPOINT: codec.url }),
    ];
    expect(withoutCodec).toContain('encryption-key-id');
    for (const text of [withoutCodec, withoutToken]) {
      expect(dataOf(text)).not.toContain(PHONE_NUMBER);
    }
    expect(codec.log().filter(({ event }) => event === 'decode')).toEqual([]);
  }, 60_000);

  it('is refused a second start by the README’s line, and the first number stays', async () => {
    await using world = await createWorld();
    await using folder = await temporaryFolder();
    const terminal = await Terminal.open(world, folder.path);
    const [setId = '', start = ''] = readmeCommands('From a bot');
    await terminal.run(setId);
    await terminal.run(start);
    const shown = () => terminal.run('temporal workflow show --workflow-id "$ID" --output json');
    const before = dataOf(await shown());
    const another = start.replace(PHONE_NUMBER, '+14155550199');
    await expect(terminal.run(another)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('already'),
    });
    // What the guide says of a start without the flag: no error, and the number is dropped.
    for (const flags of ['', ' --id-conflict-policy Fail']) {
      await terminal.run(another.replace(' --fail-existing', flags));
    }
    const after = dataOf(await shown());
    expect(after).toContain(PHONE_NUMBER);
    expect(after).not.toContain('+14155550199');
    expect(before).toContain(PHONE_NUMBER);
    const list = 'temporal workflow list --output json --query "WorkflowId = \'$ID\'"';
    expect(JSON.parse(await terminal.run(list))).toHaveLength(1);
  }, 60_000);

  it('is told what is awaited, and why something was refused', async () => {
    await using world = await createWorld();
    await using folder = await temporaryFolder();
    const terminal = await Terminal.open(world, folder.path);
    const [setId = '', start = ''] = readmeCommands('From a bot');
    await terminal.run(setId);
    await terminal.run(start);
    const signal = 'temporal workflow signal --workflow-id "$ID" --name';
    await terminal.run(`${signal} smsCode --input '"12345"'`);
    await terminal.untilRefused('malformed');
    const describe = 'temporal workflow describe --workflow-id "$ID" --output json';
    const { workflowExecutionInfo } = JSON.parse(await terminal.run(describe)) as {
      workflowExecutionInfo: { memo: { fields: { progress: Progress } } };
    };
    expect(workflowExecutionInfo.memo.fields.progress).toMatchObject({
      phase: 'awaiting-login',
      next: { type: 'log-in', factor: 'sms' },
      lastRefusal: { refusal: 'malformed', message: 'smsCode', hint: expect.any(String) },
    });
    await terminal.run(`${signal} cancel --input '{"by":"bot","reason":"test"}'`);
    await terminal.untilPhase('cancelled');
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(0);
  }, 60_000);
});
