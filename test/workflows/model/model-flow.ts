/**
 * The flow's loop once more, without Temporal: what comes first, and which events follow which, in
 * the order of `enroll-mfa.ts` and `open-session.ts`, where Auth0 loses no answer.
 */
import type { Session } from '../../../activities/enrollment-activities.ts';
import { challengeDue, loginRefusal, proofKey } from '../../../workflows/admission.ts';
import { abandonedFactors, foreignIn, newlyActive } from '../../../workflows/authenticator-list.ts';
import type { Outcome, Refusal } from '../../../workflows/contract/enroll-mfa.ts';
import { currentStep, SESSION_RESERVE_MS } from '../../../workflows/enrollment-state.ts';
import type { QueuedProof } from '../../../workflows/inbox.ts';
import { cleanUp, deleteOurs, giveUpSession } from './model-clean-up.ts';
import { judge } from './model-codes.ts';
import { type ModelRun, NEXT } from './model-run.ts';
import { associate, changeNumber, resend } from './model-sends.ts';

/** Far more than the longest sequence needs; a loop that does not come to rest is a fault. */
const ACTS_MAX = 1_000;

/** Takes one thing after the other until nothing is left to do. */
export function work(run: ModelRun): void {
  for (let acts = 0; run.state.outcome === undefined && hasWork(run); acts += 1) {
    if (acts === ACTS_MAX) throw new Error('The loop does not come to rest.');
    act(run);
  }
  settle(run);
  if (run.state.outcome === undefined) return;
  run.inbox.answerAll({ status: 'refused', refusal: 'ended', hint: '', next: NEXT });
}

/** Lets time pass, and wakes the loop at every alarm on the way. */
export function pass(run: ModelRun, ms: number): void {
  const target = run.now + ms;
  for (;;) {
    const next = Math.min(run.deadlineAt ?? target, run.sessionEndAt ?? target);
    if (next > target || run.state.outcome !== undefined) break;
    run.now = Math.max(run.now, next);
    if (!run.due(run.deadlineAt) && !run.due(run.sessionEndAt)) break;
    work(run);
  }
  run.now = Math.max(run.now, target);
}

function hasWork(run: ModelRun): boolean {
  const { inbox, state } = run;
  return (
    inbox.cancel !== undefined ||
    inbox.extension !== undefined ||
    run.due(run.deadlineAt) ||
    run.due(run.sessionEndAt) ||
    inbox.codes.length > 0 ||
    inbox.proof !== undefined ||
    inbox.number !== undefined ||
    inbox.resend !== undefined ||
    challengeDue(state) ||
    currentStep(state) === undefined
  );
}

function act(run: ModelRun): void {
  const { inbox } = run;
  if (currentStep(run.state) === undefined) return finish(run, 'enrolled');
  if (inbox.cancel !== undefined) return finish(run, 'cancelled');
  if (inbox.extension !== undefined) return extendDeadline(run);
  if (run.due(run.deadlineAt)) return finish(run, 'expired');
  if (inbox.codes.length > 0) return judge(run);
  if (run.due(run.sessionEndAt)) return giveUpSession(run, 'its end is near');
  const { proof, number, resend: resending } = inbox;
  if (proof !== undefined) {
    inbox.proof = undefined;
    return takeLogin(run, proof);
  }
  if (challengeDue(run.state)) return void associate(run);
  if (number !== undefined) {
    inbox.number = undefined;
    return changeNumber(run, number);
  }
  if (resending !== undefined) {
    inbox.resend = undefined;
    return resend(run, resending);
  }
}

function settle(run: ModelRun): void {
  const { settling } = run.inbox;
  run.inbox.settling = [];
  for (const waiter of settling) waiter.answer({ status: 'accepted', next: NEXT });
}

function extendDeadline(run: ModelRun): void {
  const { extension } = run.inbox;
  run.inbox.extension = undefined;
  if (extension === undefined) return;
  const deadlineAt = run.state.startedAt + extension.deadlineMs;
  run.apply({ type: 'deadline-extended', deadlineAt, by: extension.by });
  run.deadlineAt = deadlineAt;
}

function finish(run: ModelRun, outcome: Outcome): void {
  run.deadlineAt = undefined;
  run.sessionEndAt = undefined;
  cleanUp(run);
  for (const message of run.inbox.untaken()) run.refuse(message, 'ended');
  run.apply({ type: 'ended', outcome, ending: { reason: 'cancel-requested', awaited: NEXT } });
}

function takeLogin(run: ModelRun, queued: QueuedProof): void {
  const { proof } = queued;
  const refusal = loginRefusal(run.state, run.seenProofs, proof, run.now);
  if (refusal !== undefined) return answerLogin(run, queued, refusal);
  run.seenProofs = [...run.seenProofs, proofKey(proof)];
  const { confirmedAt } = run.state;
  const opened = run.call('opening-session', () => run.tenant.openSession(proof, confirmedAt));
  if (!opened.ok) return answerLogin(run, queued, opened.refusal);
  openedSession(run, queued, opened.value);
}

function answerLogin(run: ModelRun, queued: QueuedProof, refusal: Refusal): void {
  const refused = run.refuse(queued.message, refusal);
  for (const waiter of queued.waiters) waiter.answer(refused);
}

function openedSession(run: ModelRun, queued: QueuedProof, opened: Session): void {
  const { sealTo } = queued.proof;
  const { accessToken, expiresAt, authenticators } = opened;
  const session = { accessToken, expiresAt, ...(sealTo !== undefined && { sealTo }) };
  run.inbox.settling.push(...queued.waiters);
  run.apply({ type: 'session-opened', session });
  run.sessionEndAt = expiresAt - SESSION_RESERVE_MS;
  const abandoned = abandonedFactors(run.state);
  if (abandoned.length > 0) deleteOurs(run, authenticators, abandoned);
  for (const active of newlyActive(run.state, authenticators)) {
    run.apply({ type: 'active-already', ...active });
  }
  run.apply({ type: 'list-read', foreign: foreignIn(run.state, authenticators) });
}
