/** The tenant's time: every life, window and bucket runs on it, so that a test can move it. */
/** ECMA-262, "Time Values and Time Range". */
const TIME_MAX = 8.64e15;

export class Clock {
  readonly #now: () => number;
  readonly #watching: (() => void)[] = [];
  #offsetMs: number;

  /** @param offsetMs - how far it had been moved when it was last heard of */
  constructor(now: () => number = Date.now, offsetMs = 0) {
    this.#now = now;
    this.#offsetMs = offsetMs;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Calls back whenever it is moved, for who waits by the machine's time. */
  watch(moved: () => void): void {
    this.#watching.push(moved);
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
    if (this.now() + ms > TIME_MAX) throw new RangeError('advance: there is no such date');
    this.#offsetMs += ms;
    for (const moved of this.#watching) moved();
  }
}
