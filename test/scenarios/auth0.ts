/** The tenant of a scenario: what befalls the calls to it, what it has seen, what it holds. */
import type { Factor } from '../../workflows/contract/enroll-mfa.ts';
import type { Fate, Intention, Outage, Plan, PlannedFate } from '../simulation/plan.ts';
import type { ActivityName } from '../simulation/scheduled-activity.ts';
import type { World } from '../simulation/world.ts';
import type { FailureType } from '../../activities/failure-types.ts';

/** What a scenario adds to while it plays. */
export interface OpenPlan extends Plan {
  readonly intentions: Intention[];
  readonly fates: PlannedFate[];
  readonly outages: Outage[];
}

/** What Auth0 has done of what it was asked: late is after the answer was given up. */
export type Done = 'undone' | 'done' | 'done late';

export interface LossOptions {
  readonly times?: number;
  /** How late. */
  readonly lateMs?: number;
}

export interface RefusalOptions {
  /** It does what it was asked, and refuses all the same. */
  readonly done?: true;
  /** When it says that it may be asked again. */
  readonly retryInMs?: number;
  readonly times?: number;
}

const EFFECTS = { undone: 'none', done: 'before', 'done late': 'late' } as const;
/** Calls that may be repeated: that their answer is lost is no news. */
const REPEATABLE: readonly ActivityName[] = ['listAuthenticators', 'deleteAuthenticator'];

/** More than anybody sends while Auth0 is broken. */
const REQUESTS_MAX = 200;

export const ACTIVE_SMS = { kind: 'sms', active: true } as const;
export const ACTIVE_TOTP = { kind: 'totp', active: true } as const;
export const INACTIVE_SMS = { kind: 'sms', active: false } as const;
export const INACTIVE_TOTP = { kind: 'totp', active: false } as const;

export class Auth0 {
  readonly #world: World;
  readonly #plan: OpenPlan;

  constructor(world: World, plan: OpenPlan) {
    this.#world = world;
    this.#plan = plan;
  }

  /** The answer to the next such call is lost. */
  loses(call: ActivityName, done: Done, { times = 1, lateMs }: LossOptions = {}): void {
    const type = REPEATABLE.includes(call) ? 'unavailable' : 'ambiguous';
    const late = lateMs === undefined ? {} : { lateMs };
    this.#next(call, { is: 'fails', type, effect: EFFECTS[done], ...late }, times);
  }

  refuses(call: ActivityName, type: FailureType, options: RefusalOptions = {}): void {
    const { done, retryInMs, times = 1 } = options;
    const retry = retryInMs === undefined ? {} : { retryInMs };
    this.#next(call, { is: 'fails', type, effect: done ? 'before' : 'none', ...retry }, times);
  }

  /** The worker dies that makes the next such call; Temporal misses its heartbeat. */
  losesWorker(call: ActivityName, done: Done): void {
    this.#next(call, { is: 'times-out', by: 'HEARTBEAT', effect: EFFECTS[done] }, 1);
  }

  /** The next such call takes so long; half of it has passed when Auth0 acts. */
  slow(call: ActivityName, ms: number): void {
    this.#next(call, { is: 'slow', ms }, 1);
  }

  goDown(): void {
    this.#breaks('unavailable', Number.POSITIVE_INFINITY);
  }

  /** Every answer is lost until it comes back; what can be repeated is not done. */
  breakDown(done: Done): void {
    for (const call of ['openSession', 'associate', 'confirm'] as const) {
      this.loses(call, done, { times: REQUESTS_MAX });
    }
    for (const call of REPEATABLE) this.loses(call, 'undone', { times: REQUESTS_MAX });
  }

  /** What was still to go wrong is off, too. */
  comeBack(): void {
    const { outages, fates } = this.#plan;
    const until = this.#world.now - this.#world.startedAt;
    outages.splice(0, outages.length, ...outages.map((one) => ({ ...one, until })));
    fates.splice(0, fates.length, ...fates.filter(({ call, nth }) => nth <= this.requests(call)));
  }

  /** Nobody takes what has arrived: the workers are gone. */
  withoutWorker(ms: number): void {
    this.#breaks('no-worker', this.#world.now - this.#world.startedAt + ms);
  }

  /** Somebody else enrolls the same user, without this service. */
  enrollElsewhere(factor: Factor, { active = false, phoneNumber = '' } = {}): void {
    const { now, startedAt, tenant } = this.#world;
    const does = { is: 'enroll-elsewhere', factor, active } as const;
    const id = `elsewhere-${this.#plan.intentions.length + 1}`;
    this.#plan.intentions.push({ id, at: now - startedAt, who: 'other enrollment', does });
    tenant.enrollElsewhere(factor, active, phoneNumber || undefined);
  }

  /** Calls that were made, each repeat counted. */
  requests(call: ActivityName): number {
    return this.#attempts(call).length;
  }

  /** Calls that Auth0 has dealt with: codes judged, logins exchanged, authenticators made. */
  took(call: ActivityName): number {
    return this.#attempts(call).filter(({ askedAt }) => askedAt !== undefined).length;
  }

  /** Logins whose code is spent. */
  get exchanged(): number {
    const { entries } = this.#world.tenant.journal;
    return entries.filter(({ effect }) => effect === 'code-exchanged').length;
  }

  /** What it made of the codes that reached it, in order. */
  get verdicts(): readonly string[] {
    return this.#world.tenant.journal.entries
      .map(({ effect }) => effect)
      .filter((effect) => effect === 'code-judged-wrong' || effect === 'authenticator-confirmed');
  }

  /** The user's authenticators. */
  get held(): readonly { kind: string; active: boolean }[] {
    return this.#world.tenant.entries.map(({ kind, active }) => ({ kind, active }));
  }

  /** Texts to this number, or all; those of a login's challenge bring no code of ours. */
  texts(to?: string): readonly { readonly code: string; readonly to: string }[] {
    const { texts } = this.#world.tenant.journal;
    return to === undefined ? texts : texts.filter((text) => text.to === to);
  }

  #attempts(call: ActivityName) {
    return this.#world.story.callsOf(call).flatMap(({ attempts }) => attempts);
  }

  #next(call: ActivityName, fate: Fate, times: number): void {
    const { fates } = this.#plan;
    const planned = fates.filter((one) => one.call === call).map(({ nth }) => nth);
    const last = Math.max(this.requests(call), ...planned);
    for (let nth = last + 1; nth <= last + times; nth += 1) {
      fates.push({ id: `${call}-${nth}`, call, nth, fate });
    }
  }

  #breaks(as: Outage['as'], until: number): void {
    const { outages } = this.#plan;
    const from = this.#world.now - this.#world.startedAt;
    outages.push({ id: `outage-${outages.length + 1}`, from, until, as });
  }
}
