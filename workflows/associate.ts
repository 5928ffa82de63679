/**
 * A challenge is made: Auth0 is asked once to text a code, or to make a TOTP secret (I2). What was
 * asked for but certainly did not happen is taken back; what may have happened stays counted.
 */
import { proxyActivities } from '@temporalio/workflow';
import type { EnrollmentActivities } from '../activities/enrollment-activities.ts';
import { ONCE } from './activity-policies.ts';
import { numberRefusal, resendRefusal, sendRefusal } from './admission.ts';
import type { Refusal } from './contract/enroll-mfa.ts';
import type { EnrollmentRun } from './enrollment-run.ts';
import { currentStep, SESSION_LEFT_FOR_ASSOCIATE_MS } from './enrollment-state.ts';
import { type CallFailure, RESPONSES } from './failure-responses.ts';
import type { QueuedNumber, QueuedResend } from './inbox.ts';
import { giveUpSession } from './open-session.ts';

const { associate: askAuth0 } = proxyActivities<Pick<EnrollmentActivities, 'associate'>>(ONCE);

/** What messages call it: the reason of a refusal that no message asked for. */
const ASSOCIATE = 'associate';

/** Auth0 refills one text an hour (auth0-docs "Rate Limit Configurations"). */
const SMS_QUOTA_WAIT_MS = 3_600_000;

/** Makes the next challenge with the session in hand, or says why not. */
export async function associate(run: EnrollmentRun): Promise<Refusal | undefined> {
  const session = run.state.session;
  const factor = currentStep(run.state)?.factor;
  if (session === undefined || factor === undefined) return undefined;
  if (session.expiresAt - Date.now() < SESSION_LEFT_FOR_ASSOCIATE_MS) {
    await giveUpSession(run, 'less than two minutes are left');
    return undefined;
  }
  if (factor === 'totp' && session.sealTo === undefined) {
    run.refuse(ASSOCIATE, 'sealing-key-missing');
    await giveUpSession(run, 'it came without a key to seal the TOTP set-up to');
    return 'sealing-key-missing';
  }
  const refusal = factor === 'sms' ? sendRefusal(run.state, Date.now()) : undefined;
  if (refusal !== undefined) {
    run.apply({ type: 'send-refused' });
    run.refuse(ASSOCIATE, refusal);
    return refusal;
  }
  run.apply({ type: 'associating' });
  const { phoneNumber } = run.state;
  const associated = await run.call({
    kind: 'associating',
    message: ASSOCIATE,
    giveUpAt: session.expiresAt - SESSION_LEFT_FOR_ASSOCIATE_MS,
    attempt: () =>
      askAuth0.executeWithOptions({ summary: summary(factor, run.state.challenges) }, [
        {
          tenant: run.input.tenant,
          accessToken: session.accessToken,
          factor,
          ...(factor === 'sms' && phoneNumber !== undefined && { phoneNumber }),
          ...(session.sealTo !== undefined && { sealTo: session.sealTo }),
        },
      ]),
  });
  if (!associated.ok) return notAssociated(run, associated.failure, factor);
  run.apply({ type: 'associated', ...associated.value });
  return undefined;
}

function summary(factor: 'sms' | 'totp', challenge: number): string {
  return factor === 'sms'
    ? `challenge ${challenge}: text a code`
    : `challenge ${challenge}: make a TOTP set-up`;
}

async function notAssociated(
  run: EnrollmentRun,
  failure: CallFailure,
  factor: 'sms' | 'totp',
): Promise<Refusal | undefined> {
  const response = RESPONSES[failure.type];
  if (response.action === 'fail') {
    run.fail(response.reason, failure.detail?.remedy ?? failure.type);
    return undefined;
  }
  const { refusal } = response;
  run.refuse(ASSOCIATE, refusal);
  switch (response.action) {
    case 'new-number':
      run.apply({ type: 'number-refused' });
      break;
    case 'wait':
      run.apply({ type: 'not-sent' });
      run.apply({
        type: 'challenge-spent',
        nextSendAt: failure.detail?.retryAt ?? Date.now() + SMS_QUOTA_WAIT_MS,
      });
      break;
    case 'ask-the-person':
      // A text may be under way, so nothing is sent until the person says that none came.
      if (factor === 'sms') run.apply({ type: 'challenge-spent' });
      else await giveUpSession(run, 'the answer to the TOTP set-up was lost');
      break;
    case 'try-later':
    case 'new-login':
    case 'new-code':
    case 'ask-again':
      run.apply({ type: 'not-sent' });
      await giveUpSession(run, `the set-up failed: ${refusal}`);
      break;
  }
  return refusal;
}

export async function resend(run: EnrollmentRun, queued: QueuedResend): Promise<void> {
  const refusal = resendRefusal(run.state, queued, Date.now());
  if (refusal !== undefined) return answer(run, queued, run.refuse(queued.message, refusal));
  await sendAgain(run, queued);
}

export async function changeNumber(run: EnrollmentRun, queued: QueuedNumber): Promise<void> {
  const refusal = numberRefusal(run.state, queued.phoneNumber, Date.now());
  if (refusal !== undefined) return answer(run, queued, run.refuse(queued.message, refusal));
  run.apply({ type: 'number-changed', phoneNumber: queued.phoneNumber });
  if (run.state.challenge === undefined) {
    run.inbox.settling.push(...queued.waiters);
    return;
  }
  await sendAgain(run, queued);
}

async function sendAgain(run: EnrollmentRun, queued: QueuedResend | QueuedNumber): Promise<void> {
  const refusal = await associate(run);
  if (refusal === undefined) run.inbox.settling.push(...queued.waiters);
  else answer(run, queued, run.refuse(queued.message, refusal));
}

function answer(
  run: EnrollmentRun,
  queued: QueuedResend | QueuedNumber,
  refused: ReturnType<EnrollmentRun['refuse']>,
): void {
  for (const waiter of queued.waiters) waiter.answer({ ...refused, next: run.next });
}
