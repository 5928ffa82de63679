/** `confirm.ts` once more, where every code has a verdict. */
import { admitCode } from '../../../workflows/admission.ts';
import { attemptsLeft } from '../../../workflows/enrollment-state.ts';
import type { QueuedCode } from '../../../workflows/inbox.ts';
import { giveUpSession } from './model-clean-up.ts';
import { type ModelRun, NEXT } from './model-run.ts';

export function judge(run: ModelRun): void {
  const { inbox } = run;
  const queued = inbox.codes.shift();
  if (queued === undefined) return;
  const challenge = run.state.challenge;
  const admitted = admitCode(run.state, inbox, queued, run.now);
  if (challenge === undefined || typeof admitted === 'string') {
    const why = typeof admitted === 'string' ? admitted : 'superseded';
    return answerCode(queued, run.refuse(queued.message, why));
  }
  inbox.judging = queued;
  const verdict = run.call('confirming', () => run.tenant.confirm(challenge.oobCode, queued.code));
  inbox.judging = undefined;
  if (verdict.ok) {
    run.apply({ type: 'confirmed', ...verdict.value });
    answerCode(queued, { status: 'confirmed', factor: challenge.factor, next: NEXT });
    return giveUpSession(run, `${challenge.factor} is confirmed`);
  }
  if (verdict.refusal !== 'wrong-code') {
    answerCode(queued, run.refuse(queued.message, verdict.refusal));
    return spend(run);
  }
  run.apply({ type: 'wrong-code' });
  run.refuse(queued.message, 'wrong-code');
  const left = attemptsLeft(run.state, run.now);
  if (left === 0) spend(run);
  answerCode(queued, { status: 'wrong-code', attemptsLeft: left, next: NEXT });
}

function spend(run: ModelRun): void {
  if (run.state.challenge?.factor === 'totp') return giveUpSession(run, 'no attempts are left');
  run.apply({ type: 'challenge-spent' });
}

function answerCode(queued: QueuedCode, answer: Parameters<QueuedCode['waiters'][0]['answer']>[0]) {
  for (const waiter of queued.waiters) waiter.answer(answer);
}
