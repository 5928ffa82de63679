/**
 * One run: its state, its inbox, its alarms, and the two ways in which it touches the outside: calls
 * (activities) and what it shows (search attributes, current details).
 */
import {
  condition,
  setCurrentDetails,
  sleep,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import {
  HOLD_MS_FIRST,
  HOLD_MS_MAX,
  PATIENCE_MS,
  SETTLE_MS,
  START_TO_CLOSE_MS,
} from './activity-policies.ts';
import { Alarm } from './alarm.ts';
import {
  type FailureReason,
  MEMO,
  type NextAction,
  type Outcome,
  type Pending,
  type Phase,
  type Refusal,
  type Refused,
} from './contract/enroll-mfa.ts';
import {
  MFA_LAST_REFUSAL,
  MFA_OUTCOME,
  MFA_PHASE,
  MFA_REASON,
  MFA_REFUSALS,
  MFA_REQUESTED_BY,
  MFA_WAITING_SINCE,
} from './contract/search-attributes.ts';
import type { EnrollmentEvent } from './enrollment-events.ts';
import {
  type CallKind,
  doneSteps,
  type EnrollmentState,
  initialState,
} from './enrollment-state.ts';
import { type CallFailure, callFailure, RESPONSES } from './failure-responses.ts';
import { Inbox } from './inbox.ts';
import { currentDetails } from './current-details.ts';
import { nextAction, phaseOf, progressOf, setUpOf } from './progress-view.ts';
import { HINTS, inSentences } from './refusals.ts';
import type { StartInput } from './start-input.ts';
import { transition } from './transition.ts';

export type CallResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: CallFailure };

export interface CallPlan<T> {
  readonly kind: CallKind;
  /** The message that asked for it: what a refusal is recorded under. */
  readonly message: string;
  /** Epoch ms; a call that Auth0 cannot take by then is given up. */
  readonly giveUpAt: number;
  readonly attempt: () => Promise<T>;
}

/** Refusals after which each further one is shown only after a pause: whoever sends nonsense would fill the history. */
const REFUSALS_AT_ONCE_MAX = 100;
const REFUSAL_PAUSE_MS = 60_000;

interface Published {
  readonly phase: Phase | undefined;
  readonly refusal: Refusal | undefined;
  readonly refusals: number;
  readonly outcome: Outcome | undefined;
  readonly waitingSince: number;
}

