/** What an association, asked for, refused or made, changes. Pure. */
import { LIMITS } from '../contract/enroll-mfa.ts';
import { FACTOR_DEFINITIONS } from '../contract/factors.ts';
import type { EnrollmentEvent } from './enrollment-events.ts';
import { currentStep, type EnrollmentState, SESSION_RESERVE_MS } from './enrollment-state.ts';
import {
  waiting,
  withChallenge,
  withoutChallenge,
  withoutRefusal,
  withStep,
  withUnconfirmed,
} from './state-parts.ts';

/** A list that is wrong time and again must not make texts free: so many are asked for beyond those that count. */
const REFUNDS_MAX = LIMITS.sendsPerEnrollment;

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

export function applyToSend(
  state: EnrollmentState,
  event: SendEvent,
  now: number,
): EnrollmentState {
  switch (event.type) {
    case 'associating':
      return associating(state, now);
    case 'send-refused':
      return waiting(sendRefused(state), now);
    case 'not-sent':
      return withoutChallenge(refundSend(state, now));
    case 'associated':
      return associated(state, event, now);
    case 'challenge-spent':
      return waiting(
        {
          ...withChallenge(event.unsent === true ? refundSend(state, now) : state, {
            status: 'spent',
          }),
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
  const { sends } = FACTOR_DEFINITIONS[step.factor];
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
    nextSendAt: sends === 0 ? state.nextSendAt : now + cooldownMs(state.sendsLeft),
  };
}

/** @param sendsLeft - before the send that it follows */
function cooldownMs(sendsLeft: number): number {
  return LIMITS.resendCooldownMs * 2 ** (LIMITS.sendsPerEnrollment - sendsLeft);
}

/** Nothing goes out; the person may ask again when it is allowed. */
function sendRefused(state: EnrollmentState): EnrollmentState {
  const { session } = state;
  const factor = currentStep(state)?.factor;
  if (state.challenge !== undefined || session === undefined || factor === undefined) return state;
  return {
    ...state,
    challenge: {
      number: state.challenges,
      factor,
      status: 'spent',
      session,
      until: session.expiresAt,
      wrongCodes: 0,
    },
  };
}

/** The list has shown what a request made whose answer was lost. */
export function settleSend(
  state: EnrollmentState,
  verdict: 'made' | 'not-made',
  now: number,
): EnrollmentState {
  const { challenge, sendsRefunded } = state;
  if (challenge?.status !== 'sending' || challenge.settled === true) return state;
  const { factor } = challenge;
  if (verdict === 'made') return withChallenge(state, { settled: true });
  const refunded = sendsRefunded + FACTOR_DEFINITIONS[factor].sends;
  return refunded > REFUNDS_MAX
    ? withChallenge(withUnconfirmed(state, factor, -1), { settled: true })
    : { ...refundSend(state, now), sendsRefunded: refunded };
}

/** The request had no effect: no text went out, nothing was made. It is given back once. */
function refundSend(state: EnrollmentState, now: number): EnrollmentState {
  const { challenge } = state;
  if (challenge === undefined || challenge.settled === true) return state;
  const { factor } = challenge;
  const { sends } = FACTOR_DEFINITIONS[factor];
  return {
    ...withChallenge(withUnconfirmed(state, factor, -1), { settled: true }),
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
  const { sends, codeLifeMs } = FACTOR_DEFINITIONS[challenge.factor];
  const sessionEnd = challenge.session.expiresAt - SESSION_RESERVE_MS;
  // It may have been held for minutes, and the person asks for another when this one has not come.
  const nextSendAt = sends === 0 ? 0 : now + cooldownMs(state.sendsLeft + 1);
  return waiting(
    {
      ...withChallenge(withoutRefusal(state), {
        status: 'open',
        until: Math.min(now + codeLifeMs, sessionEnd),
        ...(event.oobCode !== undefined && { oobCode: event.oobCode }),
        ...(event.setUp !== undefined && { setUp: event.setUp }),
      }),
      nextSendAt: Math.max(state.nextSendAt, nextSendAt),
      ...(event.recoveryCode !== undefined && { sealedRecoveryCode: event.recoveryCode }),
    },
    now,
  );
}
