/**
 * The flow: one user, an ordered plan of factors, and for each of them log in → associate → code.
 *
 *  F1. Handlers only fill the inbox; this loop takes one thing at a time and acts on it, so that
 *      nothing interleaves with a call to Auth0.
 *  F2. Deadline, cancel and the session's end are looked at between calls; a running call ends first,
 *      and what Auth0 said counts.
 *  F3. Every way out of the loop cleans up, answers whoever waits, and shows the outcome (I5, I8).
 */
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  workflowInfo,
} from '@temporalio/workflow';
import { challengeDue, deadEnd } from './admission.ts';
import { associate, changeNumber, resend } from './associate.ts';
import { cleanUp } from './clean-up.ts';
import { judge } from './confirm.ts';
import {
  type EndReason,
  type EnrollMfaFailureDetail,
  type EnrollMfaInput,
  type EnrollMfaResult,
  type FailureReason,
  type Outcome,
} from './contract/enroll-mfa.ts';
import { EnrollmentRun } from './enrollment-run.ts';
import { currentStep, refusedState } from './enrollment-state.ts';
import { registerHandlers, registerQueries } from './handlers.ts';
import { giveUpSession, Logins } from './open-session.ts';
import { activePhase } from './progress-view.ts';
import { DEAD_ENDS, HINTS } from './refusals.ts';
import { checkStartInput } from './start-input.ts';
import { showRefusedStart } from './start-refusal.ts';

/**
 * Enrolls a user in the factors of the plan. Completes with how it ended; fails with a
 * `FailureReason` as the failure's type and an `EnrollMfaFailureDetail` as its first detail.
 */
export async function enrollMfa(input: EnrollMfaInput): Promise<EnrollMfaResult> {
  const checked = checkStartInput(input, workflowInfo());
  if (!checked.ok) {
    const state = refusedState(checked.problems, Date.now());
    showRefusedStart(input, checked.problems, state);
    registerQueries({ state });
    throw failure('invalid-input', checked.problems.join('; '), [], []);
  }
  const run = new EnrollmentRun(checked.value);
  registerHandlers(run);
  CancellationScope.current().cancelRequested.catch((error: unknown) => {
    // Who cancelled first has cancelled it.
    if (run.inbox.cancel !== undefined) return;
    run.cancellation = error instanceof CancelledFailure ? error : undefined;
    run.inbox.cancel = { by: 'temporal', reason: 'cancelled through Temporal' };
  });
  return CancellationScope.nonCancellable(() => live(run));
}

async function live(run: EnrollmentRun): Promise<EnrollMfaResult> {
  const { login } = run.input;
  if (login !== undefined) {
    const since = run.state.startedAt;
    run.inbox.proof = { message: 'start', proof: login, since, waiters: [] };
  }
  run.deadline.set(run.state.deadlineAt);
  const logins = new Logins();
  while (run.state.outcome === undefined) {
    if (hasWork(run)) {
      await act(run, logins);
      // Who brought a fault to light waits until it has ended the run.
      if (run.fault === undefined) run.inbox.release();
      continue;
    }
    run.publish();
    settle(run);
    await condition(() => hasWork(run) || run.unpublished);
  }
  return end(run, run.state.outcome);
}

function hasWork(run: EnrollmentRun): boolean {
  const { inbox, state } = run;
  return (
    run.fault !== undefined ||
    inbox.cancel !== undefined ||
    inbox.extension !== undefined ||
    run.deadline.due ||
    run.sessionEnd.due ||
    inbox.codes.length > 0 ||
    inbox.proof !== undefined ||
    inbox.number !== undefined ||
    inbox.resend !== undefined ||
    challengeDue(state) ||
    currentStep(state) === undefined ||
    deadEnd(state) !== undefined ||
    workflowInfo().continueAsNewSuggested
  );
}

