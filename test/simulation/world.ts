/**
 * One enrollment from its start to its end on virtual time: the run, its tenant, who acts, and a queue of
 * what is still to happen. A workflow task takes everything that has arrived when a worker takes it.
 */
import { applicationFailure } from '../../activities/failures.ts';
import { MEMO, type Progress, type SetUp } from '../../workflows/contract/enroll-mfa.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { Agenda } from './agenda.ts';
import { Calls } from './calls.ts';
import { Follower } from './follower.ts';
import { cancelled, fired, signalled, started, updated } from './jobs.ts';
import { Person } from './person.ts';
import { NUMBERS, REFUSED_NUMBER, WRONG_NUMBER } from './phones.ts';
import type { Intention, Plan } from './plan.ts';
import { diceFor } from './random.ts';
import type { Job, Sandbox } from './sandbox.ts';
import { SimulatedRun } from './simulated-run.ts';
import { type Call, type Delivery, type Step, Story } from './story.ts';
import type { Message, Surroundings } from './surroundings.ts';
import { Tenant } from './tenant.ts';

export const STARTED_AT = Date.UTC(2027, 0, 4, 8);
export const TENANT = 'tenant.example';
/** Until a worker takes a task. */
const PROMPT_MS = 10;
/** Before the first task nobody is told a phase. */
export const NOT_STARTED = 'not started';
export const USER = 'auth0|5f7c8ec7c33c6c004bbafe82';

/** As a worker of another tenant says it. */
const MISCONFIGURED = applicationFailure(
  { type: 'configuration-fault', endpoint: 'simulation', remedy: 'Mend the setting.' },
  STARTED_AT,
);

export class World implements Surroundings {
  readonly plan: Plan;
  readonly tenant: Tenant;
  readonly story = new Story();
  readonly startedAt = STARTED_AT;
  readonly run: SimulatedRun;
  now = STARTED_AT;
  /** What the Temporal UI shows when it has closed. */
  details = '';
  /** The device that the recovery code was sealed to, once it has closed. */
  recoveryCodeKid: string | undefined;
  readonly #agenda = new Agenda();
  readonly #calls: Calls;
  readonly #resolved: Call[] = [];
  readonly #firedTimers = new Set<number>();
  readonly #person: Person;
  /** What is done on an occasion that has not come yet. */
  #waiting: Intention[] = [];
  #jobs: Job[] = [];
  #arrived: Delivery[] = [];
  #taskAt = STARTED_AT;

  private constructor(plan: Plan, run: SimulatedRun) {
    this.plan = plan;
    this.run = run;
    run.local = () => (this.#isMisconfigured() ? MISCONFIGURED : undefined);
    this.tenant = new Tenant(USER, plan.setting);
    this.#person = new Person(this);
    this.#calls = new Calls({
      ...{ plan, agenda: this.#agenda, tenant: this.tenant, story: this.story },
      startedAt: STARTED_AT,
      happens: (job) => this.#happens(job),
    });
  }

  static async open(sandbox: Sandbox, plan: Plan): Promise<World> {
    const workflowId = enrollMfaWorkflowId(TENANT, USER);
    const ids = { workflowId, runId: `seed-${plan.seed}`, startedAt: STARTED_AT };
    const world = new World(plan, await SimulatedRun.open(sandbox, ids));
    world.#start(ids);
    return world;
  }