export class EnrollmentRun {
  readonly input: StartInput;
  readonly inbox = new Inbox();
  readonly deadline = new Alarm('deadline of the enrollment');
  readonly sessionEnd = new Alarm('end of the login session: clean up, then ask for a new login');
  state: EnrollmentState;
  /** Set when Temporal's own Cancel came: what the run has to end with. */
  cancellation: Error | undefined;
  /** No later login will clean up. */
  finishing = false;
  /** Set when the run has to end `failed`. */
  fault: { readonly reason: FailureReason; readonly message: string } | undefined;
  #published: Published;
  #unshown = false;
  #refusals = 0;
  #refusalShownAt = 0;
  #doneShown = 0;
  /** As JSON; what whoever started it has put there is taken away. */
  readonly #memo: Record<keyof typeof MEMO, string> = {
    progress: '',
    setUp: JSON.stringify(workflowInfo().memo?.[MEMO.setUp] ?? {}),
  };

  constructor(input: StartInput) {
    this.input = input;
    this.state = initialState({ ...input, startedAt: workflowInfo().startTime.getTime() });
    this.#published = {
      phase: phaseOnStart(),
      refusal: undefined,
      refusals: 0,
      outcome: undefined,
      waitingSince: this.state.waitingSince,
    };
  }

  get next(): NextAction {
    return nextAction(this.state, Date.now());
  }

  /** What comes next once `event` has happened, for whoever is answered before it does. */
  nextAfter(event: EnrollmentEvent): NextAction {
    return nextAction(transition(this.state, event, Date.now()), Date.now());
  }

  apply(event: EnrollmentEvent): void {
    this.state = transition(this.state, event, Date.now());
  }

  /** Records the refusal and returns what the sender is told. */
  refuse(message: string, refusal: Refusal, problems: readonly string[] = []): Refused {
    const hint = inSentences(HINTS[refusal], ...problems);
    this.apply({ type: 'refused', refusal: { message, refusal, hint } });
    this.#refusals += 1;
    const now = Date.now();
    if (this.#refusals <= REFUSALS_AT_ONCE_MAX || now >= this.#refusalShownAt + REFUSAL_PAUSE_MS) {
      this.#refusalShownAt = now;
      this.show();
    }
    return { status: 'refused', refusal, hint, next: this.next };
  }

  fail(reason: FailureReason, message: string): void {
    this.fault ??= { reason, message };
  }

  /**
   * Runs one call. Where Auth0 certainly did not take it, it is tried again until `giveUpAt`, unless
   * something that ends the enrollment comes in between; everybody who waits is told until when.
   */
  async call<T>(plan: CallPlan<T>): Promise<CallResult<T>> {
    for (let hold = HOLD_MS_FIRST; ; hold = Math.min(hold * 2, HOLD_MS_MAX)) {
      const result = await this.#attempt(plan);
      if (result.ok) return result;
      const response = RESPONSES[result.failure.type];
      if (response.action !== 'try-later') return result;
      const retryAt = Math.max(Date.now() + hold, result.failure.detail?.retryAt ?? 0);
      if (retryAt >= plan.giveUpAt || this.#interrupted(plan.kind)) return result;
      await this.#hold(plan, response.refusal, retryAt);
      if (this.#interrupted(plan.kind)) return result;
    }
  }

  /** Everybody who waits, whatever for; the answer must fit any message. */
  answerAll(answer: Refused | Pending, olderThan?: number): void {
    this.inbox.answerAll(answer, olderThan);
    this.inbox.answerInHand(answer, olderThan);
  }

  /** Lets what may still be under way at Auth0 arrive; nothing cuts it short. */
  async settle(kind: CallKind): Promise<void> {
    this.#busy(kind, SETTLE_MS);
    await sleep(SETTLE_MS, { summary: 'the answer was lost: wait before the list is read' });
    this.apply({ type: 'call-ended' });
  }

  async #attempt<T>(plan: CallPlan<T>): Promise<CallResult<T>> {
    this.#busy(plan.kind, START_TO_CLOSE_MS);
    try {
      return { ok: true, value: await plan.attempt() };
    } catch (error) {
      return { ok: false, failure: callFailure(error) };
    } finally {
      this.apply({ type: 'call-ended' });
    }
  }

  #busy(kind: CallKind, ms: number): void {
    const until = Date.now() + ms;
    this.apply({ type: 'call-started', kind, until });
    const impatient = this.inbox.someWaitSince(until - PATIENCE_MS);
    this.answerAll(this.#pending(until), until - PATIENCE_MS);
    // Who is told to wait, or that a factor is confirmed, looks there next.
    if (impatient || doneSteps(this.state) !== this.#doneShown) this.publish();
    else setCurrentDetails(currentDetails(this.state, Date.now()));
  }

  async #hold<T>(plan: CallPlan<T>, refusal: Refusal, retryAt: number): Promise<void> {
    this.refuse(plan.message, refusal);
    this.apply({ type: 'call-started', kind: plan.kind, until: retryAt });
    this.answerAll(this.#pending(retryAt));
    this.publish();
    await condition(() => this.#interrupted(plan.kind), retryAt - Date.now(), {
      summary: `Auth0 is ${refusal}: try again`,
    });
    this.apply({ type: 'call-ended' });
  }

  /** Something has come up that ends the enrollment or the session: nothing new is begun. */
  get ending(): boolean {
    return this.deadline.due || this.inbox.cancel !== undefined || this.sessionEnd.due;
  }

  #interrupted(kind: CallKind): boolean {
    // Whatever ends the enrollment needs it too; a newer login will do it with its own token.
    if (kind === 'cleaning-up') return !this.finishing && this.inbox.proof !== undefined;
    if (this.deadline.due || this.inbox.cancel !== undefined) return true;
    return kind === 'opening-session' ? this.inbox.proof !== undefined : this.sessionEnd.due;
  }

  #pending(until: number): Pending {
    return { status: 'pending', until: new Date(until).toISOString(), next: this.next };
  }

  /**
   * Has what a message has just changed shown, though nothing is to be done: a refusal, too, is something
   * that clients wait for. Said by the message itself, for a condition that looked at the clock would be
   * true in a task that a refused update leaves no trace of.
   */
  show(): void {
    this.#unshown = true;
  }

  get unpublished(): boolean {
    return this.#unshown || this.state.waitingSince !== this.#published.waitingSince;
  }

  /** Shows what is awaited; a search attribute is a command, so only what has changed is written. */
  publish(): void {
    const { state } = this;
    this.#unshown = false;
    this.#doneShown = doneSteps(this.state);
    setCurrentDetails(currentDetails(state, Date.now()));
    this.#publishMemo();
    const now = { ...shown(state), refusals: this.#refusals };
    const before = this.#published;
    const changes: SearchAttributeUpdatePair[] = [];
    if (before.phase === undefined) {
      changes.push({ key: MFA_REQUESTED_BY, value: this.input.requestedBy });
    }
    if (now.phase !== before.phase) changes.push({ key: MFA_PHASE, value: now.phase ?? null });
    if (now.refusal !== before.refusal) {
      changes.push({ key: MFA_LAST_REFUSAL, value: now.refusal ?? null });
    }
    if (now.refusals !== before.refusals) changes.push({ key: MFA_REFUSALS, value: now.refusals });
    if (now.outcome !== before.outcome) {
      changes.push({ key: MFA_OUTCOME, value: now.outcome ?? null });
      changes.push({ key: MFA_REASON, value: state.ending?.reason ?? null });
    }
    if (changes.length > 0 || now.waitingSince !== before.waitingSince) {
      changes.push({ key: MFA_WAITING_SINCE, value: new Date(now.waitingSince) });
      upsertSearchAttributes(changes);
      this.#published = now;
    }
  }

  #publishMemo(): void {
    const now = { progress: progressOf(this.state, Date.now()), setUp: setUpOf(this.state) };
    const changes: Record<string, unknown> = {};
    for (const key of ['progress', 'setUp'] as const) {
      const json = JSON.stringify(now[key]);
      if (json === this.#memo[key]) continue;
      this.#memo[key] = json;
      // `null` takes the field away.
      changes[MEMO[key]] = json === '{}' ? null : now[key];
    }
    if (Object.keys(changes).length > 0) upsertMemo(changes);
  }
}

function shown(state: EnrollmentState): Omit<Published, 'refusals'> {
  return {
    phase: phaseOf(state),
    refusal: state.lastRefusal?.refusal,
    outcome: state.outcome,
    waitingSince: state.waitingSince,
  };
}

/** A client of ours has set the attributes at the start; a plain client has not. */
function phaseOnStart(): Phase | undefined {
  const phase = workflowInfo().typedSearchAttributes.get(MFA_PHASE);
  return phase === 'awaiting-login' ? phase : undefined;
}
