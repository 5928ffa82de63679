/** What can be seen of an enrollment from outside, made comparable between model and server. */
import type { NextAction, Progress } from '../../../workflows/contract/enroll-mfa.ts';
import type { EnrollmentState } from '../../../workflows/enrollment-state.ts';
import { progressOf } from '../../../workflows/progress-view.ts';
import { MODEL_START, type ModelRun } from './model-run.ts';

/** Every bound of the flow is a multiple of it. */
const GRID_MS = 30_000;

/** Counted at Auth0 since the enrollment began. */
export interface AtAuth0 {
  readonly associates: number;
  readonly codesJudged: number;
  readonly unconfirmed: number;
}

export function seen(
  progress: Progress,
  startedAt: number,
  deviceOf: (kid: string) => string,
  atAuth0: AtAuth0,
): Readonly<Record<string, unknown>> {
  const { phase, factor, plan, challenge, recoveryCode, lastRefusal, outcome } = progress;
  const cell = (time: string) => Math.floor((Date.parse(time) - startedAt) / GRID_MS);
  return {
    ...{ phase, factor, plan, challenge, recoveryCode, outcome, ...atAuth0 },
    refused: lastRefusal && `${lastRefusal.message}: ${lastRefusal.refusal}`,
    deadline: cell(progress.deadline),
    next: comparable(progress.next, cell, deviceOf),
  };
}

function comparable(
  next: NextAction,
  cell: (time: string) => number,
  deviceOf: (kid: string) => string,
): Readonly<Record<string, unknown>> {
  const entries = Object.entries(next).map(([name, value]: [string, string | number]) => {
    if (['until', 'resendAt', 'notBefore'].includes(name)) return [name, cell(String(value))];
    return [name, name === 'kid' ? deviceOf(String(value)) : value];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

export function seenOfModel({ state, tenant }: ModelRun): Readonly<Record<string, unknown>> {
  return seen(queried(state), MODEL_START, (kid) => kid, {
    associates: tenant.associates,
    codesJudged: tenant.judged.length,
    unconfirmed: tenant.inactive('sms') + tenant.inactive('totp'),
  });
}

/** As the query `progress` answers it: it has no clock, and tells what was true when it changed. */
export function queried(state: EnrollmentState): Progress {
  return progressOf(state, state.waitingSince);
}
