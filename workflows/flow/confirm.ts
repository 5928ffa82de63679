/**
 * A code is judged. Only codes that Auth0 has not seen, for a challenge that is alive, within the
 * attempts left, are sent to it, one at a time; a code whose answer was lost goes once more (I3).
 */
import { proxyActivities } from '@temporalio/workflow';
import type { Confirmation, EnrollmentActivities } from '../../activities/enrollment-activities.ts';
import type { Factor, Refusal, Settlement } from '../contract/enroll-mfa.ts';
import { definitionOf } from '../contract/factors.ts';
import { admitCode } from '../rules/admission.ts';
import { confirmationMade } from '../rules/authenticator-list.ts';
import type { EnrollmentEvent } from '../rules/enrollment-events.ts';
import { attemptsLeft, type Challenge } from '../rules/enrollment-state.ts';
import { type CallFailure, LOST, RESPONSES } from '../rules/failure-responses.ts';
import { ONCE } from './activity-policies.ts';
import type { CallResult, Purpose } from './calls.ts';
import { readList } from './clean-up.ts';
import type { EnrollmentRun } from './enrollment-run.ts';
import type { QueuedCode } from './inbox.ts';
import { giveUpSession } from './open-session.ts';
import { answerAll } from './tickets.ts';
import type { FailureType } from '../../activities/failure-types.ts';

const { confirm: askAuth0 } = proxyActivities<Pick<EnrollmentActivities, 'confirm'>>(ONCE);

/** Auth0 gives one attempt back every six minutes (auth0-docs "Rate Limit Configurations"). */
const WRONG_CODES_WAIT_MS = 6 * 60_000;

/** Of a code whose answer was lost. */
const REPEATS_MAX = 1;

/** Judges the oldest code; those that came after it speak for what it leaves. */
export async function judge(run: EnrollmentRun, queued: QueuedCode): Promise<void> {
  const { inbox } = run;
  const challenge = admitCode(run.state, queued, Date.now());
  if (typeof challenge === 'string') {
    return answerAll(queued.tickets, run.refuse(queued.message, challenge));
  }
  inbox.judging = queued;
  const judged = await settle(run, queued, challenge, await ask(run, queued, challenge));
  inbox.judging = undefined;
  if (judged.ok) return confirmed(run, queued, challenge.factor, judged.value.confirmedAt);
  await notConfirmed(run, queued, judged.failure);
}

type Judged = CallResult<Partial<Confirmation>>;

/** Confirmed it is; when, on Auth0's clock, the list does not say. */
const CONFIRMED_BY_LIST: Judged = { ok: true, value: {} };

/** Of these the code may have been judged, so each costs an attempt. */
const MAYBE_JUDGED: readonly FailureType[] = ['ambiguous', 'unexpected-response'];

/** What says nothing of the code's effect, and where the list cannot tell either, is as good as lost. */
const EFFECT_OPEN: readonly FailureType[] = [
  ...MAYBE_JUDGED,
  'configuration-fault',
  'login-unfinished',
];

/**
 * Whether the failure says all by itself that the factor is not active: the code is wrong, or Auth0 did
 * not take the request. Any other refusal may have come after the code did its work (an Action that
 * denies the login, another factor that it asks for, a challenge that is spent), so the list is read
 * before it is told; and so it is for each of them where an earlier answer was lost.
 */
function isVerdict(run: EnrollmentRun, { type, unsent }: CallFailure): boolean {
  if (run.state.challenge?.unresolved === true) return false;
  return type === 'wrong-code' || unsent === true || RESPONSES[type].action === 'try-later';
}

function purpose(queued: QueuedCode, challenge: Challenge): Purpose {
  return { kind: 'confirming', message: queued.message, giveUpAt: challenge.until };
}

async function ask(
  run: EnrollmentRun,
  queued: QueuedCode,
  challenge: Challenge,
): Promise<CallResult<Confirmation>> {
  const { factor, number, oobCode, session } = challenge;
  const judged = await run.calls.call({
    ...purpose(queued, challenge),
    attempt: (notAfter) =>
      askAuth0.executeWithOptions({ summary: `challenge ${number}: confirm ${factor}` }, [
        {
          tenant: run.input.tenant,
          accessToken: session.accessToken,
          factor,
          code: queued.code,
          ...(oobCode !== undefined && { oobCode }),
          notAfter,
        },
      ]),
  });
  if (!judged.ok && MAYBE_JUDGED.includes(judged.failure.type)) {
    run.apply({ type: 'code-attempt-unresolved' });
  }
  return judged;
}

/**
 * The answer may not say whether the factor is active: the list does. Where it shows no effect, the same
 * code is judged once more if the answer was lost, and after a pause for the operator if it is not known. A
 * refusal is told as it is only where the list agrees.
 */
