/**
 * What an enrollment knows. Pure data and what can be read off it; `transition.ts` changes it.
 * Times are epoch ms.
 */
import type {
  DeviceSealed,
  PublicDeviceKey,
  WorkerSealed,
} from '../../activities/enrollment-activities.ts';
import {
  type EndReason,
  type Factor,
  type FactorProgress,
  FACTORS,
  type FaultReason,
  type LastRefusal,
  type LastSettlement,
  LIMITS,
  type NextAction,
  type Orphan,
  type Outcome,
  type RecoveryCodeStatus,
  TIMELINE_ENTRIES_MAX,
} from '../contract/enroll-mfa.ts';
import { verbatim } from '../contract/markdown.ts';

/** Every associate needs this much of the session, so that the person has time to answer. */
export const SESSION_LEFT_FOR_ASSOCIATE_MS = 2 * 60_000;
/** The session is given up this long before its token dies: it is needed to clean up. */
export const SESSION_RESERVE_MS = 30_000;
/**
 * One HTTP deadline: a request whose answer was lost may still be under way at Auth0, and its list
 * may lag behind. So long is waited before the list is believed to hold no trace of it.
 */
export const IN_FLIGHT_MS = 5_000;
/** Of what Auth0 counts: a request whose answer was lost gets there later than it is counted here. */
const HOUR_MS = 3_600_000 + IN_FLIGHT_MS;

export interface OpenSession {
  readonly accessToken: WorkerSealed;
  readonly expiresAt: number;
  readonly sealTo?: PublicDeviceKey;
  /** Thumbprint of `sealTo`. */
  readonly kid?: string;
}

export interface Challenge {
  readonly number: number;
  readonly factor: Factor;
  /** `spent`: dead, a new one must be asked for. `number-refused`: so must a new number. */
  readonly status: 'sending' | 'open' | 'spent' | 'number-refused';
  /** The session that opened it; the code is judged with its token. */
  readonly session: OpenSession;
  readonly until: number;
  readonly wrongCodes: number;
  /** What its request made is known: whether it counts is decided. */
  readonly settled?: true;
  /** The answer to a code was lost: it may have been the right one. */
  readonly unresolved?: boolean;
  readonly oobCode?: WorkerSealed;
  readonly setUp?: DeviceSealed;
}

export interface EnrollmentState {
  readonly startedAt: number;
  readonly deadlineAt: number;
  readonly steps: readonly FactorProgress[];
  readonly phoneNumber?: string;
  /** All that it was and is: what was made for one of them may be ours. */
  readonly phoneNumbers: readonly string[];
  /** A call to Auth0 that is running or held, and when it is expected to be through. */
  readonly call?: {
    readonly kind: CallKind;
    readonly until: number;
    /** It is held, and made again then: whoever has to act first. */
    readonly pause?: Pause;
  };
  /** What an operator has to mend: until a call of that kind is answered otherwise. */
  readonly fault?: Fault;
  readonly session?: OpenSession;
  /** Thumbprint of the key that the newest login has brought which brought one. */
  readonly kid?: string;
  readonly challenge?: Challenge;
  readonly challenges: number;
  readonly sendsLeft: number;
  /** Sends that were given back because the list showed nothing of them. */
  readonly sendsRefunded: number;
  readonly nextSendAt: number;
  readonly numberChangesLeft: number;
  readonly wrongCodesAt: readonly number[];
  /** Of logins that reached Auth0, within the hour. */
  readonly loginsAt: readonly number[];
  /** `iat` of the last confirmation, epoch seconds on Auth0's clock. */
  readonly confirmedAt?: number;
  readonly recoveryCode: RecoveryCodeStatus;
  /** Brought by the first associate; handed out from the confirmation on. */
  readonly sealedRecoveryCode?: DeviceSealed | 'lost';
  /** A worker has said that it serves the tenant. */
  readonly tenantServed: boolean;
  /** Whether a login has shown which factors the user has. */
  readonly listRead: boolean;
  /** Authenticators that were there without us: never touched. */
  readonly foreign: readonly string[];
  /** Authenticators that we made and that are neither confirmed nor known to be gone. */
  readonly unconfirmed: Readonly<Record<Factor, number>>;
  /** Those of them that the last list has shown. */
  readonly ours: readonly { readonly id: string; readonly factor: Factor }[];
  /** Factors of which the answer to a code was lost: one of ours may be active. */
  readonly perhapsConfirmed: readonly Factor[];
  readonly orphans: readonly Orphan[];
  readonly waitingSince: number;
  readonly lastRefusal?: LastRefusal;
  readonly lastSettlement?: LastSettlement;
  readonly timeline: readonly { readonly at: number; readonly what: string }[];
  readonly outcome?: Outcome;
  /** Present with the outcome. */
  readonly ending?: Ending;
}

