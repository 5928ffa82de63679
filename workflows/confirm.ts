/**
 * A code is judged. Only codes that Auth0 has not seen, for a challenge that is alive, within the
 * attempts left, are sent to it, one at a time; a code whose answer was lost goes once more (I3).
 */
import { proxyActivities } from '@temporalio/workflow';
import type { Confirmation, EnrollmentActivities } from '../activities/enrollment-activities.ts';
import { ONCE } from './activity-policies.ts';
import { admitCode } from './admission.ts';
import { confirmationMade } from './authenticator-list.ts';
import { readList } from './clean-up.ts';
import type { CodeAnswer, Factor, Refusal, Settlement } from './contract/enroll-mfa.ts';
import type { CallResult, EnrollmentRun } from './enrollment-run.ts';
import { attemptsLeft, type Challenge } from './enrollment-state.ts';
import { type CallFailure, faultMessage, LOST, RESPONSES } from './failure-responses.ts';
import type { QueuedCode } from './inbox.ts';
import { giveUpSession } from './open-session.ts';

const { confirm: askAuth0 } = proxyActivities<Pick<EnrollmentActivities, 'confirm'>>(ONCE);

/** Auth0 gives one attempt back every six minutes (auth0-docs "Rate Limit Configurations"). */
const WRONG_CODES_WAIT_MS = 6 * 60_000;

/** Judges the oldest code of the queue. */
export async function judge(run: EnrollmentRun): Promise<void> {
  const { inbox } = run;
  const queued = inbox.codes.shift();
  if (queued === undefined) return;
  const challenge = run.state.challenge;
  const refusal = admitCode(run.state, inbox, queued, Date.now());
  if (challenge === undefined || typeof refusal === 'string') {
    const why = typeof refusal === 'string' ? refusal : 'superseded';
    return answer(queued, run.refuse(queued.message, why));
  }
  inbox.judging = queued;
  const judged = await ask(run, queued, challenge);
  const settled =
    judged.ok || isVerdict(run, judged.failure)
      ? judged
      : await settle(run, queued, challenge, judged.failure);
  if (settled.ok) return confirmed(run, queued, challenge.factor, settled.value.confirmedAt);
  await notConfirmed(run, queued, settled.failure);
}

type Judged = CallResult<Partial<Confirmation>>;

/**
 * Whether the failure says all by itself that the factor is not active: the code is wrong, or Auth0 did
 * not take the request. Any other refusal may have come after the code did its work (an Action that
 * denies the login, another factor that it asks for, a challenge that is spent), so the list is read
 * before it is told; and so it is for each of them where an earlier answer was lost.
 */
function isVerdict(run: EnrollmentRun, { type }: CallFailure): boolean {
  if (run.state.challenge?.unresolved === true) return false;
  return type === 'wrong-code' || RESPONSES[type].action === 'try-later';
}

async function ask(
  run: EnrollmentRun,
  queued: QueuedCode,
  challenge: Challenge,
): Promise<CallResult<Confirmation>> {
  const { factor, number, oobCode, session } = challenge;
  const judged = await run.call({
    kind: 'confirming',
    message: queued.message,
    giveUpAt: challenge.until,
    attempt: () =>
      askAuth0.executeWithOptions({ summary: `challenge ${number}: confirm ${factor}` }, [
        {
          tenant: run.input.tenant,
          accessToken: session.accessToken,
          factor,
          code: queued.code,
          ...(oobCode !== undefined && { oobCode }),
          notAfter: challenge.until,
        },
      ]),
  });
  if (!judged.ok && judged.failure.type === 'ambiguous') {
    run.apply({ type: 'code-attempt-unresolved' });
  }
  return judged;
}

/**
 * The answer does not say whether the factor is active: the list does. If an answer was lost that had no
 * effect, the same code is judged once more. A refusal is told as it is only where the list agrees; one
 * that nobody knows, of a code of which the list cannot tell, is as good as lost.
 */
async function settle(
  run: EnrollmentRun,
  queued: QueuedCode,
  challenge: Challenge,
  failure: CallFailure,
  mayAskAgain = true,
): Promise<Judged> {
  const verdict = await readSettled(run, challenge, failure);
  if (verdict === 'confirmed') return CONFIRMED_BY_LIST;
  if (failure.type === 'unexpected-response' && verdict === 'cannot-tell') {
    run.apply({ type: 'code-attempt-unresolved' });
    return { ok: false, failure: LOST };
  }
  const alive = Date.now() < challenge.until && attemptsLeft(run.state, Date.now()) > 0;
  const undone = failure.type === 'ambiguous' && verdict === 'not-confirmed';
  if (!undone || !mayAskAgain || !alive || run.ending) return { ok: false, failure };
  const again = await ask(run, queued, challenge);
  return again.ok ? again : settle(run, queued, challenge, again.failure, false);
}

