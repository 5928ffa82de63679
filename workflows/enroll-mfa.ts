/**
 * The flow: one user, an ordered plan of factors, and for each of them log in → associate → code.
 *
 *  F1. Handlers only fill the inbox; this loop takes one thing at a time and acts on it, so that
 *      nothing interleaves with a call to Auth0.
 *  F2. The loop checks deadline, cancel and session end only between calls. A call in flight always
 *      finishes, and its result counts.
 *  F3. Every way out of the loop cleans up, answers every open update, and shows the outcome (I5, I8).
 */
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type EndReason,
  type EnrollMfaFailureDetail,
  type EnrollMfaInput,
  type EnrollMfaResult,
  type FailureReason,
  type Outcome,
} from './contract/enroll-mfa.ts';
import { associate, changeNumber, resend } from './flow/associate.ts';
import { cleanUp } from './flow/clean-up.ts';
import { judge } from './flow/confirm.ts';
import { EnrollmentRun } from './flow/enrollment-run.ts';
import { registerHandlers, registerQueries } from './flow/handlers.ts';
import { giveUpSession, Logins } from './flow/open-session.ts';
import { checkTenant } from './flow/served-tenant.ts';
import { refuseFirstUpdate, showRefusedStart } from './flow/start-refusal.ts';
import { answerAll } from './flow/tickets.ts';
import { challengeDue, deadEnd } from './rules/admission.ts';
import { currentStep, refusedState } from './rules/enrollment-state.ts';
import { activePhase } from './rules/progress-view.ts';
import { DEAD_ENDS, HINTS } from './rules/refusals.ts';
import { checkStartInput } from './rules/start-input.ts';

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
    const message = checked.problems.join('; ');
    refuseFirstUpdate(message);
    throw failure('invalid-input', message, [], []);
  }
  const run = new EnrollmentRun(checked.value);
  registerHandlers(run);
  CancellationScope.current().cancelRequested.catch((error: unknown) => {
    // Who cancelled first has cancelled it.
    if (run.inbox.cancel !== undefined) return;
    run.cancellation = error instanceof CancelledFailure ? error : undefined;
    run.inbox.cancel = { by: 'temporal', reason: 'cancelled through Temporal', tickets: [] };
  });
  return CancellationScope.nonCancellable(() => live(run));
}

async function live(run: EnrollmentRun): Promise<EnrollMfaResult> {
  run.deadline.set(run.state.deadlineAt);
  const logins = new Logins();
  while (run.state.outcome === undefined) {
    const act = nextAct(run, logins);
    if (act !== undefined) {
      await act();
      continue;
    }
    run.shown.publish();
    run.tickets.answerAccepted(run.next);
    await condition(() => nextAct(run, logins) !== undefined || run.shown.outdated);
  }
  return end(run, run.state.outcome);
}

type Act = () => Promise<unknown>;

/** What comes first of all that there is to do; a code before anything that would end its challenge. */
function nextAct(run: EnrollmentRun, logins: Logins): Act | undefined {
  const { inbox, state } = run;
  if (currentStep(state) === undefined) return () => finish(run, 'enrolled', 'every-factor-active');
  const { cancel } = inbox;
  if (cancel !== undefined) {
    const way = run.cancellation === undefined ? 'cancel-requested' : 'cancelled-through-temporal';
    return () => finish(run, 'cancelled', way, `by ${cancel.by}: ${cancel.reason}`);
  }
  if (run.deadline.due) return () => finish(run, 'expired', activePhase(state));
  if (run.tooLong) return () => finish(run, 'failed', 'too-many-messages', TOO_LONG);
  const [code] = inbox.codes;
  if (code !== undefined) {
    return () => {
      inbox.codes.shift();
      return judge(run, code);
    };
  }
  const stuck = deadEnd(state);
  if (stuck !== undefined) return () => finish(run, 'failed', stuck, DEAD_ENDS[stuck]);
  if (run.sessionEnd.due) return () => giveUpSession(run, 'its end is near');
  return nextMessage(run, logins);
}

/** Another number comes before a login and a text that is due, so that none goes to the one that was. */
function nextMessage(run: EnrollmentRun, logins: Logins): Act | undefined {
  const { inbox, state } = run;
  const { number, proof, resend: resending } = inbox;
  if (number !== undefined) {
    return () => {
      inbox.number = undefined;
      return changeNumber(run, number);
    };
  }
  if (proof !== undefined) {
    return () => {
      inbox.proof = undefined;
      return logins.take(run, proof);
    };
  }
  if (challengeDue(state)) return () => associate(run);
  if (resending === undefined) return state.tenantServed ? undefined : () => checkTenant(run);
  return () => {
    inbox.resend = undefined;
    return resend(run, resending);
  };
}

const TOO_LONG =
  'Too many messages came, and the history has grown too long. Start a new enrollment.';

async function finish(
  run: EnrollmentRun,
  outcome: Outcome,
  reason: EndReason,
  message?: string,
): Promise<void> {
  const awaited = run.next;
  // Temporal drops their timers with the run.
  run.deadline.disarm();
  run.sessionEnd.disarm();
  run.finishing = true;
  await cleanUp(run, run.state.session);
  for (const untaken of run.inbox.untaken()) run.refuse(untaken, 'ended');
  // The list that the clean-up reads may show that a code whose answer was lost did its work.
  const enrolled = currentStep(run.state) === undefined;
  const ending = enrolled
    ? { reason: 'every-factor-active' as const, awaited }
    : { reason, awaited, ...(message !== undefined && { message }) };
  run.apply({ type: 'ended', outcome: enrolled ? 'enrolled' : outcome, ending });
}

async function end(run: EnrollmentRun, outcome: Outcome): Promise<EnrollMfaResult> {
  const { next, inbox } = run;
  run.shown.publish();
  answerAll(inbox.cancel?.tickets ?? [], { status: 'ended', outcome, next });
  // Whatever was accepted has come to nothing where the plan is not done.
  if (outcome === 'enrolled') run.tickets.answerAccepted(next);
  run.tickets.refuseAll({ status: 'refused', refusal: 'ended', hint: HINTS.ended, next });
  await condition(allHandlersFinished);
  const { steps, orphans, recoveryCode, ending } = run.state;
  if (run.cancellation !== undefined && outcome === 'cancelled') throw run.cancellation;
  if (outcome === 'failed') {
    const { reason, message = '' } = ending ?? {};
    throw failure(reason as FailureReason, message, steps, orphans);
  }
  const cancel = outcome === 'cancelled' ? inbox.cancel : undefined;
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
