/** What is still to happen, by its time; of the same time what was noted first. */
export interface Entry {
  readonly at: number;
  readonly happen: () => void;
}

export class Agenda {
  readonly #entries: Entry[] = [];

  note(at: number, happen: Entry['happen']): void {
    let index = this.#entries.length;
    while (index > 0 && (this.#entries[index - 1]?.at ?? 0) > at) index -= 1;
    this.#entries.splice(index, 0, { at, happen });
  }

  get nextAt(): number {
    return this.#entries[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** The first that is due, taken off. */
  take(now: number): Entry | undefined {
    return this.nextAt <= now ? this.#entries.shift() : undefined;
  }
}
