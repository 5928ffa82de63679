export interface StackProcess {
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

type ProcessName = 'temporal' | 'emulator' | 'worker' | 'codec';

/**
 * What runs, what is being started and what is being ended: all of it is known from its first moment on,
 * so that a stop leaves nothing behind, whenever it comes.
 */
export class StackProcesses {
  readonly broken: Promise<string>;
  /** What `broken` has resolved with. */
  cause: string | undefined;
  readonly #running = new Map<ProcessName, StackProcess>();
  readonly #changing = new Set<Promise<unknown>>();
  readonly #stopping = new AbortController();
  #announce: (cause: string) => void = () => undefined;
  #stopped: Promise<void> | undefined;

  /** @param signal - stops everything */
  constructor(signal: AbortSignal) {
    this.broken = new Promise((resolve) => {
      this.#announce = resolve;
    });
    if (signal.aborted) void this.stop();
    else signal.addEventListener('abort', () => void this.stop(), { once: true });
  }

  /** @param begin - rejects once the signal is aborted, with its process ended */
  async start<T extends StackProcess>(
    name: ProcessName,
    begin: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const process = await this.#change(begin(this.#stopping.signal));
    this.#running.set(name, process);
    void process.ended.then((cause) => {
      if (this.#running.get(name) !== process) return;
      this.#running.delete(name);
      this.cause ??= cause;
      this.#announce(cause);
    });
    return process;
  }

  /** Ends one that nobody shall miss. */
  async end(name: ProcessName, kill: () => Promise<void>): Promise<void> {
    this.#running.delete(name);
    await this.#change(kill());
  }

  /** However often it is asked for, it is done once; nothing runs when it resolves. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  async #stopAll(): Promise<void> {
    this.#stopping.abort();
    while (this.#changing.size > 0) await Promise.allSettled(this.#changing);
    // The worker first, while what it calls is still there; Temporal last, to note the end of it.
    for (const name of ['worker', 'emulator', 'temporal', 'codec'] as const) {
      const process = this.#running.get(name);
      this.#running.delete(name);
      await process?.stop();
    }
  }

  async #change<T>(change: Promise<T>): Promise<T> {
    this.#changing.add(change);
    try {
      return await change;
    } finally {
      this.#changing.delete(change);
    }
  }
}
