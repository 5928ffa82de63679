/**
 * What becomes of the activities that a run schedules: attempts on virtual time, repeated as the server
 * repeats them by the policy of the command, each with the fate that the plan has for it. The answers
 * are the tenant's.
 */
import { applicationFailure } from '../../activities/failures.ts';
import type { Agenda } from './agenda.ts';
import { NOT_SENT } from './failures.ts';
import {
  activityCancelled,
  failed,
  type FailureOfActivity,
  resolved,
  timedOut,
  type TimeoutType,
} from './jobs.ts';
import type { Effect, Fate, Outage, Plan } from './plan.ts';
import { diceFor } from './random.ts';
import type { Job } from './sandbox.ts';
import type { ActivityName, ScheduledActivity } from './scheduled-activity.ts';
import type { Attempt, Call, Story } from './story.ts';
import type { Tenant } from './tenant.ts';
import type { FailureDetail, FailureType } from '../../activities/failure-types.ts';

/** The activities' own deadline for one request. */
const HTTP_DEADLINE_MS = 5_000;
const PROMPT_MS = 100;
/** So long after its answer was given up Auth0 may still do what was asked. */
const LATE_MS_MAX = 4_000;
const STATUS: Partial<Record<FailureType, number>> = { 'rate-limited': 429, ambiguous: 502 };
const STATUS_REFUSED = 403;
const UNREADABLE = 'PayloadKeyMissing';
const TYPE_OF_OUTAGE: Record<Outage['as'], FailureType> = {
  'rate-limited': 'rate-limited',
  unavailable: 'unavailable',
  misconfigured: 'configuration-fault',
  'no-worker': 'unavailable',
};

export interface CallsOptions {
  readonly plan: Plan;
  readonly agenda: Agenda;
  readonly tenant: Tenant;
  readonly story: Story;
  readonly startedAt: number;
  readonly happens: (job: Job) => void;
}

interface Failing {
  readonly type: FailureType;
  readonly effect: Effect;
  readonly retryAt?: number | undefined;
  readonly lateMs?: number | undefined;
}

interface Ending {
  readonly at: number;
  readonly job: Job;
  readonly told: Call['resolution'];
  /** Undefined where it may not be repeated. */
  readonly repeatIn?: number;
}

export class Calls {
  readonly #options: CallsOptions;
  readonly #attempts = new Map<ActivityName, number>();

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  begin(activity: ScheduledActivity, task: number): Call {
    const call: Call = { activity, task, attempts: [] };
    this.#options.story.calls.push(call);
    this.#attempt(call, activity.at);
    return call;
  }

