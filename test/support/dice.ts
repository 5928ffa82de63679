/** Chance from a seed: the same seed, the same throws. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export class Dice {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  /** Both ends included. */
  from(min: number, max: number): number {
    return uniformInt(this.#generator, min, max);
  }

  percent(chance: number): boolean {
    return this.from(1, 100) <= chance;
  }

  oneOf<T>(first: T, ...others: readonly T[]): T {
    return [first, ...others][this.from(0, others.length)] ?? first;
  }

  times<T>(min: number, max: number, draw: () => T): readonly T[] {
    return Array.from({ length: this.from(min, max) }, draw);
  }
}
