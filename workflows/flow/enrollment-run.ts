/** One run: what it knows, what has been said to it and is not acted on yet, and its alarms. */
import { workflowInfo } from '@temporalio/workflow';
import type { NextAction, Refusal, Refused } from '../contract/enroll-mfa.ts';
import type { EnrollmentEvent } from '../rules/enrollment-events.ts';
import { type EnrollmentState, initialState } from '../rules/enrollment-state.ts';
import { nextAction } from '../rules/progress-view.ts';
import { HINTS, inSentences } from '../rules/refusals.ts';
import type { StartInput } from '../rules/start-input.ts';
import { transition } from '../rules/transition.ts';
import { Alarm } from './alarm.ts';
import { Calls } from './calls.ts';
import { Inbox } from './inbox.ts';
import { Shown } from './shown.ts';
import { Tickets } from './tickets.ts';

/** Refusals after which each further one is shown only after a pause: whoever sends nonsense would fill the history. */
const REFUSALS_AT_ONCE_MAX = 100;
const REFUSAL_PAUSE_MS = 60_000;

/**
 * An honest history has under 200 events. The server ends one, uncleaned, at 51,200 events or 50 MB.
 */
const HISTORY_EVENTS_MAX = 20_000;
const HISTORY_BYTES_MAX = 20 * 1024 * 1024;

export class EnrollmentRun {
  readonly input: StartInput;
  readonly inbox = new Inbox();
  readonly tickets = new Tickets();
  readonly deadline = new Alarm('deadline of the enrollment');
  readonly sessionEnd = new Alarm('end of the login session: clean up, then ask for a new login');
  readonly calls = new Calls(this);
  readonly shown: Shown;
  state: EnrollmentState;
  /** Set when Temporal's own Cancel came: what the run has to end with. */
  cancellation: Error | undefined;
  /** How it ends is decided, and no later login will clean up. */
  finishing = false;
  /** How many there have been. */
  refusals = 0;
  #refusalShownAt = 0;

  constructor(input: StartInput) {
    this.input = input;
    this.state = initialState({ ...input, startedAt: workflowInfo().startTime.getTime() });
    this.shown = new Shown(this);
  }

  get next(): NextAction {
    return nextAction(this.state, Date.now());
  }

  /** What comes next once `event` has happened, for whoever is answered before it does. */
  nextAfter(event: EnrollmentEvent): NextAction {
    return nextAction(transition(this.state, event, Date.now()), Date.now());
  }

  /** Something has come that ends the enrollment. */
  get over(): boolean {
    return this.deadline.due || this.inbox.cancel !== undefined || this.tooLong;
  }

  /** So many messages came that the server would end it soon. */
  get tooLong(): boolean {
    const { historyLength, historySize } = workflowInfo();
    return historyLength >= HISTORY_EVENTS_MAX || historySize >= HISTORY_BYTES_MAX;
  }

  /** The same, or the session: nothing new is begun. */
  get ending(): boolean {
    return this.over || this.sessionEnd.due;
  }

  /** So many refusals are recorded that no further one that can be avoided may be. */
  get stormy(): boolean {
    return this.refusals >= REFUSALS_AT_ONCE_MAX;
  }

  apply(event: EnrollmentEvent): void {
    this.state = transition(this.state, event, Date.now());
  }

  /** Records the refusal and returns what the sender is told. */
  refuse(message: string, refusal: Refusal, problems: readonly string[] = []): Refused {
    const hint = inSentences(HINTS[refusal], ...problems);
    this.apply({ type: 'refused', refusal: { message, refusal, hint } });
    const now = Date.now();
    if (!this.stormy || now >= this.#refusalShownAt + REFUSAL_PAUSE_MS) {
      this.#refusalShownAt = now;
      this.shown.outdate();
    }
    this.refusals += 1;
    return { status: 'refused', refusal, hint, next: this.next };
  }
}
