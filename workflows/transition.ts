/**
 * How each thing that happens changes an enrollment. Pure: no Temporal, no clock, no I/O; the time
 * (epoch ms) comes with the event.
 *
 *  S1. A step is `enrolled` only by `confirmed`, that is by Auth0's own word (I1).
 *  S2. Every `associating` of an SMS costs a send, and each counts one authenticator as ours until it
 *      is confirmed, deleted or not to be found (I2, I8).
 *  S3. A challenge is open to codes only between `associated` and its end; its number never returns.
 *  S4. After the outcome nothing changes any more.
 */
import { type FactorProgress, LIMITS } from './contract/enroll-mfa.ts';
import type { EnrollmentEvent } from './enrollment-events.ts';
import {
  currentStep,
  type EnrollmentState,
  type OpenSession,
  SESSION_RESERVE_MS,
  SMS_CODE_LIFE_MS,
  withinHour,
} from './enrollment-state.ts';
import {
  waiting,
  withChallenge,
  withoutCall,
  withoutChallenge,
  withoutRefusal,
  withoutSession,
  withStep,
  withUnconfirmed,
} from './state-parts.ts';
import { withTimelineEntry } from './timeline.ts';

export function transition(
  state: EnrollmentState,
  event: EnrollmentEvent,
  now: number,
): EnrollmentState {
  if (state.outcome !== undefined) return state;
  return withTimelineEntry(apply(state, event, now), state, event, now);
}

function apply(state: EnrollmentState, event: EnrollmentEvent, now: number): EnrollmentState {
  switch (event.type) {
    case 'call-started':
      return { ...state, call: { kind: event.kind, until: event.until } };
    case 'call-ended':
      return withoutCall(state);
    case 'login-tried':
      return { ...state, loginsAt: [...withinHour(state.loginsAt, now), now] };
    case 'session-opened':
      return sessionOpened(state, event.session);
    case 'session-given-up':
      return waiting(withoutSession(state), now);
    case 'list-read':
      return { ...state, listRead: true, foreign: event.foreign };
    case 'active-already':
      return activeAlready(state, event);
    case 'associating':
    case 'send-refused':
    case 'not-sent':
    case 'associated':
    case 'challenge-spent':
    case 'number-refused':
      return applyToSend(state, event, now);
    case 'settled':
      return settled(state, event, now);
    case 'wrong-code':
      return waiting(countWrongCode(state, now), now);
    case 'code-attempt-unresolved':
      return withChallenge(countWrongCode(state, now), { unresolved: true });
    case 'confirmed':
      return confirmed(state, event.confirmedAt, now);
    case 'number-changed':
      return {
        ...state,
        phoneNumber: event.phoneNumber,
        numberChangesLeft: state.numberChangesLeft - 1,
      };
    case 'deadline-extended':
      return { ...state, deadlineAt: event.deadlineAt };
    case 'recovery-code-saved':
      return state.recoveryCode === 'shown' ? { ...state, recoveryCode: 'saved' } : state;
    case 'unconfirmed-gone':
      return {
        ...withUnconfirmed(state, event.factor, -event.count),
        ours: state.ours.filter(({ id }) => id !== event.id),
      };
    case 'ours-seen':
      return { ...state, ours: event.ours };
    case 'orphans-left':
      return { ...state, orphans: event.orphans };
    case 'refused':
      return { ...state, lastRefusal: { ...event.refusal, at: new Date(now).toISOString() } };
    case 'ended':
      return waiting({ ...withoutCall(state), outcome: event.outcome, ending: event.ending }, now);
  }
}

/**
 * An SMS that is under way goes on under the newer login; a TOTP set-up is sealed to the device that
 * logged in before, so the newer one gets its own.
 */
function sessionOpened(state: EnrollmentState, session: OpenSession): EnrollmentState {
  const kept = state.challenge?.factor === 'sms' ? state : withoutChallenge(state);
  return { ...withoutRefusal(kept), session };
}

function activeAlready(
  state: EnrollmentState,
  event: Extract<EnrollmentEvent, { type: 'active-already' }>,
): EnrollmentState {
  const { id, maskedName } = event.authenticator;
  const steps = state.steps.map((step): FactorProgress => {
    if (step.factor !== event.factor) return step;
    // Made by us and active in Auth0's own list: the answer to the confirmation was lost.
    if (step.status === 'in-progress' && !state.foreign.includes(id)) {
      return { ...step, status: 'enrolled' };
    }
    return { ...step, status: 'already-enrolled', ...(maskedName !== undefined && { maskedName }) };
  });
  const current = currentStep(state)?.factor === event.factor;
  return { ...(current ? withoutChallenge(state) : state), steps };
}

type SendEvent = Extract<
  EnrollmentEvent,
  {
    type:
      | 'associating'
      | 'send-refused'
      | 'not-sent'
      | 'associated'
      | 'challenge-spent'
      | 'number-refused';
  }
>;

