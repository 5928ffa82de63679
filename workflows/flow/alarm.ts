/** A timer that can be looked at between calls, moved and taken back. */
import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

export class Alarm {
  readonly #summary: string;
  #scope: CancellationScope | undefined;
  #due = false;

  /** @param summary - what the timer is for, shown in the Temporal UI */
  constructor(summary: string) {
    this.#summary = summary;
  }

  get due(): boolean {
    return this.#due;
  }

  /** @param at - epoch ms; an earlier setting is taken back */
  set(at: number): void {
    this.clear();
    const scope = new CancellationScope();
    this.#scope = scope;
    scope
      .run(() => sleep(Math.max(1, at - Date.now()), { summary: this.#summary }))
      .then(
        () => {
          if (this.#scope === scope) this.#due = true;
        },
        (error: unknown) => {
          if (!isCancellation(error)) throw error;
        },
      );
  }

  /** Takes its timer back, too. */
  clear(): void {
    this.#scope?.cancel();
    this.disarm();
  }

  /** Is not due any more, whatever its timer does. */
  disarm(): void {
    this.#due = false;
    this.#scope = undefined;
  }
}
