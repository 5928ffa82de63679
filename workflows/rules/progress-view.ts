/** What the outside sees of the state: the progress query and the next action. */
import {
  type DetailedProgress,
  type NextAction,
  type Outcome,
  type Phase,
  type Progress,
  sealedTo,
  type SetUp,
} from '../contract/enroll-mfa.ts';
import { FACTOR_DEFINITIONS } from '../contract/factors.ts';
import {
  attemptsLeft,
  type CallKind,
  type Challenge,
  currentStep,
  type EnrollmentState,
  hourSpentUntil,
  loginsSpentUntil,
} from './enrollment-state.ts';

export function phaseOf(state: EnrollmentState): Phase {
  return state.outcome ?? activePhase(state);
}

/** While these run a login is awaited, or has just come. */
type Unshown = Extract<CallKind, 'checking-tenant' | 'opening-session'>;

function isShown(kind: CallKind): kind is Exclude<CallKind, Unshown> {
  return kind !== 'checking-tenant' && kind !== 'opening-session';
}

/** What it does or waits for, its outcome aside. */
export function activePhase(state: EnrollmentState): Exclude<Phase, Outcome> {
  const { call } = state;
  if (call?.pause === 'operator' && call.kind !== 'cleaning-up') return 'awaiting-operator';
  if (call !== undefined && isShown(call.kind)) return call.kind;
  if (state.challenge === undefined) return 'awaiting-login';
  switch (state.challenge.status) {
    case 'sending':
      return 'associating';
    case 'open':
      return FACTOR_DEFINITIONS[state.challenge.factor].phase;
    case 'spent':
      return 'awaiting-resend';
    case 'number-refused':
      return 'awaiting-phone-number';
  }
}

/** Why it has ended; before that, what an operator has to mend. */
export function reasonOf(state: EnrollmentState): Progress['reason'] {
  return state.ending?.reason ?? state.fault?.reason;
}

/** @param now - epoch ms of the last thing that happened; a query has no clock of its own */
export function nextAction(state: EnrollmentState, now: number): NextAction {
  if (state.outcome !== undefined) return { type: 'nothing' };
  if (state.call !== undefined) return { type: 'wait', until: iso(waitsUntil(state, now)) };
  const factor = currentStep(state)?.factor;
  if (factor === undefined) return { type: 'nothing' };
  const challenge = state.challenge;
  if (challenge === undefined) {
    const notBefore = Math.max(hourSpentUntil(state, now) ?? 0, loginsSpentUntil(state, now) ?? 0);
    return {
      type: 'log-in',
      factor,
      until: iso(state.deadlineAt),
      ...(notBefore > 0 && { notBefore: iso(notBefore) }),
    };
  }
  return challengeAction(state, challenge, now);
}

/** The deadline cuts a pause short; what runs beyond it is the clean-up. */
function waitsUntil({ call, deadlineAt }: EnrollmentState, now: number): number {
  const until = call?.until ?? now;
  return now < deadlineAt ? Math.min(until, deadlineAt) : until;
}

function challengeAction(state: EnrollmentState, challenge: Challenge, now: number): NextAction {
  const maskedPhoneNumber = maskPhoneNumber(state.phoneNumber ?? '');
  const until = iso(state.deadlineAt);
  const sends = {
    resendAt: iso(Math.max(state.nextSendAt, hourSpentUntil(state, now) ?? 0)),
    sendsLeft: state.sendsLeft,
    maskedPhoneNumber,
  };
  switch (challenge.status) {
    case 'sending':
      return { type: 'wait', until: iso(challenge.until) };
    case 'open': {
      const definition = FACTOR_DEFINITIONS[challenge.factor];
      const code = {
        challenge: challenge.number,
        until: iso(Math.min(challenge.until, state.deadlineAt)),
        attemptsLeft: attemptsLeft(state, now),
      };
      return definition.sends === 0
        ? { type: definition.action, ...code, kid: challenge.setUp?.kid ?? '' }
        : { type: definition.action, ...code, ...sends };
    }
    case 'spent':
      return state.sendsLeft === 0
        ? { type: 'wait', until }
        : { type: 'request-resend', challenge: challenge.number, until, ...sends };
    case 'number-refused':
      return {
        type: 'change-phone-number',
        until,
        changesLeft: state.numberChangesLeft,
        maskedPhoneNumber,
      };
  }
}

export function detailedProgressOf(state: EnrollmentState, now: number): DetailedProgress {
  const timeline = state.timeline.map(({ at, what }) => ({ at: iso(at), what }));
  return { ...progressOf(state, now), timeline };
}

export function progressOf(state: EnrollmentState, now: number): Progress {
  const factor = currentStep(state)?.factor;
  const reason = reasonOf(state);
  return {
    phase: phaseOf(state),
    ...(factor !== undefined && state.outcome === undefined && { factor }),
    plan: state.steps,
    ...(state.challenges > 0 && { challenge: state.challenges }),
    next: nextAction(state, now),
    deadline: iso(state.deadlineAt),
    recoveryCode: state.recoveryCode,
    ...(state.lastRefusal !== undefined && { lastRefusal: state.lastRefusal }),
    ...(state.lastSettlement !== undefined && { lastSettlement: state.lastSettlement }),
    ...(state.outcome !== undefined && { outcome: state.outcome }),
    ...(reason !== undefined && { reason }),
  };
}

/** @param kid - RFC 7638 thumbprint; without it, whatever there is (only its device can open it) */
export function setUpOf(state: EnrollmentState, kid?: unknown): SetUp {
  const { challenge, sealedRecoveryCode: recovery, outcome } = state;
  const handedOut = state.recoveryCode === 'shown' || state.recoveryCode === 'saved';
  const setUp: SetUp = {
    ...(outcome === undefined &&
      challenge?.setUp !== undefined && {
        totp: { challenge: challenge.number, ...challenge.setUp },
      }),
    ...(handedOut && typeof recovery === 'object' && { recoveryCode: recovery }),
    ...(outcome !== undefined && { outcome }),
  };
  return typeof kid === 'string' ? sealedTo(setUp, kid) : setUp;
}

/** As Auth0 does it: all but the last four characters. */
export function maskPhoneNumber(phoneNumber: string): string {
  return 'X'.repeat(Math.max(0, phoneNumber.length - 4)) + phoneNumber.slice(-4);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