/** Takes the one thing that comes first. */
async function act(run: EnrollmentRun, logins: Logins): Promise<void> {
  const { inbox } = run;
  if (run.fault !== undefined) {
    return finish(run, 'failed', run.fault.reason, run.fault.message);
  }
  if (currentStep(run.state) === undefined) {
    return finish(run, 'enrolled', 'every-factor-active');
  }
  if (inbox.cancel !== undefined) {
    const { by, reason } = inbox.cancel;
    const way = run.cancellation === undefined ? 'cancel-requested' : 'cancelled-through-temporal';
    return finish(run, 'cancelled', way, `by ${by}: ${reason}`);
  }
  if (inbox.extension !== undefined) return extendDeadline(run);
  if (run.deadline.due) return finish(run, 'expired', activePhase(run.state));
  if (workflowInfo().continueAsNewSuggested) {
    run.fail('too-many-messages', 'the history has grown too long; start the enrollment anew');
    return;
  }
  if (inbox.codes.length > 0) return judge(run);
  const end = deadEnd(run.state);
  if (end !== undefined) {
    run.fail(end, DEAD_ENDS[end]);
    return;
  }
  if (run.sessionEnd.due) return giveUpSession(run, 'its end is near');
  const { proof, number, resend: resending } = inbox;
  // Before a login and a text that is due: none goes to a number that the person has replaced.
  if (number !== undefined) {
    inbox.number = undefined;
    inbox.hold(number);
    return changeNumber(run, number);
  }
  if (proof !== undefined) {
    inbox.proof = undefined;
    inbox.hold(proof);
    return logins.take(run, proof);
  }
  if (challengeDue(run.state)) {
    await associate(run);
    return;
  }
  if (resending !== undefined) {
    inbox.resend = undefined;
    inbox.hold(resending);
    return resend(run, resending);
  }
}

/** Callers whose message was taken learn what comes next. */
function settle(run: EnrollmentRun): void {
  const { settling } = run.inbox;
  run.inbox.settling = [];
  for (const waiter of settling) waiter.answer({ status: 'accepted', next: run.next });
}

function extendDeadline(run: EnrollmentRun): void {
  const { extension } = run.inbox;
  run.inbox.extension = undefined;
  if (extension === undefined) return;
  const deadlineAt = run.state.startedAt + extension.deadlineMs;
  run.apply({ type: 'deadline-extended', deadlineAt, by: extension.by });
  run.deadline.set(deadlineAt);
}

async function finish(
  run: EnrollmentRun,
  outcome: Outcome,
  reason: EndReason,
  message?: string,
): Promise<void> {
  const awaited = run.next;
  run.deadline.clear();
  run.sessionEnd.clear();
  run.finishing = true;
  await cleanUp(run, run.state.session);
  for (const message of run.inbox.untaken()) run.refuse(message, 'ended');
  const ending = { reason, awaited, ...(message !== undefined && { message }) };
  run.apply({ type: 'ended', outcome, ending });
}

async function end(run: EnrollmentRun, outcome: Outcome): Promise<EnrollMfaResult> {
  run.publish();
  // Whatever was accepted has come to nothing where the plan is not done.
  if (outcome === 'enrolled') settle(run);
  run.answerAll({
    status: 'refused',
    refusal: 'ended',
    hint: HINTS.ended,
    next: { type: 'nothing' },
  });
  await condition(allHandlersFinished);
  const { steps, orphans, recoveryCode } = run.state;
  if (run.cancellation !== undefined && outcome === 'cancelled') throw run.cancellation;
  if (outcome === 'failed') {
    const { reason, message } = run.fault ?? { reason: 'unexpected-response', message: outcome };
    throw failure(reason, message, steps, orphans);
  }
  const cancel = outcome === 'cancelled' ? run.inbox.cancel : undefined;
  return {
    outcome,
    factors: steps,
    recoveryCode,
    orphans,
    ...(cancel !== undefined && { cancelledBy: cancel.by, reason: cancel.reason }),
  };
}

function failure(
  reason: FailureReason,
  message: string,
  factors: EnrollMfaFailureDetail['factors'],
  orphans: EnrollMfaFailureDetail['orphans'],
): ApplicationFailure {
  const detail: EnrollMfaFailureDetail = { reason, factors, orphans };
  return ApplicationFailure.nonRetryable(message, reason, detail);
}
