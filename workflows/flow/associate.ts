/**
 * A challenge is made: Auth0 is asked to text a code, or to make a TOTP secret. What was asked for but
 * certainly did not happen is taken back; what may have happened is settled by reading the list before it is
 * asked for again, once (I2), and stays counted unless the list shows that it did not.
 */
import { proxyActivities } from '@temporalio/workflow';
import type {
  Association,
  Authenticator,
  EnrollmentActivities,
} from '../../activities/enrollment-activities.ts';
import type { Factor, Refusal } from '../contract/enroll-mfa.ts';
import { definitionOf, FACTOR_DEFINITIONS } from '../contract/factors.ts';
import { numberRefusal, resendRefusal, sendRefusal, sendsAllowed } from '../rules/admission.ts';
import { associationMade, recoveryCodeMade } from '../rules/authenticator-list.ts';
import type { EnrollmentEvent } from '../rules/enrollment-events.ts';
import {
  currentStep,
  type OpenSession,
  SESSION_LEFT_FOR_ASSOCIATE_MS,
} from '../rules/enrollment-state.ts';
import { type CallFailure, LOST, RESPONSES } from '../rules/failure-responses.ts';
import { ONCE } from './activity-policies.ts';
import type { CallResult, Purpose } from './calls.ts';
import { deleteOurs, readList } from './clean-up.ts';
import type { EnrollmentRun } from './enrollment-run.ts';
import type { QueuedNumber, QueuedResend } from './inbox.ts';
import { giveUpSession } from './open-session.ts';
import { answerAll } from './tickets.ts';

const { associate: askAuth0 } = proxyActivities<Pick<EnrollmentActivities, 'associate'>>(ONCE);

/** What messages call it: the reason of a refusal that no message asked for. */
const ASSOCIATE = 'associate';

/** Auth0 refills one text an hour (auth0-docs "Rate Limit Configurations"). */
const SMS_QUOTA_WAIT_MS = 3_600_000;

/** Of one decision, whose answer was lost, or said nothing of what was made (I2). */
const REPEATS_MAX = 1;

/** Makes the next challenge with the session in hand, or says why not. */
export async function associate(run: EnrollmentRun): Promise<Refusal | undefined> {
  const session = run.state.session;
  const factor = currentStep(run.state)?.factor;
  if (session === undefined || factor === undefined) return undefined;
  if (session.expiresAt - Date.now() < SESSION_LEFT_FOR_ASSOCIATE_MS) {
    await giveUpSession(run, 'less than two minutes are left');
    return undefined;
  }
  const { deviceKey, sends } = FACTOR_DEFINITIONS[factor];
  if (deviceKey === 'required' && session.sealTo === undefined) {
    run.refuse(ASSOCIATE, 'device-key-missing');
    await giveUpSession(run, 'it came without a key to seal the set-up to');
    return 'device-key-missing';
  }
  const refusal = sends > 0 ? sendRefusal(run.state, Date.now()) : undefined;
  if (refusal !== undefined) {
    run.apply({ type: 'send-refused' });
    run.refuse(ASSOCIATE, refusal);
    return refusal;
  }
  const associated = await ask(run, session, factor);
  return associated.ok ? undefined : settle(run, session, factor, associated.failure);
}

/** One request; it counts as a send and as an authenticator of ours until it is known to be none. */
async function ask(
  run: EnrollmentRun,
  session: OpenSession,
  factor: Factor,
): Promise<CallResult<Association>> {
  run.apply({ type: 'associating' });
  const { phoneNumber } = run.state;
  const definition = FACTOR_DEFINITIONS[factor];
  const summary = `challenge ${run.state.challenges}: ${definition.request}`;
  const associated = await run.calls.call({
    ...purpose(session),
    attempt: (notAfter) =>
      askAuth0.executeWithOptions({ summary }, [
        {
          tenant: run.input.tenant,
          accessToken: session.accessToken,
          factor,
          ...(definition.phoneNumber && phoneNumber !== undefined && { phoneNumber }),
          ...(session.sealTo !== undefined && { sealTo: session.sealTo }),
          notAfter,
        },
      ]),
  });
  if (associated.ok) run.apply({ type: 'associated', ...associated.value });
  return associated;
}

function purpose({ expiresAt }: OpenSession): Purpose {
  const giveUpAt = expiresAt - SESSION_LEFT_FOR_ASSOCIATE_MS;
  return { kind: 'associating', message: ASSOCIATE, giveUpAt };
}

/**
 * Where the answer leaves open what was made, it has taken with it what is needed to confirm: whatever
 * was made is of no use. The list says whether it is removed first; then it is asked for again, unless there
 * is a doubt, once: after a pause for the operator where the answer is not known.
 */
async function settle(
  run: EnrollmentRun,
  session: OpenSession,
  factor: Factor,
  failure: CallFailure,
  repeats = 0,
): Promise<Refusal | undefined> {
  const odd = failure.type === 'unexpected-response';
  if (!odd && failure.type !== 'ambiguous') return notAssociated(run, failure, factor);
  const parked = odd && (await run.calls.pause(purpose(session), failure));
  const undone = await undo(run, session, factor);
  if (run.ending) return undefined;
  if (!undone) return notAssociated(run, LOST, factor);
  if (run.inbox.number !== undefined) {
    run.apply({ type: 'not-sent' });
    return undefined;
  }
  // What Auth0 did not do it may be asked again as long as an operator is waited for.
  const neverMade = odd && run.state.lastSettlement?.verdict === 'not-made';
  if (!neverMade && repeats >= REPEATS_MAX) return notAssociated(run, LOST, factor);
  if ((odd && !parked) || !mayAskAgain(run, session, factor)) {
    return notAssociated(run, odd ? failure : LOST, factor);
  }
  const again = await ask(run, session, factor);
  if (again.ok) return undefined;
  return settle(run, session, factor, again.failure, neverMade ? repeats : repeats + 1);
}

