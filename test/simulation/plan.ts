/**
 * What will be done to one enrollment, as plain data: who does what and when, and what becomes of calls.
 * Every entry has an id of its own and can be taken away without a change of the others.
 */
import type { Factor, Outcome, Phase } from '../../workflows/contract/enroll-mfa.ts';
import type { TimeoutType } from './jobs.ts';
import type { ActivityName } from './scheduled-activity.ts';
import type { FailureType } from '../../activities/failure-types.ts';

export interface Plan {
  /** Draws what is too small to be planned: how long a call takes, and a task. */
  readonly seed: number;
  /** Calls and tasks take the same short time each: a scenario says itself what is slow. */
  readonly prompt?: boolean;
  readonly setting: Setting;
  readonly presences: readonly Presence[];
  readonly intentions: readonly Intention[];
  readonly fates: readonly PlannedFate[];
  readonly outages: readonly Outage[];
}

export interface Setting {
  readonly mood: 'calm' | 'uneasy' | 'burning';
  readonly factors: readonly Factor[];
  readonly deadlineMs: number;
  /** What the user has at the tenant already. */
  readonly before: 'nothing' | 'active-sms' | 'active-totp' | 'unconfirmed-sms';
  /** Whether Auth0 takes an unconfirmed entry again for the same number: not documented. */
  readonly reusesEntries: boolean;
  readonly recoveryCodes: boolean;
  /** What the start names: the person's own, somebody else's by mistake, one that Auth0 refuses. */
  readonly number: 'own' | 'wrong' | 'refused';
  /** A login that comes with the start, in the same first task. */
  readonly loginAtStart?: { readonly on: Device; readonly way: Way };
}

export type Device = 'A' | 'B' | 'none';
export type Way = 'signal' | 'update';

/** Somebody who looks again and again, and does what `next` says. Times are ms since the start. */
export interface Presence {
  readonly id: string;
  readonly from: number;
  readonly until: number;
  /** From a look to the next. */
  readonly reactionMs: readonly [min: number, max: number];
  readonly device: Device;
  readonly way: Way;
}

export interface Intention {
  readonly id: string;
  /** Ms since the start, or since what it waits for. Those of the same time arrive together. */
  readonly at: number;
  readonly after?: Occasion;
  readonly who: 'person' | 'backend' | 'administrator' | 'stranger' | 'other enrollment';
  readonly does: Deed;
}

/** The nth call of a kind begins, or a phase is shown for the first time. */
export type Occasion =
  | { readonly call: ActivityName; readonly nth: number }
  | { readonly phase: Exclude<Phase, Outcome> };

export type Naming = 'none' | 'earlier' | 'current' | 'later';

export type Deed =
  | { readonly is: 'log-in'; readonly way: Way; readonly on: Device; readonly flaw?: LoginFlaw }
  | { readonly is: 'give-old-login'; readonly way: Way }
  | {
      readonly is: 'type-code';
      readonly way: Way;
      readonly digits: 'right' | 'wrong' | 'again' | 'old';
      readonly names: Naming;
    }
  | { readonly is: 'ask-again'; readonly way: Way; readonly names: Naming }
  | {
      readonly is: 'change-number';
      readonly way: Way;
      readonly to: 'another' | 'the-same' | 'a-refused-one';
    }
  | { readonly is: 'save-recovery-code' }
  | { readonly is: 'cancel'; readonly way: Way; readonly by: string }
  | { readonly is: 'cancel-through-temporal' }
  | {
      readonly is: 'extend';
      readonly way: Way;
      readonly deadlineMs: number;
      readonly by: string;
    }
  | { readonly is: 'retry'; readonly by: string }
  | { readonly is: 'start-again'; readonly with: Device }
  | { readonly is: 'talk-nonsense'; readonly index: number }
  | {
      readonly is: 'enroll-elsewhere';
      readonly factor: Factor;
      readonly active: boolean;
    };

/** What is wrong with a login, by what the tenant or the activity says of it. */
export type LoginFlaw = Extract<
  FailureType,
  | 'login-code-refused'
  | 'invalid-id-token'
  | 'invalid-access-token'
  | 'wrong-user'
  | 'wrong-audience'
  | 'missing-scope'
  | 'stale-login'
  | 'mfa-not-challenged'
  | 'device-key-mismatch'
>;

export interface PlannedFate {
  readonly id: string;
  readonly call: ActivityName;
  /** Counted over the attempts of such calls, from 1. */
  readonly nth: number;
  readonly fate: Fate;
}

/** `before`: the tenant has done it when the answer is lost; `late`: it does it a little later. */
export type Effect = 'none' | 'before' | 'late';

export type Fate =
  | { readonly is: 'slow'; readonly ms: number }
  | {
      readonly is: 'fails';
      readonly type: FailureType;
      readonly effect: Effect;
      /** Of a late effect, after the answer was given up; drawn where it is not said. */
      readonly lateMs?: number;
      /** For `rate-limited` and quotas: when Auth0 says that it may be tried again. */
      readonly retryInMs?: number;
    }
  | { readonly is: 'times-out'; readonly by: TimeoutType; readonly effect: Effect }
  /** The worker that takes it lacks a key of the codec. */
  | { readonly is: 'unreadable' };

/** Times are ms since the start. */
export interface Outage {
  readonly id: string;
  readonly from: number;
  readonly until: number;
  /** `misconfigured`: an operator's fault, of every call. `no-worker`: neither tasks nor activities are taken. */
  readonly as: 'rate-limited' | 'unavailable' | 'misconfigured' | 'no-worker';
}
