import type { WriteStream } from 'node:tty';

type Output = Pick<WriteStream, 'write'> & { readonly isTTY?: boolean };

const ERASE_LINE = '\r\u001B[2K';

/** Tells what happens, a line a step with how long it took; on a terminal also what is under way. */
export class Narrator {
  readonly #output: Output;

  constructor(output: Output = process.stdout) {
    this.#output = output;
  }

  /**
   * @param what - shown while it is done
   * @param told - what has happened, from what came of it; default `what`
   */
  async step<T>(
    what: string,
    work: () => Promise<T>,
    told: (result: T) => string = () => what,
  ): Promise<T> {
    const began = performance.now();
    this.#underWay(what);
    const result = await work();
    const seconds = ((performance.now() - began) / 1000).toFixed(2).padStart(6);
    this.line(`${seconds} s  ${told(result)}`);
    return result;
  }

  /** Something takes a while: on a terminal it makes way for the next line. */
  readonly progress = (what: string): void => {
    if (this.#output.isTTY === true) this.#underWay(what);
    else this.line(`          ${what}`);
  };

  line(text = ''): void {
    this.#output.write(`${this.#output.isTTY === true ? ERASE_LINE : ''}${text}\n`);
  }

  #underWay(what: string): void {
    if (this.#output.isTTY === true) this.#output.write(`${ERASE_LINE}       …  ${what}`);
  }
}