async function settle(
  run: EnrollmentRun,
  queued: QueuedCode,
  challenge: Challenge,
  judged: Judged,
  repeats = 0,
): Promise<Judged> {
  if (judged.ok || isVerdict(run, judged.failure)) return judged;
  const { failure } = judged;
  const verdict = await readSettled(run, challenge, failure);
  if (verdict === 'confirmed') return CONFIRMED_BY_LIST;
  if (verdict === 'cannot-tell' && EFFECT_OPEN.includes(failure.type)) {
    if (!MAYBE_JUDGED.includes(failure.type)) run.apply({ type: 'code-attempt-unresolved' });
    return { ok: false, failure: LOST };
  }
  const odd = RESPONSES[failure.type].action === 'park';
  if (!odd && (failure.type !== 'ambiguous' || repeats === REPEATS_MAX)) return judged;
  if (odd && !(await run.calls.pause(purpose(queued, challenge), failure))) return judged;
  const alive = Date.now() < challenge.until && attemptsLeft(run.state, Date.now()) > 0;
  if (!alive || run.ending) return judged;
  return settle(run, queued, challenge, await ask(run, queued, challenge), repeats + 1);
}

/** That it is active is believed at once; that it is not, only when it is read again later. */
async function readSettled(
  run: EnrollmentRun,
  challenge: Challenge,
  failure: CallFailure,
): Promise<Settlement> {
  const { action } = RESPONSES[failure.type];
  const doubted = action === 'ask-the-person' || action === 'park';
  let verdict = await readVerdict(run, challenge);
  if (doubted && verdict !== 'confirmed') {
    if (!(await run.calls.outwait('confirming'))) return 'cannot-tell';
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
  run.apply({ type: 'confirmed', ...(confirmedAt !== undefined && { confirmedAt }) });
  run.shown.outdate();
  // The person need not wait for what has to be tidied up.
  answerAll(queued.tickets, { status: 'confirmed', factor, next: run.next });
  await giveUpSession(run, `${factor} is confirmed`);
}

/** Each is told before the challenge is spent, with what comes then: nobody waits for a clean-up. */
async function notConfirmed(
  run: EnrollmentRun,
  queued: QueuedCode,
  failure: CallFailure,
): Promise<void> {
  const { action, refusal } = RESPONSES[failure.type];
  switch (action) {
    case 'ask-again':
      return wrong(run, queued);
    case 'ask-the-person':
      if (spent(run)) return refuseAndClose(run, queued, 'code-unresolved', 'no attempts are left');
      return answerAll(queued.tickets, run.refuse(queued.message, 'code-unresolved'));
    case 'try-later':
    case 'park':
      // Who waits is told the end.
      if (run.over) return;
      if (spent(run)) return refuseAndClose(run, queued, refusal, 'no attempts are left');
      return answerAll(queued.tickets, run.refuse(queued.message, refusal));
    case 'wait': {
      const nextSendAt = failure.detail?.retryAt ?? Date.now() + WRONG_CODES_WAIT_MS;
      return refuseAndClose(run, queued, refusal, refusal, { nextSendAt });
    }
    case 'new-code':
      return refuseAndClose(run, queued, refusal, refusal);
    case 'new-login':
    case 'new-number':
      answerAll(queued.tickets, {
        ...run.refuse(queued.message, refusal),
        next: run.nextAfter({ type: 'session-given-up', why: refusal }),
      });
      return giveUpSession(run, refusal);
  }
}

function spent(run: EnrollmentRun): boolean {
  return attemptsLeft(run.state, Date.now()) === 0;
}

async function wrong(run: EnrollmentRun, queued: QueuedCode): Promise<void> {
  run.apply({ type: 'wrong-code' });
  const { next } = run.refuse(queued.message, 'wrong-code');
  const attempts = attemptsLeft(run.state, Date.now());
  const told = { status: 'wrong-code', attemptsLeft: attempts } as const;
  if (attempts > 0) return answerAll(queued.tickets, { ...told, next });
  const event = closing(run, 'no attempts are left');
  answerAll(queued.tickets, { ...told, next: run.nextAfter(event) });
  await close(run, event);
}

async function refuseAndClose(
  run: EnrollmentRun,
  queued: QueuedCode,
  refusal: Refusal,
  why: string,
  until: SendAgain = {},
): Promise<void> {
  const refused = run.refuse(queued.message, refusal);
  const event = closing(run, why, until);
  answerAll(queued.tickets, { ...refused, next: run.nextAfter(event) });
  await close(run, event);
}

interface SendAgain {
  readonly nextSendAt?: number;
}

/** The challenge takes no more codes. */
function closing(run: EnrollmentRun, why: string, until: SendAgain = {}): EnrollmentEvent {
  return definitionOf(run.state.challenge)?.whenSpent === 'new-login'
    ? { type: 'session-given-up', why }
    : { type: 'challenge-spent', ...until };
}

async function close(run: EnrollmentRun, event: EnrollmentEvent): Promise<void> {
  if (event.type === 'session-given-up') await giveUpSession(run, event.why);
  else run.apply(event);
}
