import { beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { Secret, TOTP } from 'otpauth';
import { logInByBrowser } from '../../dev/browser-login.ts';
import { SIGNALS } from '../../workflows/contract/enroll-mfa.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { BOT_PYTHON_MS_MAX, type BotPython, botPython } from '../support/bot-python.ts';
import { type ChildProgram, startChild } from '../support/child-program.ts';
import { payloadKeys } from '../support/payload-keys.ts';
import { rawEvents, textOf } from '../support/raw-history.ts';
import { ENCRYPTED_NAMESPACE } from '../support/running-server.ts';
import { createWorld, PHONE_NUMBER, REDIRECT_URI, type World } from '../support/world.ts';
import { botEnvironment } from './bot-environment.ts';

const LONG_MS = 90_000;

let runtime: BotPython;
beforeAll(async () => {
  runtime = await botPython();
}, BOT_PYTHON_MS_MAX);

/** The person whom the bot asks, with a browser, a phone and an authenticator app. */
class Person implements AsyncDisposable {
  readonly #world: World;
  readonly #bot: ChildProgram;
  #read = 0;
  #totp: TOTP | undefined;

  constructor(
    world: World,
    environment: Readonly<Record<string, string>> = {},
    phoneNumber: string = PHONE_NUMBER,
  ) {
    this.#world = world;
    this.#bot = startChild('docs/guides/bot.py', {
      interpreter: runtime.python,
      args: [world.user.userId, phoneNumber],
      listens: true,
      env: botEnvironment(runtime, world, environment),
    });
  }

  /** The next line that the bot prints with this in it. */
  async reads(text: string): Promise<string> {
    const line = await this.#bot.line(text, this.#read);
    this.#read = this.#bot.output().split('\n').indexOf(line, this.#read) + 1;
    return line;
  }

  async logsIn(): Promise<void> {
    const { emulator, user } = this.#world;
    const authorizeUrl = (await this.reads('/authorize?')).replace('Log in: ', '');
    const after = emulator.inbox.messages(PHONE_NUMBER).at(-1)?.id;
    const { callbackUrl } = await logInByBrowser({
      authorizeUrl,
      username: user.email,
      password: user.password,
      answerChallenge: async () =>
        (await emulator.inbox.next(PHONE_NUMBER, after === undefined ? {} : { after })).code,
    });
    await this.reads('come back to:');
    this.says(callbackUrl);
  }

  says(text: string): void {
    this.#bot.say(text);
  }

  async scans(): Promise<void> {
    const [, secret = ''] = /: ([A-Z2-7]+)$/.exec(await this.reads('typed into the app')) ?? [];
    this.#totp = new TOTP({ secret: Secret.fromBase32(secret) });
  }

  get otp(): string {
    return this.#totp?.generate({ timestamp: this.#world.clock.now() }) ?? '';
  }

  get texted(): string {
    return this.#world.emulator.inbox.messages(PHONE_NUMBER).at(-1)?.code ?? '';
  }

  get ended(): Promise<number | string> {
    return this.#bot.ended;
  }

  /** @returns all that the bot has printed */
  async seesItEnd(): Promise<string> {
    expect(await this.ended).toBe(0);
    return this.#bot.output();
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#bot[Symbol.asyncDispose]();
  }
}

/** From nothing to both factors, with a wrong code on the way. */
async function enroll(person: Person): Promise<void> {
  await person.logsIn();
  await person.reads('Code texted to');
  person.says(person.texted === '000000' ? '000001' : '000000');
  expect(await person.reads('submitCode')).toContain('wrong-code');
  await person.reads('Code texted to');
  person.says(person.texted);
  expect(await person.reads('submitCode')).toContain('confirmed');
  await person.logsIn();
  await person.scans();
  await person.reads('Code that the app shows');
  person.says(person.otp);
  expect(await person.reads('submitCode')).toContain('confirmed');
}

function activeFactors({ emulator, user }: World): readonly (string | undefined)[] {
  const active = emulator.authenticators(user.userId).filter((one) => one.active);
  return active.map(({ id }) => id.split('|')[0]).sort();
}

