/**
 * A code is judged. Only codes that Auth0 has not seen, for a challenge that is alive, within the
 * attempts left, are sent to it, one at a time (I3).
 */
import { proxyActivities } from '@temporalio/workflow';
import type { EnrollmentActivities } from '../activities/enrollment-activities.ts';
import { ONCE } from './activity-policies.ts';
import { admitCode } from './admission.ts';
import { readList } from './clean-up.ts';
import type { CodeAnswer, Factor } from './contract/enroll-mfa.ts';
import type { EnrollmentRun } from './enrollment-run.ts';
import { attemptsLeft, type Challenge } from './enrollment-state.ts';
import { type CallFailure, RESPONSES } from './failure-responses.ts';
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
  const { factor, oobCode } = challenge;
  const judged = await run.call({
    kind: 'confirming',
    message: queued.message,
    giveUpAt: challenge.until,
    attempt: () =>
      askAuth0.executeWithOptions({ summary: `challenge ${challenge.number}: confirm ${factor}` }, [
        {
          tenant: run.input.tenant,
          accessToken: challenge.session.accessToken,
          factor,
          code: queued.code,
          ...(oobCode !== undefined && { oobCode }),
        },
      ]),
  });
  if (judged.ok) return confirmed(run, queued, factor, judged.value.confirmedAt);
  if (judged.failure.type === 'ambiguous') run.apply({ type: 'code-attempt-unresolved' });
  if (run.state.challenge?.unresolved === true && (await activeAfterAll(run, challenge))) {
    return confirmed(run, queued, factor);
  }
  inbox.judging = undefined;
  await notConfirmed(run, queued, judged.failure);
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

/**
 * The answer to a code was lost, now or before: the list says whether it was the right one. A read
 * that fails decides nothing, and the person is asked again.
 */
async function activeAfterAll(run: EnrollmentRun, challenge: Challenge): Promise<boolean> {
  const { factor, session } = challenge;
  const list = await readList(run, session, `challenge ${challenge.number}: was it confirmed?`);
  return (
    list?.some(
      ({ id, kind, active }) => active && kind === factor && !run.state.foreign.includes(id),
    ) ?? false
  );
}

async function notConfirmed(
  run: EnrollmentRun,
  queued: QueuedCode,
  failure: CallFailure,
): Promise<void> {
  const response = RESPONSES[failure.type];
  if (response.action === 'fail') {
    run.fail(response.reason, failure.detail?.remedy ?? failure.type);
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
      answer(queued, run.refuse(queued.message, response.refusal));
      return spend(
        run,
        response.refusal,
        failure.detail?.retryAt ?? Date.now() + WRONG_CODES_WAIT_MS,
      );
    case 'new-code':
      answer(queued, run.refuse(queued.message, response.refusal));
      return spend(run, response.refusal);
    case 'new-login':
    case 'new-number':
      answer(queued, run.refuse(queued.message, response.refusal));
      return giveUpSession(run, response.refusal);
  }
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
