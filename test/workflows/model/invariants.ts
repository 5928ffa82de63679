/** What must be true of every enrollment at rest, whatever was sent to it; each says what is wrong. */
import {
  type Factor,
  FACTORS,
  LIMITS,
  type NextAction,
  type Phase,
} from '../../../workflows/contract/enroll-mfa.ts';
import { type EnrollmentState, SESSION_RESERVE_MS } from '../../../workflows/enrollment-state.ts';
import { nextAction, phaseOf } from '../../../workflows/progress-view.ts';
import type { ModelRun } from './model-run.ts';
import { queried } from './seen.ts';

/** @param before - the state at rest before the last step */
export type Invariant = (run: ModelRun, before: EnrollmentState) => string | undefined;

const HOUR_MS = 3_600_000;

const nextActionCanHappen: Invariant = (run) => {
  if (run.state.outcome !== undefined) return undefined;
  const asQueried = impossible(run, queried(run.state).next);
  return asQueried ?? impossible(run, nextAction(run.state, run.now));
};

function impossible({ state, now, sessionEndAt = 0 }: ModelRun, next: NextAction) {
  if (next.type === 'nothing') return 'nothing is awaited';
  if (Date.parse(next.until) > state.deadlineAt) return `${next.type} until after the deadline`;
  if (Date.parse(next.until) > now) {
    const codeAwaited = next.type === 'enter-sms-code' || next.type === 'scan-and-enter-otp';
    return codeAwaited && next.attemptsLeft < 1 ? `${next.type} without an attempt` : undefined;
  }
  // A text that has expired: another one may be asked for, or the session ends and a login is due.
  return next.type === 'enter-sms-code' && sessionEndAt > now
    ? undefined
    : `${next.type} until ${next.until}, which has passed`;
}

const PHASES: Readonly<Record<NextAction['type'], Phase | undefined>> = {
  'log-in': 'awaiting-login',
  'enter-sms-code': 'awaiting-sms-code',
  'scan-and-enter-otp': 'awaiting-otp',
  'request-resend': 'awaiting-resend',
  'change-phone-number': 'awaiting-phone-number',
  // At rest, only for want of texts.
  wait: 'awaiting-resend',
  nothing: undefined,
};

const phaseAndNextActionAgree: Invariant = ({ state, now }) => {
  const phase = phaseOf(state);
  const { type } = nextAction(state, now);
  return phase === (PHASES[type] ?? state.outcome) ? undefined : `${phase} with ${type}`;
};

const textsAreBounded: Invariant = ({ tenant, state }) => {
  const sent = tenant.texts.length;
  if (sent > LIMITS.sendsPerEnrollment) return `${sent} texts`;
  const counted = LIMITS.sendsPerEnrollment - state.sendsLeft;
  if (counted !== sent) return `${sent} texts, ${counted} counted`;
  const hasty = tenant.texts.find(({ at }, i) => {
    const before = tenant.texts[i - 1];
    return before !== undefined && at - before.at < LIMITS.resendCooldownMs * 2 ** (i - 1);
  });
  return hasty === undefined ? undefined : 'a text before the last one had cooled down';
};

const codesAreBounded: Invariant = ({ tenant }) => {
  if (tenant.judgedDead > 0) return 'a code for a challenge that is dead';
  const wrong = tenant.judged.filter(({ right }) => !right);
  const hourly = wrong.some(({ at }, i) => {
    const earlier = wrong[i - LIMITS.wrongCodesPerHour];
    return earlier !== undefined && at - earlier.at < HOUR_MS;
  });
  if (hourly) return `more than ${LIMITS.wrongCodesPerHour} wrong codes within an hour`;
  const most = Math.max(0, ...wrong.map(({ of }) => wrong.filter((w) => w.of === of).length));
  return most > LIMITS.wrongCodesPerChallenge ? `${most} wrong codes for one challenge` : undefined;
};

const confirmedByCode: Invariant = ({ tenant, state }) => {
  const right = (factor: Factor) => tenant.judged.some((j) => j.right && j.factor === factor);
  for (const { factor, status } of state.steps) {
    if (status === 'enrolled' && !right(factor)) return `${factor} is enrolled without a code`;
    if (status !== 'enrolled' && right(factor)) return `${factor} is ${status}, but confirmed`;
    if (status === 'already-enrolled' && !tenant.before.includes(factor)) {
      return `${factor} was not there before`;
    }
  }
  const kept = tenant.entries.filter(({ id, active }) => active && id === 'before').length;
  return kept === tenant.before.length ? undefined : 'what was active before is gone';
};

const challengesGrow: Invariant = ({ state }, before) => {
  if (state.challenges < before.challenges) return 'the count of challenges has shrunk';
  const { number = state.challenges, status } = state.challenge ?? {};
  if (number !== state.challenges) return `challenge ${number} of ${state.challenges}`;
  return number === before.challenges && status === 'open' && before.challenge?.status !== 'open'
    ? `challenge ${number} is open again`
    : undefined;
};

const nothingAfterTheEnd: Invariant = ({ state }, before) =>
  before.outcome !== undefined && state !== before ? 'it has changed after its end' : undefined;

const whatIsUnconfirmedIsKnown: Invariant = ({ tenant, state, miscounts }) => {
  if (miscounts > 0) return 'a list does not hold what was counted';
  for (const factor of FACTORS) {
    const [counted, there] = [state.unconfirmed[factor], tenant.inactive(factor)];
    // Where Auth0 reuses an entry, a resend makes none, and the count may be too high.
    const known = tenant.reuses && factor === 'sms' ? counted >= there : counted === there;
    if (!known) return `${there} unconfirmed ${factor}, ${counted} counted`;
    if (state.outcome !== undefined && there > 0) return `${factor} is left behind`;
  }
  return state.orphans.length === 0 ? undefined : 'orphans are reported';
};

const timesAreInOrder: Invariant = ({ state, now }) => {
  if (state.deadlineAt > state.startedAt + LIMITS.deadlineMsMax) return 'the deadline is too late';
  if (state.outcome === undefined && now >= state.deadlineAt) return 'it outlives its deadline';
  if (state.waitingSince > now) return 'it waits since a time to come';
  const { challenge } = state;
  if (challenge?.status !== 'open') return undefined;
  return challenge.until <= challenge.session.expiresAt - SESSION_RESERVE_MS
    ? undefined
    : 'a challenge outlives its session';
};

const everybodyIsAnswered: Invariant = ({ unanswered }) =>
  unanswered.size === 0 ? undefined : `${unanswered.size} updates have no answer`;

/** By what an enrollment does or is. */
export const INVARIANTS: readonly (readonly [string, Invariant])[] = [
  ['says what has to happen next, and that can happen', nextActionCanHappen],
  ['is in the phase that its next action belongs to', phaseAndNextActionAgree],
  ['sends no more texts than allowed, and none too early (I2)', textsAreBounded],
  ['asks Auth0 about no more codes than attempts are left (I3)', codesAreBounded],
  ['has enrolled what a right code confirmed, and nothing else (I1)', confirmedByCode],
  ['never opens a challenge twice', challengesGrow],
  ['does not change after its end (I5)', nothingAfterTheEnd],
  ['knows what is unconfirmed, and leaves nothing behind (I8)', whatIsUnconfirmedIsKnown],
  ['ends by its deadline, and keeps its times in order (I5)', timesAreInOrder],
  ['answers everybody who asked', everybodyIsAnswered],
];
