/** Texts, calls, e-mails and push notifications that the tenant has sent. */
export interface Message {
  readonly id: string;
  readonly channel: 'sms' | 'voice' | 'email' | 'push';
  /** A number (E.164), an address, or the authenticator's id where an app is asked. */
  readonly to: string;
  readonly text: string;
  /** The six digits in it; empty where an app is asked. */
  readonly code: string;
  /** What `PushRequests` knows it by. */
  readonly pushId?: string;
  /** Epoch ms. */
  readonly at: number;
  readonly userId: string;
}

/** Older texts are dropped. */
const MESSAGES_MAX = 10_000;

/** What becomes of messages that are still to be sent, in order; more plans than this are refused. */
const FATES_MAX = 1_000;

/** Timers may fire a little before the clock says so. */
const TIMER_SLACK_MS = 20;

/** The next message never arrives, or so much later by the tenant's clock. */
export type Fate = 'lost' | { readonly lateByMs: number };

interface Late {
  readonly message: Omit<Message, 'id'>;
  /** Epoch ms. */
  readonly dueAt: number;
}

export class Inbox {
  readonly #now: () => number;
  #messages: Message[] = [];
  #late: Late[] = [];
  #fates: Fate[] = [];
  #sent = 0;
  #waiting: (() => void)[] = [];

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The tenant has sent it; whether it arrives is another matter. */
  deliver(message: Omit<Message, 'id'>): void {
    const fate = this.#fates.shift();
    if (fate === 'lost') return;
    if (fate === undefined) return this.#arrive([message]);
    this.#late = [...this.#late, { message, dueAt: this.#now() + fate.lateByMs }].slice(
      -MESSAGES_MAX,
    );
    setTimeout(() => {
      this.arriveLate();
    }, fate.lateByMs + TIMER_SLACK_MS).unref();
  }

  /** Decides on the next message that nothing was decided on yet. */
  plan(fate: Fate): void {
    if (this.#fates.length >= FATES_MAX) throw new RangeError(`At most ${FATES_MAX} plans.`);
    this.#fates.push(fate);
  }

  /** For the messages that come next, in order. */
  get plans(): readonly Fate[] {
    return this.#fates;
  }

  /** Messages that are on their way. */
  get late(): number {
    return this.#late.length;
  }

  /** Lets arrive what is due; who moves the tenant's clock must say so. */
  arriveLate(): void {
    const now = this.#now();
    const due = this.#late.filter(({ dueAt }) => dueAt <= now);
    if (due.length === 0) return;
    this.#late = this.#late.filter(({ dueAt }) => dueAt > now);
    due.sort((a, b) => a.dueAt - b.dueAt);
    this.#arrive(due.map(({ message }) => message));
  }

  #arrive(messages: readonly Omit<Message, 'id'>[]): void {
    const numbered = messages.map((message) => {
      this.#sent += 1;
      return { id: String(this.#sent), ...message };
    });
    this.#messages = [...this.#messages, ...numbered].slice(-MESSAGES_MAX);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Oldest first. */
  messages(to?: string): readonly Message[] {
    this.arriveLate();
    return to === undefined ? this.#messages : this.#messages.filter((text) => text.to === to);
  }

  /** Texts newer than the one with the id `after`. */
  newer(to: string | undefined, after: string | undefined): readonly Message[] {
    const seen = Number(after ?? 0);
    return this.messages(to).filter(({ id }) => Number(id) > seen);
  }

  /** The first text to `to` after `after`; waits for it where it is not there yet. */
  async next(to?: string, options: { readonly after?: string } = {}): Promise<Message> {
    for (;;) {
      const [first] = this.newer(to, options.after);
      if (first !== undefined) return first;
      await this.#arrival();
    }
  }

  /** As `next`, but gives up after `waitMs` and says what there is. */
  async wait(to: string | undefined, after: string | undefined, waitMs: number) {
    const until = Date.now() + waitMs;
    for (;;) {
      const texts = this.newer(to, after);
      const left = until - Date.now();
      if (texts.length > 0 || left <= 0) return texts;
      await Promise.race([this.#arrival(), timer(left)]);
    }
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

function timer(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
