/** Of one message, each with its rule and way out; who mends so many hears of the others next time. */
const PROBLEMS_MAX = 8;
/** Of all together: they stand in `progress`, which has to stay small, and in messages of failures. */
const PROBLEMS_CHARACTERS_MAX = 1_000;

/** What is wrong with one message: bounded, whatever came in. */
export class Problems {
  readonly #named: string[] = [];
  #characters = 0;
  #others = 0;

  add(problem: string): void {
    const characters = this.#characters + problem.length;
    if (
      this.#others > 0 ||
      this.#named.length === PROBLEMS_MAX ||
      characters > PROBLEMS_CHARACTERS_MAX
    ) {
      this.#others += 1;
      return;
    }
    this.#named.push(problem);
    this.#characters = characters;
  }

  get none(): boolean {
    return this.#named.length === 0 && this.#others === 0;
  }

  get told(): readonly string[] {
    return this.#others === 0 ? this.#named : [...this.#named, `and ${this.#others} more`];
  }
}
