/** The tenant's time: every life, window and bucket runs on it, so that a test can move it. */
export class Clock {
  readonly #now: () => number;
  #offsetMs = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Epoch ms. */
  now(): number {
    return this.#now() + this.#offsetMs;
  }

  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** Moves forward; Auth0's clock does not go back either. */
  advance(ms: number): void {
    if (!Number.isSafeInteger(ms) || ms < 0) {
      throw new RangeError('advance: ms must be a whole number, 0 or more');
    }
    this.#offsetMs += ms;
  }
}
