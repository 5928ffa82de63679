/**
 * One run of `enrollMfa` on virtual time. It takes jobs as a worker's core hands them to the sandbox
 * and keeps what the answers ask for: timers, activities, updates, what is shown, the end. It decides
 * nothing: when something happens, and what Auth0 says, is its caller's.
 */
import proto from '@temporalio/proto';
import { type Closing, closingOf } from './closing.ts';
import type { Command, Instance, Job, Sandbox } from './sandbox.ts';
import { type FailureOfActivity, localEnded, type RunIds } from './jobs.ts';
import { type ScheduledActivity, scheduledActivity } from './scheduled-activity.ts';
import { bytesOf, isRecorded, type Recorded, sizeOf } from './recorded.ts';
import { msOf, payloadOf, textOf, timestampOf, valueOf } from './wire-values.ts';

export interface SentUpdate {
  readonly id: string;
  readonly name: string;
  readonly at: number;
  /** `sent`: the task that takes it has not answered yet. */
  state: 'sent' | 'accepted' | 'rejected' | 'completed';
  /** Of a completed one. */
  answer?: unknown;
  /** Type of the failure of a rejected or failed one. */
  failure?: string;
  /** What it says. */
  told?: string;
  answeredAt?: number;
}

interface Task {
  readonly at: number;
  readonly jobs: readonly Job[];
  readonly history: Recorded;
  /** Of the SDK, as the history has them with this task's completion. */
  readonly flags: readonly number[];
  /** What the live instance answered, as bytes in hex: a replay must answer the same. */
  readonly commands: readonly string[];
}

/** As core orders the jobs of one activation, whatever the order of the events was. */
const JOB_ORDER: readonly (readonly (keyof Job)[])[] = [
  ['initializeWorkflow'],
  ['signalWorkflow', 'doUpdate', 'cancelWorkflow'],
  ['fireTimer', 'resolveActivity'],
];
/** A task scheduled and started, in events: what it is told of the history ends with them. */
const EVENTS_TO_BEGIN = 2;

const { workflow_activation: activation } = proto.coresdk;