/** What was asked for last is removed. @returns whether nothing is left of it for certain */
async function undo(run: EnrollmentRun, session: OpenSession, factor: Factor): Promise<boolean> {
  let list = await look(run, session);
  let verdict = verdictOf(run, list, factor);
  // A trace in the list is believed at once; that there is none, only when it is read again later.
  if (verdict !== 'made' && !run.ending) {
    list = await look(run, session);
    verdict = verdictOf(run, list, factor);
  }
  if (run.ending) return false;
  const recoveryCodeLost = list !== undefined && recoveryCodeMade(run.state, list);
  run.apply({ type: 'settled', verdict, recoveryCodeLost });
  if (list === undefined || verdict !== 'made') return verdict === 'not-made';
  await deleteOurs(run, session, list, [factor]);
  return run.state.unconfirmed[factor] === 0;
}

type List = readonly Authenticator[] | undefined;

async function look(run: EnrollmentRun, session: OpenSession): Promise<List> {
  if (!(await run.calls.outwait('associating'))) return undefined;
  const summary = `challenge ${run.state.challenges}: was it made?`;
  return readList(run, session, { summary, kind: 'associating' });
}

function verdictOf(run: EnrollmentRun, list: List, factor: Factor) {
  return list === undefined ? 'cannot-tell' : associationMade(run.state, list, factor);
}

/** Only if it is still wanted, and within the budget. */
function mayAskAgain(run: EnrollmentRun, session: OpenSession, factor: Factor): boolean {
  if (session.expiresAt - Date.now() < SESSION_LEFT_FOR_ASSOCIATE_MS) return false;
  return FACTOR_DEFINITIONS[factor].sends === 0 || sendsAllowed(run.state, Date.now());
}

async function notAssociated(
  run: EnrollmentRun,
  failure: CallFailure,
  factor: Factor,
): Promise<Refusal | undefined> {
  const { action, refusal } = RESPONSES[failure.type];
  if (run.inbox.number !== undefined && (action === 'try-later' || action === 'park')) {
    // Another number has come while it waited; it is texted next.
    run.apply({ type: 'not-sent' });
    return undefined;
  }
  run.refuse(ASSOCIATE, refusal);
  const spent =
    FACTOR_DEFINITIONS[factor].whenSpent === 'resend' ? spentUnanswered(failure) : undefined;
  if (spent !== undefined) {
    run.apply(spent);
    if (action === 'ask-the-person') refuseEarlier(run, refusal);
  } else {
    if (action !== 'ask-the-person') run.apply({ type: 'not-sent' });
    await giveUpSession(run, `the set-up failed: ${refusal}`);
  }
  return refusal;
}

/** How a challenge waits that can be sent again; none where the session is of no use any more. */
function spentUnanswered({ type, detail }: CallFailure): EnrollmentEvent | undefined {
  switch (RESPONSES[type].action) {
    case 'new-number':
      return { type: 'number-refused' };
    case 'wait': {
      const nextSendAt = detail?.retryAt ?? Date.now() + SMS_QUOTA_WAIT_MS;
      return { type: 'challenge-spent', unsent: true, nextSendAt };
    }
    case 'ask-the-person':
      // One may be under way, so nothing is sent until the person says that none came.
      return { type: 'challenge-spent' };
    default:
      return undefined;
  }
}

/** Who asked for a text before the answer was lost has not said that none came. */
function refuseEarlier(run: EnrollmentRun, refusal: Refusal): void {
  const { resend: earlier } = run.inbox;
  run.inbox.resend = undefined;
  if (earlier !== undefined) refuse(run, earlier, refusal);
}

export async function resend(run: EnrollmentRun, queued: QueuedResend): Promise<void> {
  const refusal = resendRefusal(run.state, queued, Date.now());
  if (refusal !== undefined) return refuse(run, queued, refusal);
  await sendAgain(run, queued);
}

export async function changeNumber(run: EnrollmentRun, queued: QueuedNumber): Promise<void> {
  const refusal = numberRefusal(run.state, queued.phoneNumber, Date.now());
  if (refusal !== undefined) return refuse(run, queued, refusal);
  run.apply({ type: 'number-changed', phoneNumber: queued.phoneNumber });
  // Anywhere but where a text was sent, it is the number that changes and nothing else.
  if (!definitionOf(run.state.challenge)?.phoneNumber) {
    run.tickets.accept(queued.tickets);
    return;
  }
  await sendAgain(run, queued);
}

async function sendAgain(run: EnrollmentRun, queued: QueuedResend | QueuedNumber): Promise<void> {
  const refusal = await associate(run);
  // Who waits is told the end.
  if (run.over) return;
  if (refusal === undefined) run.tickets.accept(queued.tickets);
  else refuse(run, queued, refusal);
}

function refuse(run: EnrollmentRun, queued: QueuedResend | QueuedNumber, refusal: Refusal): void {
  answerAll(queued.tickets, run.refuse(queued.message, refusal));
}