describe('the bot of the guide', () => {
  it(
    'takes a user from nothing to two factors where payloads are in clear',
    async () => {
      await using world = await createWorld({ emulator: { settings: { recoveryCodes: true } } });
      await using person = new Person(world);
      await enroll(person);
      const output = await person.seesItEnd();
      expect(output).toContain('enrolled: ');
      expect(output).toMatch(/^Write this down: [A-Z0-9]{24}$/m);
      expect(activeFactors(world)).toEqual(['recovery-code', 'sms', 'totp']);
      const id = enrollMfaWorkflowId(world.tenant, world.user.userId);
      expect(textOf(await rawEvents(world.client, id))).toContain(PHONE_NUMBER);
    },
    LONG_MS,
  );

  it(
    'does so with the keyring where they are encrypted, and leaves nothing in clear',
    async () => {
      await using keys = await payloadKeys({ refusePlaintext: true });
      await using world = await createWorld({ encryption: keys.plugin });
      await using person = new Person(world, { MFA_PAYLOAD_KEYS_FILE: keys.file });
      await enroll(person);
      expect(await person.seesItEnd()).toContain('enrolled: ');
      expect(activeFactors(world)).toEqual(['sms', 'totp']);
      const id = enrollMfaWorkflowId(world.tenant, world.user.userId);
      const history = textOf(await rawEvents(world.client, id));
      expect(history).toContain(keys.kid);
      expect(history).not.toContain(PHONE_NUMBER);
      expect(history).not.toContain('codeVerifier');
    },
    LONG_MS,
  );

  it(
    'joins an enrollment that runs, begins no second one, and tells how it ended',
    async () => {
      await using world = await createWorld();
      const handle = await world.start({ phoneNumber: '+14155550199' });
      await using person = new Person(world);
      await person.reads('runs already');
      await person.reads('awaiting-login');
      await person.reads('come back to:');
      await handle.signal(SIGNALS.cancel, { by: 'test', reason: 'seen' });
      await handle.result();
      person.says('https://example.com/?error=access_denied');
      expect(await person.reads('That does not end this login')).toContain('access_denied');
      expect(await person.seesItEnd()).toContain('cancelled: ');
      expect(world.emulator.inbox.messages(PHONE_NUMBER)).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'goes on after a resend and a login that is not its own',
    async () => {
      await using world = await createWorld();
      await using person = new Person(world);
      await person.reads('come back to:');
      person.says(`${REDIRECT_URI}?code=abc&state=of-another-login`);
      await person.reads('That does not end this login');
      await person.logsIn();
      await person.reads('Code texted to');
      person.says('');
      // Within the cool-down: refused, with the reason.
      expect(await person.reads('resendCode')).toMatch(/refused [A-Z].+\./);
      await person.reads('Code texted to');
      person.says(person.texted);
      expect(await person.reads('submitCode')).toContain('confirmed');
      expect(world.emulator.inbox.messages(PHONE_NUMBER)).toHaveLength(1);
    },
    LONG_MS,
  );

  it(
    'tells why a start was refused',
    async () => {
      await using world = await createWorld();
      await using person = new Person(world, {}, '415 555 0123');
      expect(await person.reads('failed')).toContain('phoneNumber: ');
      expect(await person.seesItEnd()).not.toContain('/authorize?');
    },
    LONG_MS,
  );

  it(
    'sends nothing without a keyring where the namespace says that payloads are encrypted',
    async () => {
      await using world = await createWorld({ worker: false });
      const namespace = ENCRYPTED_NAMESPACE;
      // As a worker with a keyring does; a namespace made just now would not be known everywhere yet.
      const updateInfo = { data: { mfa_payloads: 'encrypted' } };
      await world.client.workflowService.updateNamespace({ namespace, updateInfo });
      await using person = new Person(world, { TEMPORAL_NAMESPACE: namespace });
      await person.reads('Nothing was sent');
      expect(await person.ended).toBe(1);
      const client = new Client({ connection: world.client.connection, namespace });
      const id = enrollMfaWorkflowId(world.tenant, world.user.userId);
      await expect(client.workflow.getHandle(id).describe()).rejects.toThrow(WorkflowNotFoundError);
    },
    LONG_MS,
  );
});
