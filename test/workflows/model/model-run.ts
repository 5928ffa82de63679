/**
 * One enrollment as the model runs it: the real state, guards, inbox and transitions, an ideal tenant
 * instead of Auth0, and a clock that stands still until it is told to go on.
 */
import type { NextAction, Refusal, Refused } from '../../../workflows/contract/enroll-mfa.ts';
import type { EnrollmentEvent } from '../../../workflows/enrollment-events.ts';
import {
  type CallKind,
  type EnrollmentState,
  initialState,
} from '../../../workflows/enrollment-state.ts';
import { Inbox, type Waiter } from '../../../workflows/inbox.ts';
import { transition } from '../../../workflows/transition.ts';
import { IdealTenant } from './ideal-tenant.ts';
import type { Beginning } from './steps.ts';

export const MODEL_START = Date.UTC(2026, 0, 1);
export const PHONE_FIRST = '+14155550123';
/** What an interactive call may take; the ideal tenant takes nothing of it. */
const CALL_MS = 15_000;

/** Answers hold the next action; the model looks it up when it is at rest. */
export const NEXT: NextAction = { type: 'nothing' };

/** What the sender of an update is told; `rejected`: by the validator, without a trace. */
export interface Told {
  readonly status: 'accepted' | 'confirmed' | 'wrong-code' | 'refused' | 'rejected' | 'pending';
  readonly refusal?: Refusal;
}

export class ModelRun {
  readonly inbox = new Inbox();
  readonly tenant: IdealTenant;
  state: EnrollmentState;
  now = MODEL_START;
  /** Alarms, epoch ms. */
  deadlineAt: number | undefined;
  sessionEndAt: number | undefined;
  seenProofs: readonly string[] = [];
  /** Messages that come while Auth0 is asked; each call lets so many in. */
  arriving: (() => void)[] = [];
  arrivingPerCall = 1;
  callMs = 0;
  /** Lists that did not hold as many unconfirmed entries as were counted. */
  miscounts = 0;
  /** Updates that have been taken and not answered. */
  readonly unanswered = new Set<object>();

  constructor(beginning: Beginning) {
    this.tenant = new IdealTenant(() => this.now, beginning);
    this.state = initialState({
      startedAt: MODEL_START,
      deadlineMs: beginning.deadlineMs,
      factors: beginning.factors,
      phoneNumber: PHONE_FIRST,
    });
    this.deadlineAt = this.state.deadlineAt;
  }

  apply(event: EnrollmentEvent): void {
    this.state = transition(this.state, event, this.now);
  }

  refuse(message: string, refusal: Refusal): Refused {
    this.apply({ type: 'refused', refusal: { message, refusal, hint: '' } });
    return { status: 'refused', refusal, hint: '', next: NEXT };
  }

  /** Asks the tenant; whoever has something to say then says it while the answer is awaited. */
  call<T>(kind: CallKind, ask: () => T): T {
    this.apply({ type: 'call-started', kind, until: this.now + CALL_MS });
    for (const arrive of this.arriving.splice(0, this.arrivingPerCall)) arrive();
    const answer = ask();
    this.now += this.callMs;
    this.apply({ type: 'call-ended' });
    return answer;
  }

  due(at: number | undefined): boolean {
    return at !== undefined && this.now >= at;
  }

  /** Somebody who waits for the answer to an update; `tell` hears the first one. */
  waiter<A extends Told>(tell: (told: Told) => void): Waiter<A> {
    const waiting = {};
    this.unanswered.add(waiting);
    return {
      since: this.now,
      answer: (answer) => {
        if (!this.unanswered.delete(waiting)) return;
        const { status } = answer;
        tell(answer.refusal === undefined ? { status } : { status, refusal: answer.refusal });
      },
    };
  }
}
