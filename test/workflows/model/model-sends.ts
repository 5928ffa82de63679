/** `associate.ts` once more, where nothing is refused but a number. */
import { numberRefusal, resendRefusal, sendRefusal } from '../../../workflows/admission.ts';
import type { Factor, Refusal } from '../../../workflows/contract/enroll-mfa.ts';
import {
  currentStep,
  type OpenSession,
  SESSION_LEFT_FOR_ASSOCIATE_MS,
} from '../../../workflows/enrollment-state.ts';
import type { QueuedNumber, QueuedResend } from '../../../workflows/inbox.ts';
import { giveUpSession } from './model-clean-up.ts';
import type { ModelRun } from './model-run.ts';

export function associate(run: ModelRun): Refusal | undefined {
  const { session, phoneNumber = '' } = run.state;
  const factor = currentStep(run.state)?.factor;
  if (session === undefined || factor === undefined) return undefined;
  const refusal = associateRefusal(run, session, factor);
  if (refusal !== undefined) return refusal === 'session-too-short' ? undefined : refusal;
  run.apply({ type: 'associating' });
  const associated = run.call('associating', () =>
    run.tenant.associate(factor, phoneNumber, session.sealTo),
  );
  if (associated.ok) {
    run.apply({ type: 'associated', ...associated.value });
    return undefined;
  }
  run.refuse('associate', associated.refusal);
  // The ideal tenant refuses nothing but a number.
  run.apply({ type: 'number-refused' });
  return associated.refusal;
}

function associateRefusal(
  run: ModelRun,
  session: OpenSession,
  factor: Factor,
): Refusal | 'session-too-short' | undefined {
  if (session.expiresAt - run.now < SESSION_LEFT_FOR_ASSOCIATE_MS) {
    giveUpSession(run, 'less than two minutes are left');
    return 'session-too-short';
  }
  if (factor === 'totp' && session.sealTo === undefined) {
    run.refuse('associate', 'sealing-key-missing');
    giveUpSession(run, 'it came without a key to seal the TOTP set-up to');
    return 'sealing-key-missing';
  }
  const refusal = factor === 'sms' ? sendRefusal(run.state, run.now) : undefined;
  if (refusal === undefined) return undefined;
  run.apply({ type: 'send-refused' });
  run.refuse('associate', refusal);
  return refusal;
}

export function resend(run: ModelRun, queued: QueuedResend): void {
  const refusal = resendRefusal(run.state, queued, run.now);
  if (refusal !== undefined) return answerSend(run, queued, refusal);
  sendAgain(run, queued);
}

export function changeNumber(run: ModelRun, queued: QueuedNumber): void {
  const refusal = numberRefusal(run.state, queued.phoneNumber, run.now);
  if (refusal !== undefined) return answerSend(run, queued, refusal);
  run.apply({ type: 'number-changed', phoneNumber: queued.phoneNumber });
  if (run.state.challenge === undefined) run.inbox.settling.push(...queued.waiters);
  else sendAgain(run, queued);
}

function sendAgain(run: ModelRun, queued: QueuedResend | QueuedNumber): void {
  const refusal = associate(run);
  if (refusal === undefined) run.inbox.settling.push(...queued.waiters);
  else answerSend(run, queued, refusal);
}

function answerSend(run: ModelRun, queued: QueuedResend | QueuedNumber, refusal: Refusal): void {
  const refused = run.refuse(queued.message, refusal);
  for (const waiter of queued.waiters) waiter.answer(refused);
}
