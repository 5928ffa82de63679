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

export class Inbox {
  #messages: Message[] = [];
  #sent = 0;
  #waiting: (() => void)[] = [];

  deliver(message: Omit<Message, 'id'>): Message {
    this.#sent += 1;
    const delivered = { id: String(this.#sent), ...message };
    this.#messages = [...this.#messages, delivered].slice(-MESSAGES_MAX);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
    return delivered;
  }

  /** Oldest first. */
  messages(to?: string): readonly Message[] {
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
