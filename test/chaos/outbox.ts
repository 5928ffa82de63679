/** Everything that is sent to one run, and a record of it for the checker. */
import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { type CodeProof, type Factor, SIGNALS } from '../../workflows/contract/enroll-mfa.ts';
import type { Enrollee } from '../support/enrollee.ts';
import type { SentMessage } from './checker/evidence.ts';
import { persistently } from './persistence.ts';
import type { Quirk } from './plan.ts';

/** A request for a text that is refused for one of these was not acted on. */
const NOTHING_FOLLOWS =
  /"refusal":"(cooling-down|superseded|nothing-to-resend|already-confirmed|no-sends-left)"/;

export type How = Quirk['how'] | undefined;

interface Code {
  readonly factor: Factor;
  readonly code: string;
  readonly challenge: number;
}

export class Outbox {
  readonly sent: SentMessage[] = [];
  /** What no sender should ever be told. */
  readonly problems: string[] = [];
  /** TOTP secrets that the person's device was given. */
  readonly secrets: string[] = [];
  readonly #enrollee: Enrollee;
  #lastCode: Code | undefined;
  #lastProof: CodeProof | undefined;
  /** One login at a time: they read the same texts. */
  #logins: Promise<unknown> = Promise.resolve();

  constructor(enrollee: Enrollee) {
    this.#enrollee = enrollee;
  }

  get lastCode(): Code | undefined {
    return this.#lastCode;
  }

  get lastProof(): CodeProof | undefined {
    return this.#lastProof;
  }

  /** @param device - who the set-up is sealed to; by default the person's own */
  async logIn(how: How, device = this.#enrollee.device): Promise<void> {
    const before = this.#logins;
    const login = before.then(() => this.#enrollee.proof({ sealTo: device.publicKey }));
    this.#logins = login.catch(() => undefined);
    const proof = await login;
    this.#lastProof = proof;
    this.note('login');
    await this.#send(
      how,
      (updateId) => this.#enrollee.deliver(proof, updateId),
      () => this.signal(SIGNALS.loginCompleted, proof),
    );
  }

  async code(message: Code, applies: SentMessage['applies'], how: How): Promise<void> {
    const { factor, code, challenge } = message;
    this.#lastCode = message;
    this.note('code', applies);
    const name = factor === 'sms' ? SIGNALS.smsCode : SIGNALS.otpCode;
    await this.#send(
      how,
      (updateId) => this.#enrollee.submit(code, challenge, updateId),
      () => this.signal(name, { code, challenge }),
    );
  }

  async resend(challenge: number, how: How): Promise<void> {
    const index = this.sent.length;
    this.note('resend');
    const answer = await this.#send(
      how,
      (updateId) => this.#enrollee.resend(challenge, updateId),
      () => this.signal(SIGNALS.resendCode, { challenge }),
    );
    const { at } = this.sent[index] ?? { at: 0 };
    if (NOTHING_FOLLOWS.test(answer ?? '')) this.sent[index] = { at, kind: 'noise' };
  }

  async signal(name: string, ...args: readonly unknown[]): Promise<void> {
    const { handle } = this.#enrollee;
    await persistently(handle, () => handle.signal(name, ...args));
  }

  note(kind: SentMessage['kind'], applies?: SentMessage['applies']): void {
    const at = this.#enrollee.world.clock.now();
    this.sent.push({ at, kind, ...(applies !== undefined && { applies }) });
  }

  async #send(
    how: How,
    update: (updateId: string) => Promise<unknown>,
    signal: () => Promise<void>,
  ): Promise<string | undefined> {
    if (how === 'by-signal' || how === 'twice-by-signal') {
      await Promise.all(how === 'by-signal' ? [signal()] : [signal(), signal()]);
      return undefined;
    }
    const updateId = randomUUID();
    const ask = () => this.#answer(() => update(updateId));
    const answers = await Promise.all(how === 'twice' ? [ask(), ask()] : [ask()]);
    const told = new Set(answers.filter((answer) => answer !== undefined));
    if (told.size > 1) this.problems.push(`I3: one update was answered ${[...told].join(' and ')}`);
    return [...told][0];
  }

  /** The answer's text; `undefined` where a validator refused, which leaves no trace. */
  async #answer(update: () => Promise<unknown>): Promise<string | undefined> {
    try {
      return JSON.stringify(await persistently(this.#enrollee.handle, update));
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError) return undefined;
      throw error;
    }
  }
}