  /** The run does not want it any more: it hears so at once, or when the attempt ends. */
  cancel(seq: number, now: number): void {
    const call = this.#options.story.calls.find(({ activity }) => activity.seq === seq);
    if (call?.resolution !== undefined || call?.activity.awaitsCancellation !== false) return;
    this.#tell(call, {
      at: now,
      job: activityCancelled(seq),
      told: { at: now, ok: false, type: 'cancelled' },
    });
  }

  #attempt(call: Call, due: number): void {
    const { plan, agenda, startedAt } = this.#options;
    const { name, at: scheduledAt, timeouts, seq } = call.activity;
    const away = plan.outages.find(
      ({ as, from, until }) =>
        as === 'no-worker' && due - startedAt >= from && due - startedAt < until,
    );
    const startsAt = away === undefined ? due : startedAt + away.until;
    const [takenBy, type] =
      timeouts.scheduleToStart <= timeouts.scheduleToClose
        ? [due + timeouts.scheduleToStart, 'SCHEDULE_TO_START' as const]
        : [scheduledAt + timeouts.scheduleToClose, 'SCHEDULE_TO_CLOSE' as const];
    if (startsAt > takenBy) {
      const told = { at: takenBy, ok: false, type } as const;
      agenda.note(takenBy, () => this.#tell(call, { at: takenBy, job: timedOut(seq, type), told }));
      return;
    }
    agenda.note(startsAt, () => {
      if (call.resolution !== undefined) return;
      const nth = (this.#attempts.get(name) ?? 0) + 1;
      this.#attempts.set(name, nth);
      this.#play(call, startsAt, nth);
    });
  }

  #play(call: Call, now: number, nth: number): void {
    const { plan, startedAt } = this.#options;
    const { name } = call.activity;
    const unreadable = call.attempts.find(({ failure }) => failure === UNREADABLE)?.fate;
    const planned = plan.fates.find((fate) => fate.call === name && fate.nth === nth)?.fate;
    const outage = plan.outages.find(
      ({ as, from, until }) =>
        as !== 'no-worker' && now - startedAt >= from && now - startedAt < until,
    );
    const fate: Attempt['fate'] =
      planned ?? (unreadable as Fate | undefined) ?? (outage === undefined ? 'natural' : 'outage');
    const attempt: Attempt = { at: now, fate };
    call.attempts.push(attempt);
    const dice = diceFor(plan.seed, 'latency', name, nth);
    const prompt = plan.prompt === true;
    const ms = prompt ? PROMPT_MS : dice.percent(90) ? dice.from(40, 400) : dice.from(400, 4_500);
    const { notAfter = Number.POSITIVE_INFINITY } = call.activity.input as { notAfter?: number };
    if (now > notAfter) {
      const late = { type: 'unavailable', effect: 'none', retryAt: undefined } as const;
      return this.#fails(call, attempt, now + ms, late);
    }
    if (fate === 'natural') return this.#natural(call, attempt, now + ms);
    if (fate === 'outage') {
      const type = TYPE_OF_OUTAGE[outage?.as ?? 'unavailable'];
      const retryAt = type === 'rate-limited' ? startedAt + (outage?.until ?? 0) : undefined;
      return this.#fails(call, attempt, now + ms, { type, effect: 'none', retryAt });
    }
    switch (fate.is) {
      case 'slow':
        return this.#natural(call, attempt, now + fate.ms);
      case 'fails': {
        const { type, effect, retryInMs, lateMs } = fate;
        const waits = type === 'ambiguous' && !prompt && dice.percent(50);
        const at = now + (effect === 'late' || waits ? HTTP_DEADLINE_MS : ms);
        const retryAt = retryInMs === undefined ? undefined : at + retryInMs;
        return this.#fails(call, attempt, at, { type, effect, retryAt, lateMs });
      }
      case 'times-out':
        return this.#timesOut(call, attempt, now, fate);
      case 'unreadable': {
        const failure = { type: UNREADABLE, message: 'a key is missing' };
        attempt.failure = UNREADABLE;
        return this.#end(call, attempt, now + ms, failed(call.activity.seq, failure), failure);
      }
    }
  }

  /** Half-way the request is with the tenant. */
  #natural(call: Call, attempt: Attempt, endsAt: number): void {
    const { agenda } = this.#options;
    const { seq, timeouts } = call.activity;
    if (endsAt - attempt.at >= timeouts.startToClose) {
      const fate = { by: 'START_TO_CLOSE', effect: 'before' } as const;
      return this.#timesOut(call, attempt, attempt.at, fate);
    }
    agenda.note(Math.round((attempt.at + endsAt) / 2), () => {
      const now = Math.round((attempt.at + endsAt) / 2);
      const outcome = this.#ask(call, attempt, now);
      if (outcome.ok) {
        const told = { at: endsAt, ok: true, value: outcome.value } as const;
        const ending = { at: endsAt, job: resolved(seq, outcome.value), told };
        attempt.endedAt = endsAt;
        agenda.note(endsAt, () => this.#tell(call, ending));
        return;
      }
      attempt.failure = outcome.type;
      const failure = this.#failure(outcome.type, endsAt, outcome.retryAt);
      this.#end(call, attempt, endsAt, failed(seq, failure), failure);
    });
  }

  #fails(
    call: Call,
    attempt: Attempt,
    at: number,
    { type, effect, retryAt, lateMs }: Failing,
  ): void {
    this.#affect(call, attempt, { effect, type, endsAt: at, lateMs });
    attempt.failure = type;
    const failure = this.#failure(type, at, retryAt);
    this.#end(call, attempt, at, failed(call.activity.seq, failure), failure);
  }

  #timesOut(
    call: Call,
    attempt: Attempt,
    now: number,
    { by, effect }: { readonly by: TimeoutType; readonly effect: Effect },
  ): void {
    const { timeouts, seq } = call.activity;
    const after = by === 'HEARTBEAT' ? timeouts.heartbeat : timeouts.startToClose;
    if (!Number.isFinite(after)) return this.#natural(call, attempt, now + 1);
    this.#affect(call, attempt, { effect, type: 'ambiguous', endsAt: now + after });
    attempt.failure = 'timed out';
    const type = by === 'HEARTBEAT' ? 'TemporalTimeout:Heartbeat' : 'TemporalTimeout:StartToClose';
    this.#end(call, attempt, now + after, timedOut(seq, by), { type, message: type });
  }

  /** Whether and when the tenant does what an attempt asked that ends badly. */
  #affect(
    call: Call,
    attempt: Attempt,
    { effect, type, endsAt, lateMs }: Omit<Failing, 'retryAt'> & { readonly endsAt: number },
  ): void {
    const { agenda, tenant, plan } = this.#options;
    const { name, seq, input } = call.activity;
    const soon = Math.min(attempt.at + 30, endsAt);
    if (effect === 'none') {
      if (NOT_SENT.includes(type)) return;
      const { factor } = input as { factor?: string };
      const status = type === 'ambiguous' ? {} : { status: STATUS[type] ?? STATUS_REFUSED };
      const told = { effect: 'none', ...status, ...(factor !== undefined && { factor }) } as const;
      agenda.note(soon, () => tenant.journal.write(soon, name, told));
      return;
    }
    const late = lateMs ?? diceFor(plan.seed, 'late', name, seq).from(200, LATE_MS_MAX);
    const at = effect === 'late' ? endsAt + late : soon;
    agenda.note(at, () => {
      this.#ask(call, attempt, at);
    });
  }

  #ask(call: Call, attempt: Attempt, now: number): ReturnType<Tenant['answer']> {
    const { name, input } = call.activity;
    const outcome = this.#options.tenant.answer(name, input, now);
    attempt.askedAt = now;
    if (outcome.ok) attempt.effectAt = now;
    return outcome;
  }

  #failure(type: FailureType, now: number, retryAt: number | undefined) {
    const endpoint = 'simulation';
    const detail: FailureDetail = {
      ...{ type, endpoint },
      ...(type !== 'unavailable' && { status: STATUS[type] ?? STATUS_REFUSED }),
      ...(retryAt !== undefined && { retryAt }),
      ...(type === 'configuration-fault' && { remedy: 'Mend the setting.' }),
    };
    return applicationFailure(detail, now);
  }

  #end(
    call: Call,
    attempt: Attempt,
    at: number,
    job: Job,
    failure: FailureOfActivity & { readonly nextRetryDelay?: unknown },
  ): void {
    const { agenda } = this.#options;
    const { retry, timeouts } = call.activity;
    attempt.endedAt = at;
    const type = failure.type ?? '';
    const repeats =
      failure.nonRetryable !== true &&
      !retry.nonRetryableTypes.includes(type) &&
      call.attempts.length < retry.attemptsMax;
    const exponential = retry.initialMs * retry.factor ** (call.attempts.length - 1);
    const pause =
      typeof failure.nextRetryDelay === 'number'
        ? failure.nextRetryDelay
        : Math.min(exponential, retry.intervalMsMax);
    const repeated = repeats && at + pause < call.activity.at + timeouts.scheduleToClose;
    agenda.note(at, () => {
      if (repeated) this.#attempt(call, at + pause);
      else this.#tell(call, { at, job, told: { at, ok: false, type } });
    });
  }

  #tell(call: Call, { job, told }: Ending): void {
    if (call.resolution !== undefined || told === undefined) return;
    call.resolution = told;
    this.#options.happens(job);
  }
}
