/** The same messages, sent to the real server by a real client, one after the other. */
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Secret, TOTP } from 'otpauth';
import {
  type CodeProof,
  type Factor,
  type Progress,
  QUERIES,
  SIGNALS,
} from '../../../workflows/contract/enroll-mfa.ts';
import type { Effect } from '../../../emulator/journal.ts';
import { ASSOCIATE, TOKEN } from '../../support/auth0-record.ts';
import { type DeviceKey, deviceKey, Enrollee } from '../../support/enrollee.ts';
import { fastForward } from '../../support/fast-forward.ts';
import type { World, WorldUser } from '../../support/world.ts';
import { PHONE_BEFORE } from './ideal-tenant.ts';
import type { Device, Message, Way } from './messages.ts';
import { PHONE_FIRST, type Told } from './model-run.ts';
import { NONSENSE } from './nonsense.ts';
import { type AtAuth0, seen } from './seen.ts';
import type { Beginning } from './steps.ts';

const OTP_PERIOD_S = 30;
/** Each is a round trip through the worker. */
const LOOKS_MAX = 1_000;
/** Digits that neither a text nor an app shows, or so rarely that the next ones are taken. */
const WRONG_FIRST = 900_000;

export class ServerRun {
  readonly #world: World;
  readonly #person: Enrollee;
  readonly #devices: Readonly<Record<Device, DeviceKey>>;
  readonly #startedAt: number;
  readonly #atFirst: AtAuth0;
  /** What the app has stored. */
  #secret: string | undefined;
  #lastProof: CodeProof | undefined;
  #lastTyped: string | undefined;
  #wrongCodes = 0;
  #progress: Progress | undefined;

  private constructor(
    world: World,
    person: Enrollee,
    other: DeviceKey,
    startedAt: number,
    secret: string | undefined,
  ) {
    this.#world = world;
    this.#person = person;
    this.#devices = { A: person.device, B: other };
    this.#startedAt = startedAt;
    this.#secret = secret;
    this.#atFirst = this.#atAuth0();
  }

  /** With a user of its own, for whom time begins anew. */
  static async start(world: World, beginning: Beginning): Promise<ServerRun> {
    world.clock.reset();
    const user = world.addUser();
    const { active, factors, deadlineMs } = beginning;
    const secret = active === 'nothing' ? undefined : await enrolledBefore(world, user, active);
    const input = { phoneNumber: PHONE_FIRST, factors, deadlineMs };
    const person = await Enrollee.start(world, input, user);
    const { startTime } = await person.handle.describe();
    return new ServerRun(world, person, await deviceKey(), startTime.getTime(), secret);
  }

  /** Sends it and waits until the enrollment is at rest; says what the sender was told. */
  async take(message: Message): Promise<Told | undefined> {
    const told = message.is === 'time' ? await this.#pass(message.ms) : await this.#send(message);
    await this.#rest();
    return told;
  }

  async seen(): Promise<Readonly<Record<string, unknown>>> {
    const progress = this.#progress ?? (await this.#rest());
    const [now, first] = [this.#atAuth0(), this.#atFirst];
    const deviceOf = (kid: string) => (kid === this.#devices.A.kid ? 'A' : 'B');
    return seen(progress, this.#startedAt, deviceOf, {
      associates: now.associates - first.associates,
      codesJudged: now.codesJudged - first.codesJudged,
      unconfirmed: now.unconfirmed,
    });
  }

  /** A query is answered after every message before it; a call to Auth0 shows as `wait`. */
  async #rest(): Promise<Progress> {
    for (let look = 1; ; look += 1) {
      const { next, deadline } = (this.#progress = await this.#person.handle.query<Progress>(
        QUERIES.progress,
      ));
      if (next.type !== 'wait' || next.until === deadline) break;
      if (look === LOOKS_MAX) throw new Error('It does not come to rest.');
    }
    if (this.#progress.outcome !== undefined) await this.#person.result();
    return this.#progress;
  }

  async #pass(ms: number): Promise<undefined> {
    this.#lastTyped = undefined;
    if (this.#progress?.outcome === undefined) {
      await fastForward(this.#world, this.#person.handle, ms);
    } else this.#world.clock.advance(ms);
  }

