/** Somebody who looks, and does what `next` says and nothing else. */
import type { NextAction, Progress } from '../../workflows/contract/enroll-mfa.ts';
import { kidOf } from './devices.ts';
import type { Person } from './person.ts';
import { holds } from './phones.ts';
import type { Presence } from './plan.ts';
import { diceFor } from './random.ts';
import type { Delivery, Sender } from './story.ts';
import type { Surroundings } from './surroundings.ts';

/** More, and they give up. */
const ACTIONS_MAX = 60;
/** Without a text for so long they ask for another one. */
const TEXT_AWAITED_MS = 60_000;
/** A client of ours waits so long for an answer. */
const ANSWER_AWAITED_MS = 25_000;
const SIGNAL_AWAITED_MS = 20_000;
const BACK_OFF_MS_MAX = 20 * 60_000;
/** The same digits are typed again where it is said that they were not understood. */
const TYPED_AGAIN_MS = 30_000;

const BY: Sender = 'follower';

export class Follower {
  readonly #presence: Presence;
  readonly #person: Person;
  readonly #around: Surroundings;
  #looks = 0;
  #idleLooks = 0;
  #lastNext = '';
  #since = 0;
  #actions = 0;
  #last: Delivery | undefined;
  readonly #typed = new Map<string, number>();

  constructor(presence: Presence, person: Person, around: Surroundings) {
    this.#presence = presence;
    this.#person = person;
    this.#around = around;
  }

  /** @returns epoch ms of the next look; nothing where none is due any more */
  look(): number | undefined {
    const { now, startedAt, plan } = this.#around;
    const { id, until, reactionMs } = this.#presence;
    if (now - startedAt > until || this.#actions >= ACTIONS_MAX) return undefined;
    this.#looks += 1;
    const reaction = diceFor(plan.seed, 'look', id, this.#looks).from(...reactionMs);
    if (this.#awaitsAnswer(now)) return now + reaction;
    const saw = this.#around.see();
    if (saw === undefined) return now + reaction;
    if (saw.next.type === 'nothing') return saw.outcome === undefined ? now + reaction : undefined;
    const key = JSON.stringify([saw.next, saw.challenge]);
    if (key !== this.#lastNext) [this.#lastNext, this.#since, this.#idleLooks] = [key, now, 0];
    const wait = this.#act(saw, saw.next);
    if (wait === undefined) {
      this.#actions += 1;
      this.#idleLooks = 0;
      return now + reaction;
    }
    this.#idleLooks += 1;
    const backOff = Math.min(reaction * 2 ** Math.min(this.#idleLooks, 12), BACK_OFF_MS_MAX);
    return Math.max(now + reaction, Math.min(wait, now + backOff));
  }

  #awaitsAnswer(now: number): boolean {
    const last = this.#last;
    if (last === undefined) return false;
    if (last.way === 'signal') return now - last.sentAt < SIGNAL_AWAITED_MS;
    const state = last.update?.state ?? 'sent';
    return (state === 'sent' || state === 'accepted') && now - last.sentAt < ANSWER_AWAITED_MS;
  }

  /** @returns until when there is nothing to do; nothing where it has acted */
  #act(saw: Progress, next: NextAction): number | undefined {
    const { now } = this.#around;
    const { device, way } = this.#presence;
    switch (next.type) {
      case 'log-in': {
        const notBefore = next.notBefore === undefined ? 0 : Date.parse(next.notBefore);
        if (notBefore > now) return notBefore;
        const went = this.#person.logIn(BY, way, device, { saw });
        this.#last = this.#around.story.deliveries.at(-1);
        return went ? undefined : now + BACK_OFF_MS_MAX;
      }
      case 'enter-sms-code': {
        if (!holds(next.maskedPhoneNumber)) return this.#otherNumber(saw, next);
        const code = this.#person.shown('sms');
        const fresh = code !== undefined && this.#mayType(`${next.challenge}/${code}`, now);
        if (now < Date.parse(next.until) && fresh) {
          return this.#type(code, next.challenge, saw);
        }
        const over = now >= Date.parse(next.until) || now - this.#since > TEXT_AWAITED_MS;
        return over ? this.#sendAgain(saw, next) : now;
      }
      case 'request-resend':
        if (!holds(next.maskedPhoneNumber)) return this.#otherNumber(saw, next);
        return this.#sendAgain(saw, next);
      case 'scan-and-enter-otp':
        return this.#scan(saw, next);
      case 'change-phone-number':
        if (next.changesLeft === 0) return Date.parse(next.until);
        return this.#send('changePhoneNumber', { phoneNumber: this.#person.anotherNumber() }, saw);
      case 'wait':
        return Date.parse(next.until);
      case 'nothing':
        return Number.POSITIVE_INFINITY;
    }
  }

  #scan(
    saw: Progress,
    next: Extract<NextAction, { type: 'scan-and-enter-otp' }>,
  ): number | undefined {
    const { now } = this.#around;
    const { device, way } = this.#presence;
    const totp = this.#around.seeSetUp()?.totp;
    if (totp?.kid !== kidOf(device)) {
      const went = this.#person.logIn(BY, way, device, { saw });
      this.#last = this.#around.story.deliveries.at(-1);
      return went ? undefined : now + BACK_OFF_MS_MAX;
    }
    this.#person.setUp = totp.jwe;
    const code = this.#person.shown('totp') ?? '';
    if (now >= Date.parse(next.until) || !this.#mayType(`${next.challenge}/${code}`, now))
      return now;
    return this.#type(code, next.challenge, saw);
  }

  #mayType(key: string, now: number): boolean {
    return now - (this.#typed.get(key) ?? Number.NEGATIVE_INFINITY) > TYPED_AGAIN_MS;
  }

  #type(code: string, challenge: number, saw: Progress): undefined {
    this.#typed.set(`${challenge}/${code}`, this.#around.now);
    this.#last = this.#person.typeCode(BY, this.#presence.way, code, challenge, saw);
  }

  #otherNumber(saw: Progress, next: { readonly resendAt: string }): number | undefined {
    const resendAt = Date.parse(next.resendAt);
    if (this.#around.now < resendAt) return resendAt;
    return this.#send('changePhoneNumber', { phoneNumber: this.#person.anotherNumber() }, saw);
  }

  #sendAgain(
    saw: Progress,
    next: { readonly resendAt: string; readonly sendsLeft: number; readonly challenge: number },
  ): number | undefined {
    const resendAt = Date.parse(next.resendAt);
    if (next.sendsLeft === 0) return this.#around.now;
    if (this.#around.now < resendAt) return resendAt;
    return this.#send('resendCode', { challenge: next.challenge }, saw);
  }

  #send(name: string, input: unknown, saw: Progress): undefined {
    this.#last = this.#around.send({ by: BY, way: this.#presence.way, name, input, saw });
  }
}
