/**
 * Calls to Auth0, one at a time. One that Auth0 certainly did not take is made again after a pause, in which
 * whatever ends the enrollment is heard; what an operator has to mend is waited for likewise, for longer.
 */
import { condition, sleep } from '@temporalio/workflow';
import type { NextAction, Refusal } from '../contract/enroll-mfa.ts';
import type { EnrollmentEvent } from '../rules/enrollment-events.ts';
import {
  type CallKind,
  type EnrollmentState,
  IN_FLIGHT_MS,
  loginsSpentUntil,
} from '../rules/enrollment-state.ts';
import { type CallFailure, faultMessage, RESPONSES } from '../rules/failure-responses.ts';
import {
  HOLD_MS_FIRST,
  HOLD_MS_MAX,
  PARK_MS_FIRST,
  PARK_MS_MAX,
  START_TO_CLOSE_MS,
} from './activity-policies.ts';
import { callFailure } from './call-failure.ts';
import type { Inbox } from './inbox.ts';
import type { Shown } from './shown.ts';
import type { Tickets } from './tickets.ts';

export type CallResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: CallFailure };

/** What is to be called, for how long, and by whose wish. */
export interface Purpose {
  readonly kind: CallKind;
  /** The message that asked for it: what a refusal is recorded under. */
  readonly message: string;
  /** Epoch ms; a call that Auth0 cannot take by then is given up. */
  readonly giveUpAt: number;
}

export interface CallPlan<T> extends Purpose {
  /** @param notAfter - `giveUpAt`: what acts at Auth0 is not sent later, whenever a worker takes it */
  readonly attempt: (notAfter: number) => Promise<T>;
}

/** The run that makes them. */
interface Caller {
  readonly state: EnrollmentState;
  readonly inbox: Inbox;
  readonly tickets: Tickets;
  readonly shown: Shown;
  readonly next: NextAction;
  readonly over: boolean;
  readonly ending: boolean;
  readonly finishing: boolean;
  apply(event: EnrollmentEvent): void;
  refuse(message: string, refusal: Refusal): unknown;
}

export class Calls {
  readonly #run: Caller;
  /** Until then a request whose answer was lost may be under way. */
  #arrivedAt = 0;

  constructor(run: Caller) {
    this.#run = run;
  }

  async call<T>(plan: CallPlan<T>): Promise<CallResult<T>> {
    for (let pauses = 0; ; pauses += 1) {
      const result = await this.#attempt(plan);
      if (result.ok || !maybeRepeated(plan, result.failure)) return result;
      if (!(await this.pause(plan, result.failure, pauses))) return result;
    }
  }

  /**
   * Waits before a call is made again.
   *
   * @returns whether it is still wanted and there is time for it
   */
  async pause(purpose: Purpose, failure: CallFailure, pauses = 0): Promise<boolean> {
    const run = this.#run;
    const { kind } = purpose;
    const response = RESPONSES[failure.type];
    const parks = response.action === 'park';
    if (parks) {
      run.apply({ type: 'parked', kind, reason: response.reason, message: faultMessage(failure) });
    }
    const ms = parks
      ? doubled(PARK_MS_FIRST, (run.state.fault?.tries ?? 1) - 1, PARK_MS_MAX)
      : doubled(HOLD_MS_FIRST, pauses, HOLD_MS_MAX);
    const until = Math.max(Date.now() + ms, failure.detail?.retryAt ?? 0);
    if (until >= purpose.giveUpAt || this.#interrupted(kind)) return false;
    run.refuse(purpose.message, response.refusal);
    run.apply({ type: 'call-started', kind, until, pause: parks ? 'operator' : 'auth0' });
    run.shown.publish();
    run.tickets.answerAccepted(run.next);
    const summary = parks
      ? 'something has to be mended: try again'
      : `${response.refusal}: try again`;
    const heard = () => run.inbox.retry || this.#interrupted(kind);
    await condition(heard, until - Date.now(), { summary });
    run.inbox.retry = false;
    run.apply({ type: 'call-ended' });
    return !this.#interrupted(kind);
  }

  /**
   * Lets what may still be under way at Auth0 arrive, for its list may lag behind.
   *
   * @returns `false` where something ends the session first: its clean-up waits then
   */
  async outwait(kind: CallKind): Promise<boolean> {
    const run = this.#run;
    this.#begin(kind, IN_FLIGHT_MS);
    const summary = 'the answer was lost: wait before the list is read';
    const cut = await condition(() => run.ending, IN_FLIGHT_MS, { summary });
    run.apply({ type: 'call-ended' });
    return !cut;
  }

  /** Nothing is under way any more that could make what a clean-up has to remove. */
  async arrived(): Promise<void> {
    const ms = this.#arrivedAt - Date.now();
    if (ms <= 0) return;
    this.#begin('cleaning-up', ms);
    await sleep(ms, { summary: 'an answer was lost: wait before the clean-up' });
    this.#run.apply({ type: 'call-ended' });
  }

  async #attempt<T>(plan: CallPlan<T>): Promise<CallResult<T>> {
    const run = this.#run;
    this.#begin(plan.kind, START_TO_CLOSE_MS);
    const result = await resultOf(() => plan.attempt(plan.giveUpAt));
    run.apply({ type: 'call-ended' });
    const action = result.ok ? undefined : RESPONSES[result.failure.type].action;
    if (action === 'ask-the-person' || action === 'park')
      this.#arrivedAt = Date.now() + IN_FLIGHT_MS;
    if (action !== 'park' && action !== 'try-later')
      run.apply({ type: 'answered', kind: plan.kind });
    const dealtWith = result.ok || (action !== 'try-later' && result.failure.unsent !== true);
    if (plan.kind === 'opening-session' && dealtWith) run.apply({ type: 'login-tried' });
    return result;
  }

  #begin(kind: CallKind, ms: number): void {
    const run = this.#run;
    run.apply({ type: 'call-started', kind, until: Date.now() + ms });
    run.shown.begin();
  }

  get #loginsSpent(): boolean {
    return loginsSpentUntil(this.#run.state, Date.now()) !== undefined;
  }

  #interrupted(kind: CallKind): boolean {
    const { inbox, finishing, ending, over } = this.#run;
    switch (kind) {
      case 'cleaning-up':
        // What ends the enrollment needs it too; a newer login will do it with its own token.
        return !finishing && (over || inbox.proof !== undefined);
      case 'checking-tenant':
        return over || !inbox.isEmpty;
      case 'opening-session':
        // A newer login takes its place, and a code that can be judged has little time.
        return over || inbox.proof !== undefined || inbox.codes.length > 0 || this.#loginsSpent;
      case 'associating':
        // Nobody wants a text to the number that was.
        return ending || inbox.number !== undefined;
      case 'confirming':
        return ending;
    }
  }
}

/** Whether the call can be made again as it was, for it had no effect or can have it twice. */
function maybeRepeated({ kind }: Purpose, { type, unsent }: CallFailure): boolean {
  if (RESPONSES[type].action === 'try-later' || unsent === true) return true;
  if (kind === 'checking-tenant') return true;
  // A login is spent at worst, and of a code the list says what became of it.
  if (type === 'unexpected-response') return kind === 'opening-session';
  return type === 'configuration-fault' && kind !== 'confirming';
}

function doubled(first: number, times: number, max: number): number {
  return Math.min(first * 2 ** times, max);
}

async function resultOf<T>(attempt: () => Promise<T>): Promise<CallResult<T>> {
  try {
    return { ok: true, value: await attempt() };
  } catch (error) {
    return { ok: false, failure: callFailure(error) };
  }
}
