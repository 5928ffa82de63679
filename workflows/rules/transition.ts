/**
 * How each thing that happens changes an enrollment. Pure: no Temporal, no clock, no I/O; the time
 * (epoch ms) comes with the event.
 *
 *  S1. A step is `enrolled` only by `confirmed`, that is by Auth0's own word (I1).
 *  S2. Every `associating` of an SMS costs a send, given back once where it had no effect, and each counts one
 *      authenticator as ours until it is confirmed, deleted or not to be found (I2, I8).
 *  S3. A challenge is open to codes only between `associated` and its end; its number never returns.
 *  S4. After the outcome nothing changes any more.
 */
import type { FactorProgress } from '../contract/enroll-mfa.ts';
import { definitionOf } from '../contract/factors.ts';
import type { EnrollmentEvent } from './enrollment-events.ts';
import {
  currentStep,
  type EnrollmentState,
  type OpenSession,
  withinHour,
} from './enrollment-state.ts';
import { applyToSend, settleSend } from './send-transition.ts';
import {
  waiting,
  withChallenge,
  withoutCall,
  withoutChallenge,
  withoutFault,
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
      return startCall(state, event);
    case 'call-ended':
      return withoutCall(state);
    case 'answered':
      return state.fault?.kind === event.kind ? withoutFault(state) : state;
    case 'parked':
      return parked(state, event, now);
    case 'tenant-served':
      return { ...state, tenantServed: true };
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
      return attemptUnresolved(countWrongCode(state, now));
    case 'confirmed':
      return confirmed(state, event.confirmedAt, now);
    case 'number-changed':
      return {
        ...state,
        phoneNumber: event.phoneNumber,
        phoneNumbers: [...state.phoneNumbers, event.phoneNumber],
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

function startCall(
  state: EnrollmentState,
  { kind, until, pause }: Extract<EnrollmentEvent, { type: 'call-started' }>,
): EnrollmentState {
  return { ...state, call: { kind, until, ...(pause !== undefined && { pause }) } };
}

/** Since when it waits is when the fault was met first. */
function parked(
  state: EnrollmentState,
  { kind, reason, message }: Extract<EnrollmentEvent, { type: 'parked' }>,
  now: number,
): EnrollmentState {
  const tries = (state.fault?.tries ?? 0) + 1;
  const faulty = { ...state, fault: { kind, reason, message, tries } };
  return tries === 1 ? waiting(faulty, now) : faulty;
}

function sessionOpened(state: EnrollmentState, session: OpenSession): EnrollmentState {
  const kept =
    definitionOf(state.challenge)?.onNewLogin === 'keep' ? state : withoutChallenge(state);
  return {
    ...withoutRefusal(kept),
    session,
    tenantServed: true,
    ...(session.kid !== undefined && { kid: session.kid }),
  };
}

function activeAlready(
  state: EnrollmentState,
  event: Extract<EnrollmentEvent, { type: 'active-already' }>,
): EnrollmentState {
  const { maskedName } = event.authenticator;
  const steps = state.steps.map((step): FactorProgress => {
    if (step.factor !== event.factor) return step;
    if (event.ours) return { ...step, status: 'enrolled' };
    return { ...step, status: 'already-enrolled', ...(maskedName !== undefined && { maskedName }) };
  });
  const current = currentStep(state)?.factor === event.factor;
  const after = { ...(current ? withoutChallenge(state) : state), steps };
  // Active in Auth0's own list: the answer to the confirmation was lost, and all that it brought counts.
  return event.ours ? withUnconfirmed(withRecoveryCode(after), event.factor, -1) : after;
}

function settled(
  state: EnrollmentState,
  event: Extract<EnrollmentEvent, { type: 'settled' }>,
  now: number,
): EnrollmentState {
  const { verdict, recoveryCodeLost } = event;
  const sent = verdict === 'made' || verdict === 'not-made';
  return {
    ...(sent ? settleSend(state, verdict, now) : state),
    lastSettlement: { verdict, challenge: state.challenges, at: new Date(now).toISOString() },
    ...(recoveryCodeLost === true &&
      state.sealedRecoveryCode === undefined && { sealedRecoveryCode: 'lost' }),
  };
}

function attemptUnresolved(state: EnrollmentState): EnrollmentState {
  const factor = state.challenge?.factor;
  if (factor === undefined) return state;
  const perhapsConfirmed = [...new Set([...state.perhapsConfirmed, factor])];
  return { ...withChallenge(state, { unresolved: true }), perhapsConfirmed };
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
  return waiting(
    {
      ...withRecoveryCode(
        withoutChallenge(
          withUnconfirmed(withStep(withoutRefusal(state), { status: 'enrolled' }), factor, -1),
        ),
      ),
      ...(confirmedAt !== undefined && { confirmedAt }),
    },
    now,
  );
}

/** Auth0 gives it once, with the first associate; a confirmation is when it counts. */
function withRecoveryCode(state: EnrollmentState): EnrollmentState {
  const brought = state.recoveryCode === 'none' ? state.sealedRecoveryCode : undefined;
  if (brought === undefined) return state;
  // Only the device that it is sealed to can open it, and a later login may have come from another.
  const gone = brought === 'lost' || brought.kid !== (state.kid ?? brought.kid);
  return { ...state, recoveryCode: gone ? 'lost' : 'shown' };
}