/** Confirmed it is; when, on Auth0's clock, the list does not say. */
const CONFIRMED_BY_LIST: Judged = { ok: true, value: {} };

/** That it is active is believed at once; that it is not, only when it is read again later. */
async function readSettled(
  run: EnrollmentRun,
  challenge: Challenge,
  failure: CallFailure,
): Promise<Settlement> {
  const doubted = failure.type === 'ambiguous' || failure.type === 'unexpected-response';
  let verdict = await readVerdict(run, challenge);
  if (doubted && verdict !== 'confirmed') {
    await run.settle('confirming');
    verdict = await readVerdict(run, challenge);
  }
  if (doubted || verdict === 'confirmed') run.apply({ type: 'settled', verdict });
  return verdict;
}

async function readVerdict(run: EnrollmentRun, challenge: Challenge): Promise<Settlement> {
  const { factor, number, session } = challenge;
  const summary = `challenge ${number}: was it confirmed?`;
  const list = await readList(run, session, { summary, kind: 'confirming' });
  if (list === undefined) return 'cannot-tell';
  return confirmationMade(run.state, list, factor);
}

async function confirmed(
  run: EnrollmentRun,
  queued: QueuedCode,
  factor: Factor,
  confirmedAt?: number,
): Promise<void> {
  run.inbox.judging = undefined;
  run.apply({ type: 'confirmed', ...(confirmedAt !== undefined && { confirmedAt }) });
  // The person need not wait for what has to be tidied up.
  answer(queued, { status: 'confirmed', factor, next: run.next });
  await giveUpSession(run, `${factor} is confirmed`);
}

async function notConfirmed(
  run: EnrollmentRun,
  queued: QueuedCode,
  failure: CallFailure,
): Promise<void> {
  run.inbox.judging = undefined;
  const response = RESPONSES[failure.type];
  if (response.action === 'fail') {
    run.inbox.hold(queued);
    run.fail(response.reason, faultMessage(failure));
    return;
  }
  switch (response.action) {
    case 'ask-again':
      return wrong(run, queued);
    case 'ask-the-person':
      answer(queued, run.refuse(queued.message, 'code-unresolved'));
      if (attemptsLeft(run.state, Date.now()) === 0) await spend(run, 'no attempts are left');
      return;
    case 'try-later':
      return answer(queued, run.refuse(queued.message, response.refusal));
    case 'wait':
      answerSpent(run, queued, response.refusal);
      return spend(
        run,
        response.refusal,
        failure.detail?.retryAt ?? Date.now() + WRONG_CODES_WAIT_MS,
      );
    case 'new-code':
      answerSpent(run, queued, response.refusal);
      return spend(run, response.refusal);
    case 'new-login':
    case 'new-number':
      answerClosed(run, queued, response.refusal);
      return giveUpSession(run, response.refusal);
  }
}

/** Told before the challenge is spent, with what comes then: the person need not wait for it. */
function answerSpent(run: EnrollmentRun, queued: QueuedCode, refusal: Refusal): void {
  if (run.state.challenge?.factor === 'totp') return answerClosed(run, queued, refusal);
  const refused = run.refuse(queued.message, refusal);
  answer(queued, { ...refused, next: run.nextAfter({ type: 'challenge-spent' }) });
}

function answerClosed(run: EnrollmentRun, queued: QueuedCode, why: Refusal): void {
  const refused = run.refuse(queued.message, why);
  answer(queued, { ...refused, next: run.nextAfter({ type: 'session-given-up', why }) });
}

async function wrong(run: EnrollmentRun, queued: QueuedCode): Promise<void> {
  run.apply({ type: 'wrong-code' });
  const { next } = run.refuse(queued.message, 'wrong-code');
  const left = attemptsLeft(run.state, Date.now());
  if (left > 0) return answer(queued, { status: 'wrong-code', attemptsLeft: left, next });
  await spend(run, 'no attempts are left');
  answer(queued, { status: 'wrong-code', attemptsLeft: 0, next: run.next });
}

/** The challenge takes no more codes: an SMS is asked for again, a TOTP set-up needs a new login. */
async function spend(run: EnrollmentRun, why: string, nextSendAt?: number): Promise<void> {
  if (run.state.challenge?.factor === 'totp') return giveUpSession(run, why);
  run.apply({ type: 'challenge-spent', ...(nextSendAt !== undefined && { nextSendAt }) });
}

function answer(queued: QueuedCode, reply: CodeAnswer): void {
  for (const waiter of queued.waiters) waiter.answer(reply);
}