export class SimulatedRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly startedAt: number;
  /** What a local activity is told, which core runs within the task: a failure, or nothing where it succeeds. */
  local: () => FailureOfActivity | undefined = () => undefined;
  readonly timers = new Map<number, { readonly at: number }>();
  readonly activities = new Map<number, ScheduledActivity>();
  /** Of activities whose cancellation the run has asked for. */
  readonly cancelRequested = new Set<number>();
  readonly updates = new Map<string, SentUpdate>();
  /** Search attributes as the last upsert left them. */
  readonly attributes: Record<string, unknown> = {};
  /** As clients read it from the description. */
  readonly memo: Record<string, unknown> = {};
  readonly failedTasks: string[] = [];
  closing: Closing | undefined;
  events = 2;
  /** Of what came and of the commands, as they travel. */
  bytes = 0;
  /** Of the largest command, in bytes. */
  largestCommand = 0;
  readonly #sandbox: Sandbox;
  readonly #instance: Instance;
  readonly #tasks: Task[] = [];
  readonly #flags = new Set<number>();

  private constructor(sandbox: Sandbox, instance: Instance, ids: RunIds) {
    this.#sandbox = sandbox;
    this.#instance = instance;
    this.workflowId = ids.workflowId;
    this.runId = ids.runId;
    this.startedAt = ids.startedAt;
  }

  static async open(sandbox: Sandbox, ids: RunIds): Promise<SimulatedRun> {
    return new SimulatedRun(sandbox, await sandbox.newInstance(ids), ids);
  }

  /** One workflow task at `now`, with everything that has happened since the last one. */
  async task(now: number, jobs: readonly Job[]): Promise<void> {
    const ordered = JOB_ORDER.flatMap((kinds) =>
      jobs.filter((job) => kinds.some((kind) => job[kind] !== undefined)),
    );
    for (const job of ordered) this.#noteJob(now, job);
    this.events += jobs.length + EVENTS_TO_BEGIN;
    for (const job of jobs) this.bytes += sizeOf(job);
    await this.#play(now, ordered);
    this.events += 1;
  }

  /** Core runs what is local at once, and hands its result to the same task. */
  async #play(now: number, ordered: readonly Job[]): Promise<void> {
    const history = { events: this.events, bytes: this.bytes };
    const flags = [...this.#flags];
    const answer = await this.#activate(this.#instance, {
      ...{ now, jobs: ordered, history, flags, replaying: false },
    });
    if (typeof answer === 'string') {
      this.failedTasks.push(answer);
      return;
    }
    for (const flag of answer.flags) this.#flags.add(flag);
    for (const command of answer.commands) this.#apply(now, command);
    const recorded = answer.commands.filter(isRecorded).map(bytesOf);
    for (const { length } of recorded) {
      this.largestCommand = Math.max(this.largestCommand, length / 2);
      this.bytes += length / 2;
    }
    this.#tasks.push({
      ...{ at: now, jobs: ordered, history, flags: [...this.#flags] },
      commands: recorded,
    });
    const local = answer.commands.flatMap(({ scheduleLocalActivity }) =>
      scheduleLocalActivity ? [scheduleLocalActivity.seq ?? 0] : [],
    );
    if (local.length === 0) return;
    const failure = this.local();
    await this.#play(
      now,
      local.map((seq) => localEnded(seq, failure)),
    );
  }

  /** Asks without leaving a trace. @returns what the query answers */
  async query(now: number, name: string, ...args: readonly unknown[]): Promise<unknown> {
    const queryWorkflow = {
      queryId: 'q',
      queryType: name,
      arguments: args.map(payloadOf),
      headers: {},
    };
    const answer = await this.#activate(this.#instance, {
      ...{ now, jobs: [{ queryWorkflow }], history: { events: this.events, bytes: this.bytes } },
      ...{ flags: [...this.#flags], replaying: false },
    });
    if (typeof answer === 'string') throw new Error(`query ${name}: ${answer}`);
    const { failed, succeeded } = answer.commands[0]?.respondToQuery ?? {};
    if (failed) throw new Error(`The query ${name} failed.`);
    return succeeded?.response ? valueOf(succeeded.response) : undefined;
  }

  /** What the Temporal UI shows of it. */
  async details(now: number): Promise<string> {
    const metadata = await this.query(now, '__temporal_workflow_metadata');
    return (metadata as { currentDetails?: string }).currentDetails ?? '';
  }

  /**
   * Plays everything again on a fresh instance, as a worker does that has not cached the run.
   *
   * @returns where the commands differ, or `undefined`
   */
  async replay(): Promise<string | undefined> {
    const instance = await this.#sandbox.newInstance({
      ...{ workflowId: this.workflowId, runId: this.runId, startedAt: this.startedAt },
    });
    try {
      for (const [index, task] of this.#tasks.entries()) {
        const { at, jobs: lived, history, flags, commands: live } = task;
        const jobs = lived.flatMap((job) => this.#asRecorded(job));
        if (jobs.length === 0) continue;
        const options = { now: at, jobs, history, flags, replaying: true };
        const answer = await this.#activate(instance, options);
        if (typeof answer === 'string') return `task ${index + 1}: ${answer}`;
        const replayed = answer.commands.filter(isRecorded).map(bytesOf);
        if (live.join() !== replayed.join()) {
          return `task ${index + 1}: ${live.length} commands, replayed ${replayed.length}`;
        }
      }
      return undefined;
    } finally {
      await instance.dispose();
    }
  }

  dispose(): Promise<void> {
    return this.#instance.dispose();
  }

  /** A rejected update leaves no event; an accepted one is not validated again. */
  #asRecorded(job: Job): readonly Job[] {
    const { doUpdate } = job;
    if (doUpdate === undefined || doUpdate === null) return [job];
    const rejected = this.updates.get(doUpdate.id ?? '')?.state === 'rejected';
    return rejected ? [] : [{ doUpdate: { ...doUpdate, runValidator: false } }];
  }

  async #activate(
    instance: Instance,
    { now, jobs, history, flags, replaying }: ActivateOptions,
  ): Promise<{ commands: readonly Command[]; flags: readonly number[] } | string> {
    const completion = await instance.activate(
      activation.WorkflowActivation.fromObject({
        runId: this.runId,
        timestamp: timestampOf(now),
        isReplaying: replaying,
        historyLength: history.events,
        historySizeBytes: history.bytes,
        continueAsNewSuggested: false,
        availableInternalFlags: flags,
        jobs,
      }),
    );
    const { failed, successful } = completion;
    if (failed !== undefined && failed !== null) {
      return textOf(failed.failure ?? {});
    }
    return { commands: successful?.commands ?? [], flags: successful?.usedInternalFlags ?? [] };
  }

  #noteJob(now: number, job: Job): void {
    if (job.fireTimer) this.timers.delete(job.fireTimer.seq ?? 0);
    if (job.resolveActivity) this.activities.delete(job.resolveActivity.seq ?? 0);
    if (job.doUpdate) {
      const { id = '', name = '' } = job.doUpdate;
      this.updates.set(id ?? '', { id: id ?? '', name: name ?? '', at: now, state: 'sent' });
    }
  }

  #apply(now: number, command: Command): void {
    if (command.updateResponse) return this.#applyUpdate(now, command.updateResponse);
    this.events += 1;
    const { startTimer, cancelTimer, scheduleActivity, requestCancelActivity } = command;
    const { upsertWorkflowSearchAttributes, modifyWorkflowProperties } = command;
    if (startTimer) {
      this.timers.set(startTimer.seq ?? 0, { at: now + msOf(startTimer.startToFireTimeout) });
    } else if (cancelTimer) {
      this.timers.delete(cancelTimer.seq ?? 0);
    } else if (scheduleActivity) {
      const activity = scheduledActivity(now, scheduleActivity);
      this.activities.set(activity.seq, activity);
    } else if (requestCancelActivity) {
      this.cancelRequested.add(requestCancelActivity.seq ?? 0);
    } else if (upsertWorkflowSearchAttributes) {
      const { indexedFields } = upsertWorkflowSearchAttributes.searchAttributes ?? {};
      for (const [name, payload] of Object.entries(indexedFields ?? {})) {
        this.attributes[name] = valueOf(payload);
      }
    } else if (modifyWorkflowProperties) {
      for (const [name, payload] of Object.entries(
        modifyWorkflowProperties.upsertedMemo?.fields ?? {},
      )) {
        const value = valueOf(payload);
        if (value === null || value === undefined) Reflect.deleteProperty(this.memo, name);
        else this.memo[name] = value;
      }
    } else {
      this.closing = closingOf(now, command) ?? this.closing;
    }
  }

  #applyUpdate(now: number, response: UpdateResponse): void {
    const update = this.updates.get(response.protocolInstanceId ?? '');
    if (update === undefined) throw new Error('an answer to an update that was not sent');
    const { accepted, rejected, completed } = response;
    if (accepted) update.state = 'accepted';
    if (accepted || completed) this.events += 1;
    if (rejected) {
      update.failure = rejected.applicationFailureInfo?.type ?? 'unknown';
      update.told = textOf(rejected);
      update.state = update.state === 'accepted' ? 'completed' : 'rejected';
      update.answeredAt = now;
    }
    if (completed) {
      if (update.state === 'completed') throw new Error(`${update.id} was answered twice`);
      update.state = 'completed';
      update.answer = valueOf(completed);
      update.answeredAt = now;
    }
  }
}

type UpdateResponse = NonNullable<Command['updateResponse']>;

interface ActivateOptions {
  readonly now: number;
  readonly jobs: readonly Job[];
  readonly history: Recorded;
  readonly flags: readonly number[];
  readonly replaying: boolean;
}
