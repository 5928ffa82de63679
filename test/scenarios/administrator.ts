/** Whoever runs the service: what they ask for, and what they are shown. */
import type { Stage } from './stage.ts';

export class Administrator {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  cancel(by = 'admin', reason = 'left the company'): Promise<void> {
    return this.#stage.signal('administrator', 'cancel', { by, reason });
  }

  cancelThroughTemporal(): Promise<void> {
    return this.#stage.taken({ by: 'administrator', way: 'temporal', name: 'cancel' });
  }

  /** @param deadlineMs - from the start */
  extend(deadlineMs: number, by = 'admin', reason = 'was ill'): Promise<void> {
    return this.#stage.signal('administrator', 'extendDeadline', { deadlineMs, by, reason });
  }

  /** Search attributes as they were written last. */
  get attributes(): Readonly<Record<string, unknown>> {
    return this.#stage.world.run.attributes;
  }

  /** What the Temporal UI shows. */
  details(): Promise<string> {
    return this.#stage.world.run.details(this.#stage.world.now);
  }
}
