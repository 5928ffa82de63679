/** A token bucket (auth0-docs "Rate Limit Configurations"): full at first, refilled over time. */
interface BucketState {
  readonly level: number;
  /** Epoch ms; when this was so. */
  readonly at?: number;
}

export class Bucket {
  readonly #size: number;
  readonly #refillMs: number;
  #level: number;
  #at: number | undefined;

  /** @param refillMs - how long it takes until one more is there */
  constructor(size: number, refillMs: number) {
    this.#size = size;
    this.#refillMs = refillMs;
    this.#level = size;
  }

  left(now: number): number {
    if (this.#at !== undefined) {
      const refilled = Math.max(0, now - this.#at) / this.#refillMs;
      this.#level = Math.min(this.#size, this.#level + refilled);
    }
    this.#at = now;
    return Math.floor(this.#level);
  }

  /** Takes one, or says that there is none. */
  take(now: number): boolean {
    if (this.left(now) < 1) return false;
    this.#level -= 1;
    return true;
  }

  toJSON(): BucketState {
    return { level: this.#level, ...(this.#at !== undefined && { at: this.#at }) };
  }

  restore({ level, at }: BucketState): void {
    this.#level = Math.min(this.#size, level);
    this.#at = at;
  }

  /** Epoch ms at which the next one is there. */
  nextAt(now: number): number {
    if (this.left(now) >= 1) return now;
    return now + Math.ceil((1 - this.#level) * this.#refillMs);
  }
}
