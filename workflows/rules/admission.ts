/**
 * Whether a message may be acted on now: pure questions to the state and the queue, so that handlers and
 * the flow answer them alike.
 */
import type {
  Factor,
  FailureReason,
  LoginProof,
  Refusal,
  ResendMessage,
} from '../contract/enroll-mfa.ts';
import { definitionOf } from '../contract/factors.ts';
import {
  attemptsLeft,
  type Challenge,
  currentStep,
  type EnrollmentState,
  hourSpentUntil,
  isDone,
  loginsSpentUntil,
} from './enrollment-state.ts';

export interface ArrivingCode {
  readonly code: string;
  /** The challenge it names; without it, the one that is current when it arrives. */
  readonly challenge?: number;
  /** What the message's name says it is for. */
  readonly factor?: Factor;
}

/** The codes that have spoken for attempts before this one: those that wait, and the one that Auth0 is judging. */
interface CodeQueue {
  sameCode(challenge: number, code: string): unknown;
  codesFor(challenge: number): number;
}

/**
 * Why a code is not taken, or the challenge that it is taken for.
 *
 * @param before - absent for the oldest
 */
export function admitCode(
  state: EnrollmentState,
  arriving: ArrivingCode,
  now: number,
  before?: CodeQueue,
): Refusal | Challenge {
  const current = state.challenge;
  const named = arriving.challenge ?? current?.number;
  if (named === undefined) return 'no-code-expected';
  if (current === undefined || named !== current.number) {
    return named <= state.challenges ? 'superseded' : 'no-code-expected';
  }
  if (arriving.factor !== undefined && arriving.factor !== current.factor) {
    return 'no-code-expected';
  }
  if (before?.sameCode(named, arriving.code) !== undefined) return current;
  const refusal = deadChallenge(state, current, now);
  if (refusal !== undefined) return refusal;
  if (attemptsLeft(state, now) <= (before?.codesFor(named) ?? 0)) return 'no-attempts-left';
  return current;
}

function deadChallenge(
  state: EnrollmentState,
  challenge: Challenge,
  now: number,
): Refusal | undefined {
  if (challenge.status === 'number-refused') return 'no-code-expected';
  if (challenge.status === 'open' && now >= challenge.until) return 'code-expired';
  if (hourSpentUntil(state, now) !== undefined) return 'too-many-wrong-codes';
  if (challenge.status === 'spent') return 'no-attempts-left';
  return undefined;
}

/** What a login is recognised by when it comes again. */
export function proofKey(proof: LoginProof): string {
  return 'code' in proof ? proof.code : proof.accessToken;
}

/** Why a login is not taken; `seen` are the keys of those that were. */
export function loginRefusal(
  state: EnrollmentState,
  seen: readonly string[],
  proof: LoginProof,
  now: number,
): Refusal | undefined {
  if (seen.includes(proofKey(proof))) return 'proof-seen-before';
  // The login itself is challenged, and draws on the same bucket of wrong codes.
  if (hourSpentUntil(state, now) !== undefined) return 'too-many-wrong-codes';
  if (loginsSpentUntil(state, now) !== undefined) return 'too-many-logins';
  const { deviceKey } = definitionOf(currentStep(state)) ?? {};
  if (deviceKey === 'required' && proof.sealTo === undefined) return 'device-key-missing';
  return undefined;
}

/** A session is open, a step is due, and nothing has been asked for yet. */
export function challengeDue(state: EnrollmentState): boolean {
  return (
    state.session !== undefined && state.challenge === undefined && currentStep(state) !== undefined
  );
}

/** Whether a text is left, and its code could be judged. */
export function sendsAllowed(state: EnrollmentState, now: number): boolean {
  return state.sendsLeft > 0 && hourSpentUntil(state, now) === undefined;
}

/** Why the current step cannot be finished any more, whatever anybody does. */
export function deadEnd(state: EnrollmentState): DeadEnd | undefined {
  const { challenge, sendsLeft, numberChangesLeft } = state;
  if (definitionOf(currentStep(state))?.whenSpent !== 'resend') return undefined;
  if (challenge === undefined) return sendsLeft === 0 ? 'no-sends-left' : undefined;
  if (challenge.status === 'number-refused' && numberChangesLeft === 0) {
    return 'no-number-changes-left';
  }
  if (challenge.status !== 'spent' && challenge.status !== 'number-refused') return undefined;
  return sendsLeft === 0 ? 'no-sends-left' : undefined;
}

export type DeadEnd = Extract<FailureReason, 'no-sends-left' | 'no-number-changes-left'>;

/** Why no text may be sent now (the cool-down, the budget, a spent hour of wrong codes). */
export function sendRefusal(state: EnrollmentState, now: number): Refusal | undefined {
  if (state.sendsLeft === 0) return 'no-sends-left';
  if (now < state.nextSendAt) return 'cooling-down';
  if (hourSpentUntil(state, now) !== undefined) return 'too-many-wrong-codes';
  return undefined;
}

/** Why a text is not sent again. */
export function resendRefusal(
  state: EnrollmentState,
  message: ResendMessage,
  now: number,
): Refusal | undefined {
  const named = message.challenge;
  if (named !== undefined && named < state.challenges) return 'superseded';
  const sent = state.steps.filter((step) => definitionOf(step)?.whenSpent === 'resend');
  if (sent.length > 0 && sent.every(isDone)) return 'already-confirmed';
  const { challenge } = state;
  if (challenge === undefined || definitionOf(challenge)?.whenSpent !== 'resend') {
    return 'nothing-to-resend';
  }
  if (named !== undefined && named > state.challenges) return 'nothing-to-resend';
  if (challenge.status === 'number-refused') return 'phone-number-refused';
  return sendRefusal(state, now);
}

/** Why another number is not taken, whatever is being sent. */
export function unusableNumber(state: EnrollmentState, phoneNumber: string): Refusal | undefined {
  const numbered = state.steps.filter((step) => definitionOf(step)?.phoneNumber);
  if (numbered.length === 0) return 'no-sms-step';
  if (numbered.every(isDone)) return 'already-confirmed';
  if (phoneNumber === state.phoneNumber) return 'same-phone-number';
  return state.numberChangesLeft === 0 ? 'no-number-changes-left' : undefined;
}

/** Why another number is not taken now. */
export function numberRefusal(
  state: EnrollmentState,
  phoneNumber: string,
  now: number,
): Refusal | undefined {
  const unusable = unusableNumber(state, phoneNumber);
  if (unusable !== undefined) return unusable;
  // Without a challenge nothing is sent now, so only the number itself is looked at.
  return definitionOf(state.challenge)?.phoneNumber ? sendRefusal(state, now) : undefined;
}
