/** What many seeds have shown: kinds of findings, what was reached, how fast. */
import { Coverage } from './coverage.ts';
import type { Found, Report } from './lane.ts';

export class Tally {
  readonly coverage = new Coverage();
  readonly #kinds = new Map<string, { first: Found; seeds: Set<number> }>();
  readonly #startedAt = performance.now();
  readonly #cpu = new Map<number, number>();
  readonly #total: number;
  #played = 0;

  constructor(total: number) {
    this.#total = total;
  }

  /** @returns the kinds that come up for the first time */
  add(lane: number, { played, cpuMs, found, cells }: Report): readonly Found[] {
    const news = new Map<string, Found>();
    this.#played += played;
    this.#cpu.set(lane, cpuMs);
    this.coverage.add(cells);
    for (const one of found) {
      if (!this.#kinds.has(one.kind)) news.set(one.kind, one);
      const kind = this.#kinds.get(one.kind) ?? { first: one, seeds: new Set<number>() };
      if (one.seed < kind.first.seed) kind.first = one;
      kind.seeds.add(one.seed);
      this.#kinds.set(one.kind, kind);
    }
    return [...news.values()];
  }

  get progress(): string {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const rate = this.#played / seconds;
    const left = Math.round((this.#total - this.#played) / Math.max(rate, 0.001));
    const time = `${Math.floor(left / 60)} min ${left % 60} s left`;
    return `${this.#played} of ${this.#total} seeds, ${rate.toFixed(1)} a second, ${time}, ${this.#kinds.size} kinds`;
  }

  get kinds(): number {
    return this.#kinds.size;
  }

  get lines(): readonly string[] {
    const cpuS = [...this.#cpu.values()].reduce((sum, ms) => sum + ms, 0) / 1000;
    const kinds = [...this.#kinds].sort(([, one], [, other]) => other.seeds.size - one.seeds.size);
    return [
      `${this.#played} seeds, ${(this.#played / cpuS).toFixed(1)} a second and core`,
      ...kinds.map(
        ([kind, { first, seeds }]) =>
          `${String(seeds.size).padStart(6)}  ${kind} (first seed ${first.seed})`,
      ),
    ];
  }
}