  async #send(message: Exclude<Message, { is: 'time' }>): Promise<Told | undefined> {
    switch (message.is) {
      case 'login':
        this.#lastProof = await this.#logIn(message.on);
        return this.#deliver(loginName(message.way), message.way, this.#lastProof);
      case 'old-login':
        return this.#deliver(loginName(message.way), message.way, this.#lastProof);
      case 'code': {
        const { name, challenge } = message;
        const code = await this.#digits(message);
        const input = { code, ...(challenge !== undefined && { challenge }) };
        return this.#deliver(name, name === 'submitCode' ? 'update' : 'signal', input);
      }
      case 'resend': {
        const { way, challenge } = message;
        return this.#deliver('resendCode', way, challenge === undefined ? {} : { challenge });
      }
      case 'number':
        return this.#deliver('changePhoneNumber', message.way, message.phoneNumber);
      case 'extension': {
        const input = { deadlineMs: message.deadlineMs, by: 'admin', reason: 'model' };
        return this.#deliver(SIGNALS.extendDeadline, 'signal', input);
      }
      case 'recovery-code-saved':
        return this.#deliver(SIGNALS.recoveryCodeSaved, 'signal', undefined);
      case 'cancel':
        return this.#deliver(SIGNALS.cancel, 'signal', { by: 'admin', reason: 'model' });
      case 'nonsense': {
        const { name = '', way = 'signal', input } = NONSENSE[message.index] ?? {};
        return this.#deliver(name, way, input);
      }
    }
  }

  async #deliver(name: string, way: Way, input: unknown): Promise<Told | undefined> {
    const { handle } = this.#person;
    try {
      if (way === 'update') return told(await handle.executeUpdate(name, { args: [input] }));
      await handle.signal(name, input);
      return undefined;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) {
        return way === 'update' ? { status: 'rejected', refusal: 'ended' } : undefined;
      }
      const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
      if (!(cause instanceof ApplicationFailure)) throw error;
      return told({ status: 'rejected', refusal: cause.type });
    }
  }

  #atAuth0(): AtAuth0 {
    const { journal } = this.#world.emulator;
    const { userId } = this.#person.user;
    const count = (effect: Effect, endpoint: string) => journal.count(endpoint, { userId, effect });
    return {
      associates: count('authenticator-created', ASSOCIATE),
      codesJudged: count('authenticator-confirmed', TOKEN) + count('code-judged-wrong', TOKEN),
      unconfirmed: this.#authenticators().filter(({ active }) => !active).length,
    };
  }

  /** Of the user at the tenant, without the recovery code. */
  #authenticators(): ReturnType<World['emulator']['authenticators']> {
    const all = this.#world.emulator.authenticators(this.#person.user.userId);
    return all.filter(({ kind }) => kind !== 'recovery-code');
  }

  /** Digits of the user's texts, oldest first. */
  #texts(): readonly string[] {
    const { userId } = this.#person.user;
    const texts = this.#world.emulator.inbox.messages().filter((text) => text.userId === userId);
    return texts.map(({ code }) => code);
  }

  async #logIn(on: Device | 'no-device'): Promise<CodeProof> {
    const active = this.#authenticators().find((entry) => entry.active && entry.kind === 'sms');
    const { sealTo: _key, ...proof } = await this.#person.proof({
      phoneNumber: active?.phoneNumber ?? PHONE_FIRST,
      otp: () => Promise.resolve(this.#otp()),
    });
    return on === 'no-device' ? proof : { ...proof, sealTo: this.#devices[on].publicKey };
  }

  async #digits({ digits }: Message & { is: 'code' }): Promise<string> {
    const totp = this.#progress?.next.type === 'scan-and-enter-otp';
    if (totp) await this.#scan();
    const texts = this.#texts();
    const choices = {
      right: totp ? this.#otp() : texts.at(-1),
      'old-text': totp ? undefined : texts.at(-2),
      again: this.#lastTyped,
      wrong: undefined,
    };
    this.#lastTyped = choices[digits] ?? this.#wrong();
    return this.#lastTyped;
  }

  #wrong(): string {
    do this.#wrongCodes += 1;
    while (this.#texts().includes(String(WRONG_FIRST + this.#wrongCodes)));
    return String(WRONG_FIRST + this.#wrongCodes);
  }

  /** Whichever device the set-up is sealed to opens it, and the app remembers the secret. */
  async #scan(): Promise<void> {
    const { totp } = await this.#person.handle.query<{ totp?: { kid: string; jwe: string } }>(
      'setUp',
    );
    const device = Object.values(this.#devices).find(({ kid }) => kid === totp?.kid);
    const opened = await device?.open(totp?.jwe ?? '');
    if (typeof opened !== 'object' || opened === null || !('secret' in opened)) {
      throw new Error('The set-up does not hold a secret.');
    }
    this.#secret = String(opened.secret);
  }

  #otp(): string {
    if (this.#secret === undefined) throw new Error('Nothing has been scanned.');
    const totp = new TOTP({ secret: Secret.fromBase32(this.#secret), period: OTP_PERIOD_S });
    return totp.generate({ timestamp: this.#world.clock.now() });
  }
}

function loginName(way: Way): string {
  return way === 'signal' ? SIGNALS.loginCompleted : 'completeLogin';
}

function told(answer: unknown): Told {
  const { status, refusal } = answer as Told;
  return refusal === undefined ? { status } : { status, refusal };
}

/** @returns the secret that the app has stored, where it is TOTP */
async function enrolledBefore(
  world: World,
  user: WorldUser,
  factor: Factor,
): Promise<string | undefined> {
  const input = { factors: [factor], phoneNumber: PHONE_BEFORE };
  const person = await Enrollee.start(world, input, user);
  if (factor === 'sms') await person.enrollSms();
  else await person.enrollTotp();
  await person.result();
  return factor === 'totp' ? person.secret : undefined;
}