function applyToSend(state: EnrollmentState, event: SendEvent, now: number): EnrollmentState {
  switch (event.type) {
    case 'associating':
      return associating(state, now);
    case 'send-refused':
      return waiting(sendRefused(state), now);
    case 'not-sent':
      return refundSend(state, now);
    case 'associated':
      return associated(state, event, now);
    case 'challenge-spent':
      return waiting(
        {
          ...withChallenge(state, { status: 'spent' }),
          nextSendAt: Math.max(state.nextSendAt, event.nextSendAt ?? 0),
        },
        now,
      );
    case 'number-refused':
      return waiting(withChallenge(refundSend(state, now), { status: 'number-refused' }), now);
  }
}

function associating(state: EnrollmentState, now: number): EnrollmentState {
  const step = currentStep(state);
  const session = state.session;
  if (step === undefined || session === undefined) return state;
  const number = state.challenges + 1;
  const sends = step.factor === 'sms' ? 1 : 0;
  const sent = LIMITS.sendsPerEnrollment - state.sendsLeft;
  return {
    ...withUnconfirmed(withStep(state, { status: 'in-progress' }), step.factor, 1),
    challenge: {
      number,
      factor: step.factor,
      status: 'sending',
      session,
      until: session.expiresAt - SESSION_RESERVE_MS,
      wrongCodes: 0,
    },
    challenges: number,
    sendsLeft: state.sendsLeft - sends,
    nextSendAt: sends === 0 ? state.nextSendAt : now + LIMITS.resendCooldownMs * 2 ** sent,
  };
}

/** Nothing goes out; the person may ask again when it is allowed. */
function sendRefused(state: EnrollmentState): EnrollmentState {
  const session = state.session;
  if (state.challenge !== undefined || session === undefined) return state;
  return {
    ...state,
    challenge: {
      number: state.challenges,
      factor: 'sms',
      status: 'spent',
      session,
      until: session.expiresAt,
      wrongCodes: 0,
    },
  };
}

/** The request certainly had no effect: no text went out, nothing was made. */
function refundSend(state: EnrollmentState, now: number): EnrollmentState {
  const factor = state.challenge?.factor;
  if (factor === undefined) return state;
  const sends = factor === 'sms' ? 1 : 0;
  return {
    ...withUnconfirmed(state, factor, -1),
    sendsLeft: state.sendsLeft + sends,
    // A send is only asked for when it is allowed, so the cool-down before it was over.
    nextSendAt: sends === 0 ? state.nextSendAt : now,
  };
}

function associated(
  state: EnrollmentState,
  event: Extract<EnrollmentEvent, { type: 'associated' }>,
  now: number,
): EnrollmentState {
  const challenge = state.challenge;
  if (challenge === undefined) return state;
  const sessionEnd = challenge.session.expiresAt - SESSION_RESERVE_MS;
  return waiting(
    {
      ...withChallenge(withoutRefusal(state), {
        status: 'open',
        until:
          challenge.factor === 'sms' ? Math.min(now + SMS_CODE_LIFE_MS, sessionEnd) : sessionEnd,
        ...(event.oobCode !== undefined && { oobCode: event.oobCode }),
        ...(event.setUp !== undefined && { setUp: event.setUp }),
      }),
      ...(event.recoveryCode !== undefined && { sealedRecoveryCode: event.recoveryCode }),
    },
    now,
  );
}

function settled(
  state: EnrollmentState,
  event: Extract<EnrollmentEvent, { type: 'settled' }>,
  now: number,
): EnrollmentState {
  const { verdict, recoveryCodeLost } = event;
  return {
    ...state,
    lastSettlement: { verdict, challenge: state.challenges, at: new Date(now).toISOString() },
    ...(recoveryCodeLost === true &&
      state.sealedRecoveryCode === undefined && { sealedRecoveryCode: 'lost' }),
  };
}

function countWrongCode(state: EnrollmentState, now: number): EnrollmentState {
  if (state.challenge === undefined) return state;
  return {
    ...withChallenge(state, { wrongCodes: state.challenge.wrongCodes + 1 }),
    wrongCodesAt: [...withinHour(state.wrongCodesAt, now), now],
  };
}

function confirmed(
  state: EnrollmentState,
  confirmedAt: number | undefined,
  now: number,
): EnrollmentState {
  const factor = state.challenge?.factor;
  if (factor === undefined) return state;
  const brought = state.recoveryCode === 'none' ? state.sealedRecoveryCode : undefined;
  // Only the device that it is sealed to can open it, and a later login may have come from another.
  const gone = brought === 'lost' || brought?.kid !== (state.session?.kid ?? brought?.kid);
  const recoveryCode = gone ? 'lost' : 'shown';
  return waiting(
    {
      ...withoutChallenge(
        withUnconfirmed(withStep(withoutRefusal(state), { status: 'enrolled' }), factor, -1),
      ),
      ...(confirmedAt !== undefined && { confirmedAt }),
      ...(brought !== undefined && { recoveryCode }),
    },
    now,
  );
}
