/** All that has happened in one simulated enrollment: what the oracles judge and a trace tells. */
import type { Progress } from '../../workflows/contract/enroll-mfa.ts';
import type { Intention, PlannedFate, Way } from './plan.ts';
import type { ActivityName, ScheduledActivity } from './scheduled-activity.ts';
import type { SentUpdate } from './simulated-run.ts';
import type { FailureType } from '../../activities/failure-types.ts';

export type Sender = Intention['who'] | 'follower';

export interface Delivery {
  readonly id: string;
  readonly by: Sender;
  readonly way: Way | 'temporal';
  readonly name: string;
  readonly input: unknown;
  readonly sentAt: number;
  /** As `progress` told it when the message was sent. */
  readonly phase: string;
  /** What was running or held then. */
  readonly inFlight: readonly ActivityName[];
  /** What its sender had looked at, where it only does what `next` says. */
  readonly saw?: Progress;
  /** Of the task that took it. */
  task?: number;
  at?: number;
  /** Of an update. */
  update?: SentUpdate;
}

export interface Attempt {
  readonly at: number;
  readonly fate: PlannedFate['fate'] | 'natural' | 'outage';
  endedAt?: number;
  /** How it ended, where it did not end well. */
  failure?: FailureType | 'PayloadKeyMissing' | 'timed out';
  /** When the tenant was asked, where its answer was lost or late. */
  askedAt?: number;
  /** When the tenant did what was asked. */
  effectAt?: number;
}

export interface Call {
  readonly activity: ScheduledActivity;
  readonly task: number;
  readonly attempts: Attempt[];
  /** Once the run has been told. */
  resolution?: Resolution;
}

export type Resolution =
  | { readonly at: number; readonly ok: true; readonly value: unknown }
  | { readonly at: number; readonly ok: false; readonly type: string };

export interface Step {
  readonly number: number;
  readonly at: number;
  readonly deliveries: readonly Delivery[];
  readonly scheduled: readonly Call[];
  readonly resolved: readonly Call[];
  readonly timersFired: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** What clients read. */
  readonly shown: Progress | undefined;
  /** What the run knows, asked for by query. */
  readonly progress: Progress;
  /** Nothing is running, held or on its way. */
  readonly atRest: boolean;
}

export interface Note {
  readonly at: number;
  readonly what: string;
}

export class Story {
  readonly deliveries: Delivery[] = [];
  readonly calls: Call[] = [];
  readonly steps: Step[] = [];
  /** What went on outside the run: texts that came, logins, looks. */
  readonly notes: Note[] = [];

  note(at: number, what: string): void {
    this.notes.push({ at, what });
  }

  get inFlight(): readonly Call[] {
    return this.calls.filter(({ resolution }) => resolution === undefined);
  }

  callsOf(name: ActivityName): readonly Call[] {
    return this.calls.filter(({ activity }) => activity.name === name);
  }
}
