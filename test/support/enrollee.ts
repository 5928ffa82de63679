import {
  type WorkflowHandle,
  type WorkflowUpdateHandle,
  WorkflowUpdateStage,
} from '@temporalio/client';
import { calculateJwkThumbprint, compactDecrypt, exportJWK, generateKeyPair } from 'jose';
import { Secret, TOTP } from 'otpauth';
import {
  type CodeAnswer,
  type CodeProof,
  type DetailedProgress,
  type EnrollMfaInput,
  type EnrollMfaResult,
  type LoginAnswer,
  MEMO,
  type Phase,
  type Progress,
  type PublicDeviceKey,
  QUERIES,
  type Refusal,
  type ResendAnswer,
  sealedTo,
  type SetUp,
  SIGNALS,
  UPDATES,
} from '../../workflows/contract/enroll-mfa.ts';
import { newEvents } from './history-watch.ts';
import { login, type LoginOptions } from './login.ts';
import { PHONE_NUMBER, type World, type WorldUser } from './world.ts';

export interface DeviceKey {
  readonly publicKey: PublicDeviceKey;
  readonly kid: string;
  open(jwe: string): Promise<unknown>;
}

/** A key pair as a person's device makes it. */
export async function deviceKey(): Promise<DeviceKey> {
  const pair = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const { x = '', y = '' } = await exportJWK(pair.publicKey);
  const publicKey = { kty: 'EC', crv: 'P-256', x, y } as const;
  return {
    publicKey,
    kid: await calculateJwkThumbprint({ ...publicKey }),
    open: async (jwe) => {
      const { plaintext } = await compactDecrypt(jwe, pair.privateKey);
      const opened: unknown = JSON.parse(new TextDecoder().decode(plaintext));
      return opened;
    },
  };
}

/** The person who is being enrolled, with a phone and a device. */
export class Enrollee {
  readonly world: World;
  readonly user: WorldUser;
  readonly handle: WorkflowHandle;
  readonly device: DeviceKey;
  readonly phoneNumber: string;
  #secret: string | undefined;
  #usedSteps = new Set<number>();

  private constructor(
    world: World,
    user: WorldUser,
    handle: WorkflowHandle,
    device: DeviceKey,
    phoneNumber: string,
  ) {
    this.world = world;
    this.user = user;
    this.handle = handle;
    this.device = device;
    this.phoneNumber = phoneNumber;
  }

  static async start(
    world: World,
    input: Partial<EnrollMfaInput> = {},
    user: WorldUser = world.user,
    firstLogin?: CodeProof,
  ): Promise<Enrollee> {
    const handle = await world.start({ userId: user.userId, ...input }, firstLogin);
    const phoneNumber = input.phoneNumber ?? PHONE_NUMBER;
    return new Enrollee(world, user, handle, await deviceKey(), phoneNumber);
  }

  /** Started, with the first challenge made by a login. */
  static async loggedIn(
    world: World,
    input: Partial<EnrollMfaInput> = {},
    user: WorldUser = world.user,
  ): Promise<Enrollee> {
    const person = await Enrollee.start(world, input, user);
    await person.logIn();
    return person;
  }

  /** Logs in on the tenant's pages; nothing is delivered. */
  proof(options: LoginOptions = {}): ReturnType<typeof login> {
    return login(this.world, this.user, {
      sealTo: this.device.publicKey,
      phoneNumber: this.phoneNumber,
      otp: () => Promise.resolve(this.otp()),
      ...options,
    });
  }

  async logIn(options: LoginOptions = {}): Promise<LoginAnswer> {
    return this.deliver(await this.proof(options));
  }

  deliver(proof: unknown, updateId?: string): Promise<LoginAnswer> {
    return this.handle.executeUpdate<LoginAnswer, [unknown]>(UPDATES.completeLogin, {
      args: [proof],
      ...(updateId !== undefined && { updateId }),
    });
  }

  /** The code of the newest text. */
  texted(phoneNumber: string = this.phoneNumber): string {
    const message = this.world.emulator.inbox.messages(phoneNumber).at(-1);
    if (message === undefined) throw new Error('No text has arrived.');
    return message.code;
  }

  /** Six digits that the newest text does not hold. */
  wrong(offset = 1): string {
    return String((Number(this.texted()) + offset) % 1_000_000).padStart(6, '0');
  }

  submit(code: string, challenge: number, updateId?: string): Promise<CodeAnswer> {
    return this.handle.executeUpdate<CodeAnswer, [unknown]>(UPDATES.submitCode, {
      args: [{ code, challenge }],
      ...(updateId !== undefined && { updateId }),
    });
  }

  /** As {@link submit}, with the answer still to come: the code is in the enrollment's hands. */
  submitting(code: string, challenge: number): Promise<WorkflowUpdateHandle<CodeAnswer>> {
    return this.#given<CodeAnswer>(UPDATES.submitCode, { code, challenge });
  }

  delivering(proof: unknown, updateId?: string): Promise<WorkflowUpdateHandle<LoginAnswer>> {
    return this.#given<LoginAnswer>(UPDATES.completeLogin, proof, updateId);
  }

  resending(challenge: number): Promise<WorkflowUpdateHandle<ResendAnswer>> {
    return this.#given<ResendAnswer>(UPDATES.resendCode, { challenge });
  }

