/** A quota that refills by one at a time (auth0-docs "Rate Limit Configurations"). */
export class Bucket {
  readonly #size: number;
  readonly #refillMs: number;
  #left: number;
  #since = 0;

  constructor(size: number, refillMs: number) {
    this.#size = size;
    this.#refillMs = refillMs;
    this.#left = size;
  }

  left(now: number): number {
    const refilled = Math.floor((now - this.#since) / this.#refillMs);
    if (refilled > 0) {
      this.#left = Math.min(this.#size, this.#left + refilled);
      this.#since += refilled * this.#refillMs;
    }
    return this.#left;
  }

  /** @returns whether there was one to take */
  take(now: number): boolean {
    if (this.left(now) === 0) return false;
    this.#left -= 1;
    return true;
  }
}
