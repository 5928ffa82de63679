/** What a run shows of itself to whoever reads its description: search attributes, details and memo. */
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import {
  setCurrentDetails,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { MEMO, type Outcome, type Phase, type Refusal } from '../contract/enroll-mfa.ts';
import {
  MFA_LAST_REFUSAL,
  MFA_OUTCOME,
  MFA_PHASE,
  MFA_REASON,
  MFA_REFUSALS,
  MFA_REQUESTED_BY,
  MFA_WAITING_SINCE,
} from '../contract/search-attributes.ts';
import { currentDetails } from '../rules/current-details.ts';
import type { EnrollmentState } from '../rules/enrollment-state.ts';
import { phaseOf, progressOf, reasonOf, setUpOf } from '../rules/progress-view.ts';
import type { StartInput } from '../rules/start-input.ts';

/** Search attributes that change while it runs. */
interface Attributes {
  readonly phase: Phase | undefined;
  readonly refusal: Refusal | undefined;
  readonly refusals: number;
  readonly outcome: Outcome | undefined;
  readonly reason: string | undefined;
  readonly waitingSince: number;
}

/** Of a run, what is shown. */
interface ShownRun {
  readonly state: EnrollmentState;
  readonly input: StartInput;
  readonly refusals: number;
}

export class Shown {
  readonly #run: ShownRun;
  #attributes: Attributes;
  #outdated = false;
  /** As JSON; what whoever started it has put there is taken away. */
  readonly #memo: Record<keyof typeof MEMO, string> = {
    progress: '',
    setUp: JSON.stringify(workflowInfo().memo?.[MEMO.setUp] ?? {}),
  };

  constructor(run: ShownRun) {
    this.#run = run;
    this.#attributes = {
      ...attributesOf(run),
      phase: phaseOnStart(),
      refusal: undefined,
      refusals: 0,
    };
  }

  /**
   * Has what a message has just changed shown, though nothing is to be done: a refusal, too, is something
   * that clients wait for. Said by the message itself, for a condition that looked at the clock would be
   * true in a task that a refused update leaves no trace of.
   */
  outdate(): void {
    this.#outdated = true;
  }

  get outdated(): boolean {
    return this.#outdated || this.#run.state.waitingSince !== this.#attributes.waitingSince;
  }

  /** A call begins. What somebody was told is written first: who was told so looks there next. */
  begin(): void {
    if (this.#outdated) this.publish();
    else setCurrentDetails(currentDetails(this.#run.state, Date.now()));
  }

  /** Shows what is awaited; a search attribute is a command, so only what has changed is written. */
  publish(): void {
    const { state, input } = this.#run;
    this.#outdated = false;
    setCurrentDetails(currentDetails(state, Date.now()));
    this.#publishMemo(state);
    const [before, now] = [this.#attributes, attributesOf(this.#run)];
    const changes: SearchAttributeUpdatePair[] = [];
    if (before.phase === undefined)
      changes.push({ key: MFA_REQUESTED_BY, value: input.requestedBy });
    if (now.phase !== before.phase) changes.push({ key: MFA_PHASE, value: now.phase ?? null });
    if (now.refusal !== before.refusal) {
      changes.push({ key: MFA_LAST_REFUSAL, value: now.refusal ?? null });
    }
    if (now.refusals !== before.refusals) changes.push({ key: MFA_REFUSALS, value: now.refusals });
    if (now.outcome !== before.outcome)
      changes.push({ key: MFA_OUTCOME, value: now.outcome ?? null });
    if (now.reason !== before.reason) changes.push({ key: MFA_REASON, value: now.reason ?? null });
    if (changes.length > 0 || now.waitingSince !== before.waitingSince) {
      changes.push({ key: MFA_WAITING_SINCE, value: new Date(now.waitingSince) });
      upsertSearchAttributes(changes);
      this.#attributes = now;
    }
  }

  #publishMemo(state: EnrollmentState): void {
    const now = { progress: progressOf(state, Date.now()), setUp: setUpOf(state) };
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

function attributesOf({ state, refusals }: Omit<ShownRun, 'input'>): Attributes {
  return {
    refusals,
    phase: phaseOf(state),
    refusal: state.lastRefusal?.refusal,
    outcome: state.outcome,
    reason: reasonOf(state),
    waitingSince: state.waitingSince,
  };
}

/** A client of ours has set the attributes at the start; a plain client has not. */
function phaseOnStart(): Phase | undefined {
  const phase = workflowInfo().typedSearchAttributes.get(MFA_PHASE);
  return phase === 'awaiting-login' ? phase : undefined;
}
