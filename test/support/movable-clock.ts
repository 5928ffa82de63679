/** The wall clock, moved ahead by as much as the test says. */
export class MovableClock {
  #aheadMs = 0;

  /** Epoch ms. Bound: it is handed around as a function. */
  readonly now = (): number => Date.now() + this.#aheadMs;

  advance(ms: number): void {
    this.#aheadMs += ms;
  }

  /** Back to the wall clock: only where a user comes in who has not seen it run ahead. */
  reset(): void {
    this.#aheadMs = 0;
  }
}
