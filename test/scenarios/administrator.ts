/** Whoever runs the service: what they ask for, and what they are shown. */
import type { Scenario } from './scenario.ts';

export class Administrator {
  readonly #scenario: Scenario;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  cancel(by = 'admin', reason = 'left the company'): Promise<void> {
    return this.#scenario.signal('administrator', 'cancel', { by, reason });
  }

  cancelThroughTemporal(): Promise<void> {
    return this.#scenario.taken({ by: 'administrator', way: 'temporal', name: 'cancel' });
  }

  /** @param deadlineMs - from the start */
  extend(deadlineMs: number, by = 'admin', reason = 'was ill'): Promise<void> {
    return this.#scenario.signal('administrator', 'extendDeadline', { deadlineMs, by, reason });
  }

  /** Search attributes as they were written last. */
  get attributes(): Readonly<Record<string, unknown>> {
    return this.#scenario.world.run.attributes;
  }

  /** What the Temporal UI shows. */
  details(): Promise<string> {
    return this.#scenario.world.run.details(this.#scenario.world.now);
  }
}
