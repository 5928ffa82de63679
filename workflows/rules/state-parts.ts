/** One part of a state changed, the rest as it was. Pure. */
import type { Factor, FactorProgress } from '../contract/enroll-mfa.ts';
import { type Challenge, currentStep, type EnrollmentState } from './enrollment-state.ts';

export function withStep(state: EnrollmentState, change: Partial<FactorProgress>): EnrollmentState {
  const current = currentStep(state);
  const steps = state.steps.map((step) => (step === current ? { ...step, ...change } : step));
  return { ...state, steps };
}

export function withChallenge(state: EnrollmentState, change: Partial<Challenge>): EnrollmentState {
  if (state.challenge === undefined) return state;
  return { ...state, challenge: { ...state.challenge, ...change } };
}

export function withUnconfirmed(
  state: EnrollmentState,
  factor: Factor,
  by: number,
): EnrollmentState {
  const count = Math.max(0, state.unconfirmed[factor] + by);
  return { ...state, unconfirmed: { ...state.unconfirmed, [factor]: count } };
}

export function withoutCall({ call: _call, ...rest }: EnrollmentState): EnrollmentState {
  return rest;
}

export function withoutFault({ fault: _fault, ...rest }: EnrollmentState): EnrollmentState {
  return rest;
}

export function withoutChallenge({
  challenge: _challenge,
  ...rest
}: EnrollmentState): EnrollmentState {
  return rest;
}

export function withoutSession({ session: _session, ...rest }: EnrollmentState): EnrollmentState {
  return withoutChallenge(rest);
}

export function withoutRefusal({
  lastRefusal: _refusal,
  ...rest
}: EnrollmentState): EnrollmentState {
  return rest;
}

export function waiting(state: EnrollmentState, now: number): EnrollmentState {
  return { ...state, waitingSince: now };
}