export interface Ending {
  readonly reason: EndReason;
  /** What it waited for then. */
  readonly awaited: NextAction;
  /** In words: what to mend, or who ended it. */
  readonly message?: string;
}

export interface Fault {
  readonly reason: FaultReason;
  /** For an operator: what to mend. */
  readonly message: string;
  readonly kind: CallKind;
  /** How often it has been met. */
  readonly tries: number;
}

export type Pause = 'auth0' | 'operator';

export type CallKind =
  'checking-tenant' | 'opening-session' | 'associating' | 'confirming' | 'cleaning-up';

export interface EnrollmentStart {
  readonly startedAt: number;
  readonly deadlineMs: number;
  readonly factors: readonly Factor[];
  readonly phoneNumber?: string;
}

export function initialState(start: EnrollmentStart): EnrollmentState {
  return {
    startedAt: start.startedAt,
    deadlineAt: start.startedAt + start.deadlineMs,
    steps: start.factors.map((factor) => ({ factor, status: 'pending' })),
    ...(start.phoneNumber !== undefined && { phoneNumber: start.phoneNumber }),
    phoneNumbers: start.phoneNumber === undefined ? [] : [start.phoneNumber],
    challenges: 0,
    sendsLeft: LIMITS.sendsPerEnrollment,
    sendsRefunded: 0,
    nextSendAt: start.startedAt,
    numberChangesLeft: LIMITS.phoneNumberChanges,
    wrongCodesAt: [],
    loginsAt: [],
    recoveryCode: 'none',
    tenantServed: false,
    listRead: false,
    foreign: [],
    unconfirmed: Object.fromEntries(FACTORS.map((factor) => [factor, 0])) as Record<Factor, 0>,
    perhapsConfirmed: [],
    ours: [],
    orphans: [],
    waitingSince: start.startedAt,
    timeline: [{ at: start.startedAt, what: `started: ${start.factors.join(', then ')}` }],
  };
}

/** Of a start that was refused: no plan, and nothing is awaited. */
export function refusedState(problems: readonly string[], now: number): EnrollmentState {
  const story = [...problems.map(verbatim), 'failed: invalid-input'];
  return {
    ...initialState({ startedAt: now, deadlineMs: 0, factors: [] }),
    outcome: 'failed',
    ending: { reason: 'invalid-input', awaited: { type: 'nothing' } },
    timeline: story.slice(-TIMELINE_ENTRIES_MAX).map((what) => ({ at: now, what })),
  };
}

export function currentStep(state: EnrollmentState): FactorProgress | undefined {
  return state.steps.find((step) => !isDone(step));
}

/** The user has the factor, by this enrollment or without it. */
export function isDone({ status }: FactorProgress): boolean {
  return status === 'enrolled' || status === 'already-enrolled';
}

/** Those that still count. */
export function withinHour(times: readonly number[], now: number): readonly number[] {
  return times.filter((at) => now - at < HOUR_MS);
}

/** When one more is allowed: `undefined` where the hour is not spent. */
function spentUntil(times: readonly number[], max: number, now: number): number | undefined {
  const recent = withinHour(times, now);
  const oldest = recent[recent.length - max];
  return oldest === undefined ? undefined : oldest + HOUR_MS;
}

/** When the next code may be judged: Auth0's bucket remembers wrong ones for an hour. */
export function hourSpentUntil(state: EnrollmentState, now: number): number | undefined {
  return spentUntil(state.wrongCodesAt, LIMITS.wrongCodesPerHour, now);
}

/** When the next login may reach Auth0, as far as earlier ones are concerned. */
export function loginsSpentUntil(state: EnrollmentState, now: number): number | undefined {
  return spentUntil(state.loginsAt, LIMITS.loginsPerHour, now);
}

export function attemptsLeft(state: EnrollmentState, now: number): number {
  if (state.challenge?.status !== 'open' && state.challenge?.status !== 'sending') return 0;
  const ofChallenge = LIMITS.wrongCodesPerChallenge - state.challenge.wrongCodes;
  return Math.min(
    ofChallenge,
    LIMITS.wrongCodesPerHour - withinHour(state.wrongCodesAt, now).length,
  );
}
