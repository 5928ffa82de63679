/** What arrives, as `handlers.ts` takes it: refused at the door, recorded as refused, or queued. */
import { admitCode } from '../../../workflows/admission.ts';
import {
  type CodeMessage,
  type Factor,
  LIMITS,
  type LoginAnswer,
  type LoginProof,
  type Refusal,
  type Refused,
  type ResendAnswer,
  type ResendMessage,
  SIGNALS,
  UPDATES,
} from '../../../workflows/contract/enroll-mfa.ts';
import type { Waiter } from '../../../workflows/inbox.ts';
import type { CodeName, Way } from './messages.ts';
import type { ModelRun, Told } from './model-run.ts';
import { NONSENSE } from './nonsense.ts';

export type Tell = (told: Told) => void;

const FACTOR_OF: Record<CodeName, Factor | undefined> = {
  smsCode: 'sms',
  otpCode: 'totp',
  submitCode: undefined,
};

/** Nothing reaches a run that has ended; a signal to it is lost, an update is told. */
function ended(run: ModelRun, way: Way, tell: Tell): boolean {
  if (run.state.outcome === undefined) return false;
  if (way === 'update') reject(tell, 'ended');
  return true;
}

function reject(tell: Tell, refusal: Refusal): void {
  tell({ status: 'rejected', refusal });
}

function waiters<A extends Told>(run: ModelRun, way: Way, tell: Tell): Waiter<A>[] {
  return way === 'update' ? [run.waiter<A>(tell)] : [];
}

function supersede(
  run: ModelRun,
  older: { readonly message: string; readonly waiters: readonly Waiter<Refused>[] },
): void {
  const refused = run.refuse(older.message, 'superseded');
  for (const waiter of older.waiters) waiter.answer(refused);
}

export function loginArrives(run: ModelRun, way: Way, proof: LoginProof, tell: Tell): void {
  if (ended(run, way, tell)) return;
  if (run.inbox.proof !== undefined) supersede(run, run.inbox.proof);
  run.inbox.proof = {
    message: way === 'signal' ? SIGNALS.loginCompleted : UPDATES.completeLogin,
    proof,
    notBefore: run.state.startedAt,
    since: run.now,
    waiters: waiters<LoginAnswer>(run, way, tell),
  };
}

export function codeArrives(run: ModelRun, name: CodeName, code: CodeMessage, tell: Tell): void {
  const way = name === 'submitCode' ? 'update' : 'signal';
  if (ended(run, way, tell)) return;
  const factor = FACTOR_OF[name];
  const arriving = { ...code, ...(factor !== undefined && { factor }) };
  const admitted = admitCode(run.state, run.inbox, arriving, run.now);
  if (way === 'update') {
    if (code.challenge === undefined) return reject(tell, 'malformed');
    if (admitted === 'superseded' || admitted === 'no-attempts-left') return reject(tell, admitted);
  }
  if (typeof admitted === 'string') {
    run.refuse(name, admitted);
    if (way === 'update') tell({ status: 'refused', refusal: admitted });
    return;
  }
  const waiting = waiters<Parameters<Waiter<Told>['answer']>[0]>(run, way, tell);
  const same = run.inbox.sameCode(admitted, code.code);
  if (same !== undefined) same.waiters.push(...waiting);
  else {
    run.inbox.codes.push({ message: name, code: code.code, challenge: admitted, waiters: waiting });
  }
}

export function resendArrives(run: ModelRun, way: Way, message: ResendMessage, tell: Tell): void {
  if (ended(run, way, tell)) return;
  if (way === 'update' && message.challenge === undefined) return reject(tell, 'malformed');
  const waiting = waiters<ResendAnswer>(run, way, tell);
  const older = run.inbox.resend;
  if (older !== undefined && older.challenge === message.challenge) {
    older.waiters.push(...waiting);
    return;
  }
  if (older !== undefined) supersede(run, older);
  run.inbox.resend = { message: SIGNALS.resendCode, ...message, waiters: waiting };
}

export function numberArrives(run: ModelRun, way: Way, phoneNumber: string, tell: Tell): void {
  if (ended(run, way, tell)) return;
  if (run.inbox.number !== undefined) supersede(run, run.inbox.number);
  const waiting = waiters<ResendAnswer>(run, way, tell);
  run.inbox.number = { message: SIGNALS.changePhoneNumber, phoneNumber, waiters: waiting };
}

export function extensionArrives(run: ModelRun, deadlineMs: number): void {
  if (run.state.outcome !== undefined) return;
  const deadlineAt = run.state.startedAt + deadlineMs;
  if (deadlineMs > LIMITS.deadlineMsMax) run.refuse(SIGNALS.extendDeadline, 'deadline-too-late');
  else if (deadlineAt <= run.state.deadlineAt) {
    run.refuse(SIGNALS.extendDeadline, 'deadline-not-later');
  } else run.inbox.extension = { deadlineMs, by: 'admin', reason: 'model' };
}

export function cancelArrives(run: ModelRun): void {
  if (run.state.outcome === undefined) run.inbox.cancel = { by: 'admin', reason: 'model' };
}

export function recoveryCodeSavedArrives(run: ModelRun): void {
  run.apply({ type: 'recovery-code-saved' });
}

export function nonsenseArrives(run: ModelRun, index: number, tell: Tell): void {
  const nonsense = NONSENSE[index];
  if (nonsense === undefined || ended(run, nonsense.way, tell)) return;
  if (nonsense.way === 'update') reject(tell, nonsense.refusal);
  else run.refuse(nonsense.name, nonsense.refusal);
}
