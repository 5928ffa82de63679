/**
 * The person who is being enrolled, as a page or a chat bot sees one: looks at what the enrollment
 * waits for, and does that. Knows nothing of what is being killed.
 */
import type { NextAction, Progress } from '../../workflows/contract/enroll-mfa.ts';
import type { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { MovableClock } from '../support/movable-clock.ts';
import type { HistoryFollower } from './history-follower.ts';
import type { How, Outbox } from './outbox.ts';
import { EndedError, persistently } from './persistence.ts';
import type { Quirk } from './plan.ts';

/** The happy path takes four; each thing that goes wrong may cost some more. */
const ACTIONS_MAX = 30;
/** For a signal to show: a dead worker's call times out, and what came of it is read up. */
const SIGNAL_PATIENCE_MS = 30_000;
/** Nothing new in the history for so long: look again, something may have passed without an event. */
const LOOK_AGAIN_MS = 1_000;
const QUERY_MS = 3_000;
/** A wait that is not over by then is skipped, if nothing is in flight. */
const WAIT_WORTH_SKIPPING_MS = 2_000;
/** The run's clock is read in milliseconds, but not at the same moment. */
const SKIP_MARGIN_MS = 500;

type Due = Extract<
  NextAction,
  { type: 'log-in' | 'enter-sms-code' | 'scan-and-enter-otp' | 'request-resend' }
>;

export class Person {
  readonly enrollee: Enrollee;
  readonly outbox: Outbox;
  readonly #follower: HistoryFollower;
  readonly #quirks: readonly Quirk[];
  #actions = 0;
  /** How far the run's clock is ahead of everybody else's. */
  #skippedMs = 0;

  constructor(
    enrollee: Enrollee,
    outbox: Outbox,
    follower: HistoryFollower,
    quirks: readonly Quirk[],
  ) {
    this.enrollee = enrollee;
    this.outbox = outbox;
    this.#follower = follower;
    this.#quirks = quirks;
  }

  /** Lives until the run has ended. @returns why it did not go on, where it did not */
  async enroll(): Promise<string | undefined> {
    while (this.#actions < ACTIONS_MAX) {
      try {
        const due = await this.#due();
        if (due === undefined || typeof due === 'string') return due;
        this.#actions += 1;
        await this.#act(due);
      } catch (error) {
        if (!(error instanceof EndedError)) throw error;
      }
    }
    return `is not enrolled after ${ACTIONS_MAX} actions`;
  }

  /** Lets time pass for the run alone: tenant and workers keep theirs. */
  async skip(ms: number): Promise<void> {
    const clock = new MovableClock();
    await persistently(this.enrollee.handle, () =>
      fastForward({ clock }, this.enrollee.handle, ms),
    );
    this.#skippedMs += ms;
  }

  progress(): Promise<Progress> {
    return persistently(this.enrollee.handle, () => this.enrollee.progress(), QUERY_MS);
  }

  /** What is to be done next; `undefined` when the run has ended; a text where nothing can be. */
  async #due(): Promise<Due | string | undefined> {
    for (;;) {
      const seen = this.#follower.length;
      if (this.#follower.closed) return undefined;
      const { next, lastRefusal, outcome } = await this.progress();
      switch (next.type) {
        case 'log-in':
        case 'enter-sms-code':
        case 'scan-and-enter-otp':
        case 'request-resend':
          return next;
        case 'change-phone-number':
          return 'was asked for another number';
        case 'wait':
          await this.#wait(next.until, lastRefusal?.refusal, seen);
          break;
        case 'nothing':
          if (outcome === undefined) return 'has nothing to do, and there is no outcome';
          await this.#follower.more(seen, LOOK_AGAIN_MS);
      }
    }
  }

  /** Where Auth0 is left alone for a while, nobody has to sit that out here. */
  async #wait(until: string, refusal: string | undefined, seen: number): Promise<void> {
    await this.#follower.more(seen, LOOK_AGAIN_MS);
    const held = refusal === 'rate-limited' || refusal === 'unavailable';
    const leftMs = this.#runTimeUntil(until);
    if (held && this.#follower.length === seen && leftMs > WAIT_WORTH_SKIPPING_MS) {
      await this.skip(leftMs);
    }
  }

  #runTimeUntil(time: string): number {
    return Date.parse(time) - (Date.now() + this.#skippedMs);
  }

  async #act(due: Due): Promise<void> {
    const how = this.#quirks.find(({ action }) => action === this.#actions)?.how;
    const signals = how === 'by-signal' || how === 'twice-by-signal';
    const before = signals ? fingerprint(await this.progress()) : '';
    switch (due.type) {
      case 'log-in':
        await this.outbox.logIn(how);
        break;
      case 'enter-sms-code':
        await this.#enter('sms', due.challenge, this.enrollee.texted(), how);
        break;
      case 'scan-and-enter-otp':
        await this.#scanAndEnter(due.challenge, how);
        break;
      case 'request-resend':
        await this.#resend(due.challenge, due.resendAt, how);
    }
    if (signals) await this.#changed(before);
  }

  async #scanAndEnter(challenge: number, how: How): Promise<void> {
    try {
      await persistently(this.enrollee.handle, () => this.enrollee.scan());
    } catch (error) {
      // Another device has logged in: the set-up is sealed to that one now.
      if (error instanceof EndedError) throw error;
      return this.outbox.logIn(undefined);
    }
    this.outbox.secrets.push(this.enrollee.secret);
    await this.#enter('totp', challenge, this.enrollee.otp(), how);
  }

  async #enter(factor: 'sms' | 'totp', challenge: number, code: string, how: How): Promise<void> {
    const right = { factor, challenge, code };
    const wrong = { factor, challenge, code: wrongFor(code) };
    switch (how) {
      case 'wrong-first':
        await this.outbox.code(wrong, 'now', undefined);
        return this.outbox.code(right, 'now', undefined);
      case 'wrong-beside':
        await Promise.all([
          this.outbox.code(right, 'now', undefined),
          this.outbox.code(wrong, 'now', undefined),
        ]);
        return;
      case 'overtaken':
        return this.#overtaken(right);
      default:
        return this.outbox.code(right, 'now', how);
    }
  }

  /** Another challenge is asked for; then the code for the old one arrives. */
  async #overtaken(old: Parameters<Outbox['code']>[0]): Promise<void> {
    if (old.factor === 'totp') await this.outbox.logIn(undefined);
    else {
      const { next } = await this.progress();
      if (next.type === 'enter-sms-code')
        await this.#resend(old.challenge, next.resendAt, undefined);
    }
    const { challenge = 0 } = await this.progress();
    await this.outbox.code(old, challenge > old.challenge ? 'never' : 'now', 'by-signal');
  }

  async #resend(challenge: number, resendAt: string, how: How): Promise<void> {
    const cooling = this.#runTimeUntil(resendAt);
    if (cooling > 0) await this.skip(cooling + SKIP_MARGIN_MS);
    await this.outbox.resend(challenge, how);
  }

  /** A signal is not answered: what it led to shows. */
  async #changed(before: string): Promise<void> {
    const until = Date.now() + SIGNAL_PATIENCE_MS;
    while (Date.now() < until && !this.#follower.closed) {
      const seen = this.#follower.length;
      if (fingerprint(await this.progress()) !== before) return;
      await this.#follower.more(seen, LOOK_AGAIN_MS);
    }
  }
}

function fingerprint({ phase, challenge, plan, lastRefusal }: Progress): string {
  return JSON.stringify([phase, challenge, plan, lastRefusal?.at, lastRefusal?.refusal]);
}

export function wrongFor(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}
