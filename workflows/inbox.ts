/**
 * Messages that have arrived and wait for the flow to take them. Handlers put intents in; only the
 * flow's loop takes them out and acts. Of a proof, a number, a resend, a cancel and an extension
 * the newest counts; codes are judged one after the other.
 */
import {
  type CancelMessage,
  type CodeAnswer,
  type ExtendDeadlineMessage,
  type LoginAnswer,
  type LoginProof,
  type Pending,
  type Refused,
  type ResendAnswer,
  SIGNALS,
} from './contract/enroll-mfa.ts';

/** Somebody who waits for the answer to an update; signals have none. */
export interface Waiter<Answer> {
  readonly since: number;
  readonly answer: (answer: Answer) => void;
}

export interface QueuedProof {
  readonly message: string;
  readonly proof: LoginProof;
  readonly since: number;
  readonly waiters: readonly Waiter<LoginAnswer>[];
}

export interface QueuedCode {
  readonly message: string;
  readonly code: string;
  readonly challenge: number;
  readonly waiters: Waiter<CodeAnswer>[];
}

export interface QueuedResend {
  readonly message: string;
  readonly challenge?: number;
  readonly waiters: Waiter<ResendAnswer>[];
}

export interface QueuedNumber {
  readonly message: string;
  readonly phoneNumber: string;
  readonly waiters: readonly Waiter<ResendAnswer>[];
}

export class Inbox {
  proof: QueuedProof | undefined;
  codes: QueuedCode[] = [];
  /** The code that Auth0 is judging. */
  judging: QueuedCode | undefined;
  resend: QueuedResend | undefined;
  number: QueuedNumber | undefined;
  cancel: CancelMessage | undefined;
  extension: ExtendDeadlineMessage | undefined;
  /** Callers whose message was taken, and who are told what comes next once that is known. */
  settling: Waiter<LoginAnswer & ResendAnswer>[] = [];
  /** Callers of the message that is being acted on: out of the queue, and not yet settled. */
  #inHand: readonly Waiter<Refused | Pending>[] = [];

  /** A code that stands in the queue or is being judged already: the same digits join it. */
  sameCode(challenge: number, code: string): QueuedCode | undefined {
    const all = this.judging === undefined ? this.codes : [this.judging, ...this.codes];
    return all.find((queued) => queued.challenge === challenge && queued.code === code);
  }

  /** Attempts that are spoken for. */
  codesFor(challenge: number): number {
    const judging = this.judging?.challenge === challenge ? 1 : 0;
    return judging + this.codes.filter((queued) => queued.challenge === challenge).length;
  }

  /** Names of the messages that nothing will come of any more. */
  untaken(): readonly string[] {
    const { proof, resend, number, extension, codes } = this;
    const queued = [proof, resend, number, ...codes].flatMap((one) => one?.message ?? []);
    return extension === undefined ? queued : [...queued, SIGNALS.extendDeadline];
  }

  /** Takes a message out of the queue: whoever sent it waits for what becomes of it. */
  hold(queued: { readonly waiters: readonly Waiter<Refused | Pending>[] }): void {
    this.#inHand = queued.waiters;
  }

  /** The message in hand has been acted on, and its callers have been told. */
  release(): void {
    this.#inHand = [];
  }

  /** The message in hand was taken: its callers are told what comes next once that is known. */
  accept(waiters: readonly Waiter<LoginAnswer & ResendAnswer>[]): void {
    this.release();
    this.settling.push(...waiters);
  }

  answerInHand(answer: Refused | Pending, olderThan?: number): void {
    this.#inHand = answerOlder(this.#inHand, answer, olderThan);
  }

  /** Whether anybody has waited since then. */
  someWaitSince(at: number): boolean {
    const all = [...this.#queued(), ...this.settling, ...this.#inHand];
    return all.some(({ since }) => since <= at);
  }

  /** All others who wait, whatever for; the answer must fit any message. */
  answerAll(answer: Refused | Pending, olderThan?: number): void {
    this.settling = answerOlder(this.settling, answer, olderThan);
    answerOlder(this.#queued(), answer, olderThan);
  }

  #queued(): readonly Waiter<Refused | Pending>[] {
    return [
      ...(this.proof?.waiters ?? []),
      ...(this.resend?.waiters ?? []),
      ...(this.number?.waiters ?? []),
      ...(this.judging?.waiters ?? []),
      ...this.codes.flatMap((queued) => queued.waiters),
    ];
  }
}

/** @returns those who go on waiting */
function answerOlder<W extends Waiter<Refused | Pending>>(
  waiters: readonly W[],
  answer: Refused | Pending,
  olderThan = Number.POSITIVE_INFINITY,
): W[] {
  const older = waiters.filter(({ since }) => since <= olderThan);
  for (const waiter of older) waiter.answer(answer);
  return waiters.filter((waiter) => !older.includes(waiter));
}
