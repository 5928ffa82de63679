/** Follows the history of one run as it grows, with the server's long poll. */
import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { persistently } from './persistence.ts';

export type HistoryEvent = NonNullable<
  Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']
>[number];

const CLOSINGS = [
  'workflowExecutionCompletedEventAttributes',
  'workflowExecutionFailedEventAttributes',
  'workflowExecutionCanceledEventAttributes',
  'workflowExecutionTerminatedEventAttributes',
  'workflowExecutionTimedOutEventAttributes',
] as const;

/** Between two polls that failed: the server may be down, for a second or two. */
const RETRY_MS = 100;
const FAILURES_MAX = 600;

export class HistoryFollower {
  readonly #handle: WorkflowHandle;
  readonly #events: HistoryEvent[] = [];
  readonly #watches: { readonly event: number; readonly then: () => void }[] = [];
  /** Of the poll that runs. */
  #poll = new AbortController();
  #stopped = false;
  #waiting: (() => void)[] = [];
  #following: Promise<void> | undefined;

  constructor(handle: WorkflowHandle) {
    this.#handle = handle;
  }

  /** How many events the history has, as far as is known. */
  get length(): number {
    return this.#events.length;
  }

  get closed(): boolean {
    const last = this.#events.at(-1);
    return (
      last !== undefined && CLOSINGS.some((closing) => (last[closing] ?? undefined) !== undefined)
    );
  }

  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  /** `then` is called as soon as the history has so many events; never, where it ends before. */
  at(event: number, then: () => void): void {
    this.#watches.push({ event, then });
  }

  /** The history as it is now. */
  async fetch(): Promise<readonly HistoryEvent[]> {
    const { events } = await persistently(this.#handle, () => this.#handle.fetchHistory());
    return events ?? [];
  }

  follow(): void {
    this.#following ??= this.#follow();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#poll.abort();
    await this.#following;
  }

  /** Resolves when there are more events than `seen`, or after `patienceMs`. */
  async more(seen: number, patienceMs: number): Promise<void> {
    if (this.length > seen || this.closed) return;
    const timer = new AbortController();
    const arrival = new Promise<void>((resolve) => this.#waiting.push(resolve));
    const patience = delay(patienceMs, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([arrival, patience]);
    timer.abort();
  }

  async #follow(): Promise<void> {
    let nextPageToken: Uint8Array | undefined;
    for (let failures = 0; !this.closed && !this.#stopped && failures < FAILURES_MAX;) {
      try {
        const page = await this.#page(nextPageToken);
        this.#add(page.history?.events ?? []);
        nextPageToken = page.nextPageToken.length > 0 ? page.nextPageToken : undefined;
        failures = 0;
      } catch {
        nextPageToken = undefined;
        failures += 1;
        await delay(RETRY_MS);
      }
    }
  }

  #page(nextPageToken: Uint8Array | undefined) {
    const { connection, options } = this.#handle.client;
    this.#poll = new AbortController();
    return connection.withAbortSignal(this.#poll.signal, () =>
      connection.workflowService.getWorkflowExecutionHistory({
        namespace: options.namespace,
        execution: { workflowId: this.#handle.workflowId },
        waitNewEvent: true,
        ...(nextPageToken !== undefined && { nextPageToken }),
      }),
    );
  }

  #add(page: readonly HistoryEvent[]): void {
    for (const event of page) {
      // A poll that begins anew, after the server was down, brings what is known already.
      if (Number(event.eventId) <= this.#events.length) continue;
      this.#events.push(event);
    }
    for (const watch of this.#watches.splice(0)) {
      if (watch.event <= this.#events.length) watch.then();
      else this.#watches.push(watch);
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
