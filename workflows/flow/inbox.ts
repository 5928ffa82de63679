/**
 * Messages that have arrived and wait for the flow to take them. Handlers put intents in; only the
 * flow's loop takes them out and acts. Of a proof, a number and a resend the newest counts, of a cancel the
 * first; codes are judged one after the other.
 */
import type {
  CancelAnswer,
  CancelMessage,
  CodeAnswer,
  LoginAnswer,
  LoginProof,
  ResendAnswer,
} from '../contract/enroll-mfa.ts';
import type { Ticket } from './tickets.ts';

interface Queued<Answer> {
  /** The message's name: what a refusal is recorded under. */
  readonly message: string;
  /** Of those who wait for its answer; signals have none. */
  readonly tickets: Ticket<Answer>[];
}

export interface QueuedProof extends Queued<LoginAnswer> {
  readonly proof: LoginProof;
  /** When it came, epoch ms. */
  readonly since: number;
}

export interface QueuedCode extends Queued<CodeAnswer> {
  readonly code: string;
  readonly challenge: number;
}

export interface QueuedResend extends Queued<ResendAnswer> {
  readonly challenge?: number;
}

export interface QueuedNumber extends Queued<ResendAnswer> {
  readonly phoneNumber: string;
}

export interface QueuedCancel extends CancelMessage {
  readonly tickets: Ticket<CancelAnswer>[];
}

export class Inbox {
  proof: QueuedProof | undefined;
  readonly codes: QueuedCode[] = [];
  /** The code that Auth0 is judging. */
  judging: QueuedCode | undefined;
  resend: QueuedResend | undefined;
  number: QueuedNumber | undefined;
  cancel: QueuedCancel | undefined;
  /** Somebody wants that a pause is over. */
  retry = false;

  /** Nothing has come that the loop would take. */
  get isEmpty(): boolean {
    return this.untaken().length === 0;
  }

  /** A code that stands in the queue or is being judged already: the same digits join it. */
  sameCode(challenge: number, code: string): QueuedCode | undefined {
    return this.#allCodes.find((queued) => queued.challenge === challenge && queued.code === code);
  }

  /** Attempts that are spoken for. */
  codesFor(challenge: number): number {
    return this.#allCodes.filter((queued) => queued.challenge === challenge).length;
  }

  takeCode(queued: QueuedCode): void {
    const same = this.sameCode(queued.challenge, queued.code);
    if (same === undefined) this.codes.push(queued);
    else same.tickets.push(...queued.tickets);
  }

  /** Names of the messages that nothing will come of any more. */
  untaken(): readonly string[] {
    const { proof, resend, number, codes } = this;
    return [proof, resend, number, ...codes].flatMap((one) => one?.message ?? []);
  }

  get #allCodes(): readonly QueuedCode[] {
    return this.judging === undefined ? this.codes : [this.judging, ...this.codes];
  }
}
