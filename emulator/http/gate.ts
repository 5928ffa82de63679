/** One request that stands still, before or after its effect, until it is let go. */
export type GateVerdict = 'goes-on' | 'dropped';

/** No request stands longer; then it is dropped. */
const HOLD_MS_MAX = 60_000;

export class Gate {
  /** The request stands here; rejects where the faults are cleared, or the emulator closed, before. */
  readonly reached: Promise<void>;
  readonly #opened: Promise<GateVerdict>;
  #arrive: () => void = () => undefined;
  #miss: (error: Error) => void = () => undefined;
  #open: (verdict: GateVerdict) => void = () => undefined;

  constructor() {
    this.reached = new Promise((resolve, reject) => {
      this.#arrive = resolve;
      this.#miss = reject;
    });
    // Nobody need wait for it.
    this.reached.catch(() => undefined);
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  /** The request goes on, and the reply is what it would have been. */
  release(): void {
    this.#open('goes-on');
  }

  /** The connection is cut: there is no reply, and where it stood before its effect, no effect. */
  drop(): void {
    this.#open('dropped');
  }

  /** It holds nobody any more, and nobody is to wait for a request. */
  close(): void {
    this.#miss(new Error('The gate was taken away before a request stood at it.'));
    this.release();
  }

  /** What the server does with the request that has come. */
  async stand(): Promise<GateVerdict> {
    this.#arrive();
    const timer = setTimeout(() => {
      this.drop();
    }, HOLD_MS_MAX).unref();
    try {
      return await this.#opened;
    } finally {
      clearTimeout(timer);
    }
  }
}