  changingPhoneNumber(phoneNumber: string): Promise<WorkflowUpdateHandle<ResendAnswer>> {
    return this.#given<ResendAnswer>(UPDATES.changePhoneNumber, { phoneNumber });
  }

  #given<Answer>(
    name: string,
    message: unknown,
    updateId?: string,
  ): Promise<WorkflowUpdateHandle<Answer>> {
    return this.handle.startUpdate<Answer, [unknown]>(name, {
      args: [message],
      waitForStage: WorkflowUpdateStage.ACCEPTED,
      ...(updateId !== undefined && { updateId }),
    });
  }

  resend(challenge: number, updateId?: string): Promise<ResendAnswer> {
    return this.handle.executeUpdate<ResendAnswer, [unknown]>(UPDATES.resendCode, {
      args: [{ challenge }],
      ...(updateId !== undefined && { updateId }),
    });
  }

  changePhoneNumber(phoneNumber: string): Promise<ResendAnswer> {
    return this.handle.executeUpdate<ResendAnswer, [unknown]>(UPDATES.changePhoneNumber, {
      args: [{ phoneNumber }],
    });
  }

  /** Opens the set-up as the page does, and remembers the secret as the app does. */
  async scan(): Promise<void> {
    const { totp } = await this.setUp();
    if (totp === undefined) throw new Error('There is no TOTP set-up for this device.');
    const opened = await this.device.open(totp.jwe);
    if (typeof opened !== 'object' || opened === null || !('secret' in opened)) {
      throw new Error('The set-up does not hold a secret.');
    }
    this.#secret = String(opened.secret);
  }

  /** What the app has stored. */
  get secret(): string {
    if (this.#secret === undefined) throw new Error('Nothing has been scanned.');
    return this.#secret;
  }

  /** What the app shows at the tenant's time; a code counts once, so the next one is given. */
  otp(): string {
    const period = 30;
    let step = Math.floor(this.world.emulator.clock.now() / 1000 / period);
    if (this.#usedSteps.has(step)) {
      this.world.clock.advance(period * 1000);
      step += 1;
    }
    this.#usedSteps.add(step);
    const totp = new TOTP({ secret: Secret.fromBase32(this.secret), period });
    return totp.generate({ timestamp: step * period * 1000 });
  }

  /** What is sealed to this key. */
  async setUp(kid: string = this.device.kid): Promise<SetUp> {
    const { memo } = await this.handle.describe();
    return sealedTo(memo?.[MEMO.setUp] ?? {}, kid);
  }

  /** As the run's description has it, once a worker has taken the run. */
  progress(): Promise<Progress> {
    return this.until(() => true);
  }

  /** What has happened so far, newest last; by query, as at a terminal. */
  async timeline(): Promise<readonly string[]> {
    const { timeline } = await this.handle.query<DetailedProgress>(QUERIES.progress);
    return timeline.map(({ what }) => what);
  }

  /** A plain client's way to wait: it looks until `progress` says so, whenever something has happened. */
  async until(matches: (progress: Progress) => boolean): Promise<Progress> {
    let seen: Progress | undefined;
    for await (const events of newEvents(this.handle)) {
      void events;
      const { memo } = await this.handle.describe();
      seen = memo?.[MEMO.progress] as Progress | undefined;
      if (seen !== undefined && matches(seen)) return seen;
    }
    throw new Error(`It has ended: ${JSON.stringify(seen)}`);
  }

  /** The last thing that was refused, once it is this. */
  async untilRefused(refusal: Refusal): Promise<Progress> {
    return this.until(({ lastRefusal }) => lastRefusal?.refusal === refusal);
  }

  untilPhase(phase: Phase): Promise<Progress> {
    return this.until((progress) => progress.phase === phase);
  }

  result(): Promise<EnrollMfaResult> {
    return this.handle.result() as Promise<EnrollMfaResult>;
  }

  /** Everything up to a confirmed SMS factor. */
  async enrollSms(): Promise<void> {
    await this.logIn();
    const { challenge = 0 } = await this.progress();
    const answer = await this.submit(this.texted(), challenge);
    if (answer.status !== 'confirmed') throw new Error(`SMS: ${answer.status}`);
  }

  /** Everything from the login to a confirmed TOTP factor. */
  async enrollTotp(): Promise<void> {
    await this.logIn();
    await this.scan();
    const { challenge = 0 } = await this.progress();
    const answer = await this.submit(this.otp(), challenge);
    if (answer.status !== 'confirmed') throw new Error(`TOTP: ${answer.status}`);
  }

  /** SMS, then TOTP, as a bot does it: signals in, `progress` and `setUp` out. */
  async enrollBySignals(): Promise<void> {
    await this.handle.signal(SIGNALS.loginCompleted, await this.proof());
    await this.untilPhase('awaiting-sms-code');
    await this.handle.signal(SIGNALS.smsCode, this.texted());
    await this.until(({ plan }) => plan[0]?.status === 'enrolled');
    await this.handle.signal(SIGNALS.loginCompleted, await this.proof());
    await this.untilPhase('awaiting-otp');
    await this.scan();
    await this.handle.signal(SIGNALS.otpCode, { code: this.otp(), challenge: 2 });
  }
}
