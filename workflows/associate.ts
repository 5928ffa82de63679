/**
 * A challenge is made: Auth0 is asked to text a code, or to make a TOTP secret. What was asked for but
 * certainly did not happen is taken back; what may have happened stays counted, and is settled by
 * reading the list before it is asked for again, once (I2).
 */
import { proxyActivities } from '@temporalio/workflow';
import type {
  Association,
  Authenticator,
  EnrollmentActivities,
} from '../activities/enrollment-activities.ts';
import { ONCE } from './activity-policies.ts';
import { numberRefusal, resendRefusal, sendRefusal, sendsAllowed } from './admission.ts';
import { associationMade, recoveryCodeMade } from './authenticator-list.ts';
import { deleteOurs, readList } from './clean-up.ts';
import type { Factor, Refusal } from './contract/enroll-mfa.ts';
import type { CallResult, EnrollmentRun } from './enrollment-run.ts';
import {
  currentStep,
  type OpenSession,
  SESSION_LEFT_FOR_ASSOCIATE_MS,
} from './enrollment-state.ts';
import { type CallFailure, faultMessage, LOST, RESPONSES } from './failure-responses.ts';
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
  const associated = await ask(run, session, factor);
  if (associated.ok) return undefined;
  if (associated.failure.type === 'ambiguous') return settle(run, session, factor);
  return notAssociated(run, associated.failure, factor);
}

/** One request; it counts as a send and as an authenticator of ours until it is known to be none. */
async function ask(
  run: EnrollmentRun,
  session: OpenSession,
  factor: Factor,
): Promise<CallResult<Association>> {
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
          notAfter: session.expiresAt - SESSION_LEFT_FOR_ASSOCIATE_MS,
        },
      ]),
  });
  if (associated.ok) run.apply({ type: 'associated', ...associated.value });
  return associated;
}

/** What was read, if it could be, and what that says of the last association. */
interface Look {
  readonly list: readonly Authenticator[] | undefined;
  readonly verdict: ReturnType<typeof associationMade>;
}

/**
 * The answer was lost, and with it what is needed to confirm: whatever was made is of no use. The list
 * says whether it is removed first; then it is asked for once more, unless there is a doubt.
 */
async function settle(
  run: EnrollmentRun,
  session: OpenSession,
  factor: Factor,
): Promise<Refusal | undefined> {
  const { list, verdict } = await lookOnceSettled(run, session, factor);
  const recoveryCodeLost = list !== undefined && recoveryCodeMade(run.state, list);
  run.apply({ type: 'settled', verdict, recoveryCodeLost });
  if (verdict === 'made' && list !== undefined) await deleteOurs(run, session, list, [factor]);
  const undone = verdict === 'not-made' || run.state.unconfirmed[factor] === 0;
  if (verdict === 'cannot-tell' || !undone || !mayAskAgain(run, session, factor)) {
    return notAssociated(run, LOST, factor);
  }
  const again = await ask(run, session, factor);
  if (again.ok) return undefined;
  // Before anything is removed that this one may still make.
  if (again.failure.type === 'ambiguous') await run.settle('associating');
  return notAssociated(run, again.failure, factor);
}

/** A trace in the list is believed at once; that there is none, only when it is read again later. */
async function lookOnceSettled(
  run: EnrollmentRun,
  session: OpenSession,
  factor: Factor,
): Promise<Look> {
  const first = await look(run, session, factor);
  return first.verdict === 'made' ? first : look(run, session, factor);
}

async function look(run: EnrollmentRun, session: OpenSession, factor: Factor): Promise<Look> {
  await run.settle('associating');
  const summary = `challenge ${run.state.challenges}: was it made?`;
  const list = await readList(run, session, { summary, kind: 'associating' });
  if (list === undefined) return { list, verdict: 'cannot-tell' };
  return { list, verdict: associationMade(run.state, list, factor) };
}

/** The one automatic repeat of a decision (I2): within the budget, and only if it is still wanted. */
function mayAskAgain(run: EnrollmentRun, session: OpenSession, factor: Factor): boolean {
  if (run.ending || run.inbox.number !== undefined) return false;
  if (session.expiresAt - Date.now() < SESSION_LEFT_FOR_ASSOCIATE_MS) return false;
  return factor === 'totp' || sendsAllowed(run.state, Date.now());
}

function summary(factor: Factor, challenge: number): string {
  return factor === 'sms'
    ? `challenge ${challenge}: text a code`
    : `challenge ${challenge}: make a TOTP set-up`;
}

async function notAssociated(
  run: EnrollmentRun,
  failure: CallFailure,
  factor: Factor,
): Promise<Refusal | undefined> {
  const response = RESPONSES[failure.type];
  if (response.action === 'fail') {
    run.fail(response.reason, faultMessage(failure));
    return undefined;
  }
  const { refusal } = response;
  run.refuse(ASSOCIATE, refusal);
  switch (response.action) {
    case 'new-number':
      if (factor === 'sms') {
        run.apply({ type: 'number-refused' });
        break;
      }
      run.apply({ type: 'not-sent' });
      await giveUpSession(run, 'the TOTP set-up was refused as a phone number is');
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
  // Anywhere but where a text was sent, it is the number that changes and nothing else.
  if (run.state.challenge?.factor !== 'sms') {
    run.inbox.accept(queued.waiters);
    return;
  }
  await sendAgain(run, queued);
}

async function sendAgain(run: EnrollmentRun, queued: QueuedResend | QueuedNumber): Promise<void> {
  const refusal = await associate(run);
  if (refusal === undefined) run.inbox.accept(queued.waiters);
  else answer(run, queued, run.refuse(queued.message, refusal));
}

function answer(
  run: EnrollmentRun,
  queued: QueuedResend | QueuedNumber,
  refused: ReturnType<EnrollmentRun['refuse']>,
): void {
  for (const waiter of queued.waiters) waiter.answer({ ...refused, next: run.next });
}
