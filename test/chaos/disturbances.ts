/** Makes happen what a plan says, and notes what it can have cut off. */
import type { Call, Disturbance } from './checker/evidence.ts';
import type { HistoryEvent, HistoryFollower } from './history-follower.ts';
import type { Lane } from './lane.ts';
import type { Kill, PlannedFault } from './plan.ts';

const CALLS_OF_ENDPOINT: Readonly<Record<string, readonly Call[]>> = {
  'POST /oauth/token': ['login', 'confirm'],
  'GET /mfa/authenticators': ['login', 'list'],
  'POST /mfa/associate': ['associate'],
  'DELETE /mfa/authenticators/{id}': ['delete'],
};

const CALL_OF_ACTIVITY: Readonly<Record<string, Call>> = {
  openSession: 'login',
  associate: 'associate',
  confirm: 'confirm',
  listAuthenticators: 'list',
  deleteAuthenticator: 'delete',
};

export class Disturbances {
  readonly noted: Disturbance[] = [];
  readonly #lane: Lane;
  readonly #follower: HistoryFollower;
  readonly #running: Promise<void>[] = [];
  readonly #faults: { remove(): void }[] = [];

  constructor(lane: Lane, follower: HistoryFollower) {
    this.#lane = lane;
    this.#follower = follower;
  }

  kill({ event, what }: Kill): void {
    this.#follower.at(event, () => {
      this.#begin(() => (what === 'worker' ? this.#killWorker() : this.#killServer()));
    });
  }

  fault({ killsWorker, ...rule }: PlannedFault): void {
    const calls = CALLS_OF_ENDPOINT[rule.endpoint] ?? [];
    const what = `${rule.when} the effect of ${rule.endpoint}`;
    const onStrike = (): void => {
      if (killsWorker === true) this.#begin(() => this.#killWorker(what, calls));
      else this.noted.push({ at: this.#now(), kind: 'fault', what, calls });
    };
    const added = this.#lane.world.emulator.faults.add({ ...rule, onStrike });
    this.#faults.push(added);
  }

  /** Nothing more goes wrong; what does at present is waited for. */
  async end(): Promise<void> {
    this.stop();
    await Promise.all(this.#running);
    await this.#lane.whole();
  }

  stop(): void {
    for (const fault of this.#faults) fault.remove();
  }

  #begin(run: () => Promise<void>): void {
    const running = run();
    // It is awaited at the end; until then a rejection must not look like nobody's.
    running.catch(() => undefined);
    this.#running.push(running);
  }

  async #killWorker(where = '', calls: readonly Call[] = []): Promise<void> {
    const at = this.#now();
    await this.#lane.killWorker();
    const cutOff = new Set([...calls, ...(await this.#inFlight())]);
    this.noted.push({ at, kind: 'kill', what: `worker ${where}`.trim(), calls: [...cutOff] });
  }

  async #killServer(): Promise<void> {
    const at = this.#now();
    // What ends while nobody can be told of it does not show afterwards.
    const before = callsInFlight(this.#follower.events);
    await this.#lane.killServer();
    await this.#lane.whole();
    const cutOff = new Set([...before, ...(await this.#inFlight())]);
    this.noted.push({ at, kind: 'kill', what: 'server', calls: [...cutOff] });
  }

  #now(): number {
    return this.#lane.world.clock.now();
  }

  async #inFlight(): Promise<readonly Call[]> {
    return callsInFlight(await this.#follower.fetch());
  }
}

/** Activities that were scheduled and have not closed. */
export function callsInFlight(events: readonly HistoryEvent[]): readonly Call[] {
  const open = new Map<string, Call>();
  for (const event of events) {
    const name = event.activityTaskScheduledEventAttributes?.activityType?.name ?? '';
    const call = CALL_OF_ACTIVITY[name];
    if (call !== undefined) open.set(String(event.eventId), call);
    const closed =
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      event.activityTaskCanceledEventAttributes;
    open.delete(String(closed?.scheduledEventId));
  }
  return [...open.values()];
}
