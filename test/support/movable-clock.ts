/** The wall clock, moved ahead by as much as the test says. */
export class MovableClock {
  #aheadMs = 0;
  #frozenAt: number | undefined;

  /** Epoch ms. Bound: it is handed around as a function. */
  readonly now = (): number => (this.#frozenAt ?? Date.now()) + this.#aheadMs;

  /** Time passes by `advance` alone: for what is compared in whole seconds. */
  freeze(): void {
    this.#frozenAt = Date.now();
  }

  advance(ms: number): void {
    this.#aheadMs += ms;
  }

  /** Back to the wall clock: only where a user comes in who has not seen it run ahead. */
  reset(): void {
    this.#aheadMs = 0;
  }
}