  /** Whoever is left to act, what is left to happen: epoch ms, infinite where nothing is. */
  get nextAt(): number {
    const timers = [...this.run.timers].filter(([seq]) => !this.#firedTimers.has(seq));
    return Math.min(this.#agenda.nextAt, this.#taskAt, ...timers.map(([, { at }]) => at));
  }

  /** Lets the next thing happen. @returns the step, where it was a workflow task */
  async next(): Promise<Step | undefined> {
    this.now = Math.max(this.now, this.nextAt);
    for (const [seq, { at }] of this.run.timers) {
      if (at > this.now || this.#firedTimers.has(seq)) continue;
      this.#firedTimers.add(seq);
      this.#happens(fired(seq));
    }
    for (let due = this.#agenda.take(this.now); due; due = this.#agenda.take(this.now)) {
      due.happen();
    }
    return this.#taskAt <= this.now ? this.#task() : undefined;
  }

  see(): Progress | undefined {
    return this.run.memo[MEMO.progress] as Progress | undefined;
  }

  seeSetUp(): SetUp | undefined {
    return this.run.memo[MEMO.setUp] as SetUp | undefined;
  }

  send(message: Message): Delivery {
    const { by, way, name, input, saw } = message;
    const delivery: Delivery = {
      ...{ id: `${name.slice(0, 40)}-${this.story.deliveries.length + 1}`, by, way, name, input },
      ...{ sentAt: this.now, phase: this.story.steps.at(-1)?.progress.phase ?? NOT_STARTED },
      inFlight: this.story.inFlight.map(({ activity }) => activity.name),
      ...(saw !== undefined && { saw }),
    };
    this.story.deliveries.push(delivery);
    this.#arrived.push(delivery);
    this.#happens(this.#jobOf(delivery));
    return delivery;
  }

  /** Once it has closed: what only a query can tell. */
  async lookBack(): Promise<void> {
    this.recoveryCodeKid = this.seeSetUp()?.recoveryCode?.kid;
    this.details = await this.run.details(this.now);
  }

  #jobOf({ id, way, name, input }: Delivery): Job {
    if (way === 'temporal') return cancelled();
    if (way === 'update') return updated(id, name, input);
    return input === undefined ? signalled(name) : signalled(name, input);
  }

  #start(ids: { workflowId: string; runId: string; startedAt: number }): void {
    const { setting, presences, intentions } = this.plan;
    const { factors, deadlineMs, loginAtStart } = setting;
    const phoneNumber = { own: NUMBERS[0], wrong: WRONG_NUMBER, refused: REFUSED_NUMBER }[
      setting.number
    ];
    const input = {
      ...{ tenant: TENANT, userId: USER, requestedBy: 'simulation', factors, deadlineMs },
      ...(factors.includes('sms') && { phoneNumber }),
    };
    this.#jobs.push(started(ids, input));
    this.#taskAt = this.#takenAt();
    const person = this.#person;
    if (loginAtStart) person.logIn('backend', loginAtStart.way, loginAtStart.on, {});
    for (const intention of intentions) {
      if (intention.after !== undefined) this.#waiting.push(intention);
      else this.#agenda.note(STARTED_AT + intention.at, () => person.does(intention));
    }
    for (const presence of presences) {
      const follower = new Follower(presence, person, this);
      const look = (): void => {
        const again = follower.look();
        if (again !== undefined) this.#agenda.note(again, look);
      };
      this.#agenda.note(STARTED_AT + presence.from, look);
    }
  }

  #isMisconfigured(): boolean {
    const at = this.now - STARTED_AT;
    return this.plan.outages.some(
      ({ as, from, until }) => as === 'misconfigured' && at >= from && at < until,
    );
  }

  #happens(job: Job): void {
    this.#jobs.push(job);
    if (!Number.isFinite(this.#taskAt)) this.#taskAt = this.#takenAt();
  }

  /** When a worker takes the next task. */
  #takenAt(): number {
    const dice = diceFor(this.plan.seed, 'task', this.story.steps.length);
    const soon = dice.percent(this.plan.setting.mood === 'burning' ? 60 : 90);
    const drawn = soon ? dice.from(3, 40) : dice.from(40, 3_000);
    const at = this.now + (this.plan.prompt === true ? PROMPT_MS : drawn);
    const away = this.plan.outages.find(
      ({ as, from, until }) =>
        as === 'no-worker' && at - STARTED_AT >= from && at - STARTED_AT < until,
    );
    return away === undefined ? at : STARTED_AT + away.until;
  }

  /** @returns nothing where it failed, as it would again and again */
  async #task(): Promise<Step | undefined> {
    const [jobs, deliveries] = [this.#jobs, this.#arrived];
    const resolved = this.story.calls.filter(
      (call) => call.resolution !== undefined && !this.#resolved.includes(call),
    );
    this.#resolved.push(...resolved);
    [this.#jobs, this.#arrived, this.#taskAt] = [[], [], Number.POSITIVE_INFINITY];
    const number = this.story.steps.length + 1;
    const timersFired = jobs.filter(({ fireTimer }) => fireTimer).length;
    await this.run.task(this.now, jobs);
    if (this.run.failedTasks.length > 0) return undefined;
    for (const delivery of deliveries) {
      const update = this.run.updates.get(delivery.id);
      Object.assign(delivery, { task: number, at: this.now, ...(update && { update }) });
    }
    const known = this.story.calls.map(({ activity }) => activity.seq);
    const scheduled = [...this.run.activities.values()]
      .filter(({ seq }) => !known.includes(seq))
      .map((activity) => this.#calls.begin(activity, number));
    for (const seq of this.run.cancelRequested) this.#calls.cancel(seq, this.now);
    const step: Step = {
      ...{ number, at: this.now, deliveries, scheduled, resolved, timersFired },
      attributes: { ...this.run.attributes },
      shown: this.see(),
      progress: (await this.run.query(this.now, 'progress')) as Progress,
      atRest: this.run.activities.size === 0 && this.#jobs.length === 0,
    };
    this.story.steps.push(step);
    this.#awaken(step);
    return step;
  }

  #awaken({ scheduled, progress }: Step): void {
    const comes = ({ after }: Intention): boolean => {
      if (after === undefined) return false;
      if ('phase' in after) return progress.phase === after.phase;
      const calls = this.story.callsOf(after.call);
      return calls.length === after.nth && scheduled.includes(calls[after.nth - 1] as Call);
    };
    for (const intention of this.#waiting.filter(comes)) {
      this.#agenda.note(this.now + intention.at, () => this.#person.does(intention));
    }
    this.#waiting = this.#waiting.filter((intention) => !comes(intention));
  }
}
