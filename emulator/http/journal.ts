/** Every request that the tenant got and what came of it; no password, token, code or secret. */

export type Effect =
  | 'none'
  | 'logged-in'
  | 'code-exchanged'
  | 'tokens-issued'
  | 'mfa-required'
  | 'sms-sent'
  /** By a call or an e-mail. */
  | 'code-sent'
  | 'push-sent'
  | 'authenticator-created'
  | 'authenticator-confirmed'
  | 'authenticator-deleted'
  | 'code-judged-wrong';

export interface JournalEntry {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** Method and route, `POST /mfa/associate`. */
  readonly endpoint: string;
  /** `undefined` where the connection was dropped. */
  readonly status?: number;
  readonly userId?: string;
  readonly grantType?: string;
  readonly effect: Effect;
  /** Field names and harmless values of the request. */
  readonly request: Readonly<Record<string, string>>;
}

type JournalFilter = Partial<Pick<JournalEntry, 'userId' | 'grantType' | 'status' | 'effect'>>;

const ENTRIES_MAX = 50_000;

export class Journal {
  #entries: JournalEntry[] = [];
  #written = 0;
  #waiting: (() => void)[] = [];

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  write(entry: Omit<JournalEntry, 'id'>): void {
    this.#written += 1;
    this.#entries.push({ id: String(this.#written), ...entry });
    if (this.#entries.length > ENTRIES_MAX) this.#entries.shift();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  count(endpoint: string, filter: JournalFilter = {}): number {
    return this.#entries.filter((entry) => entry.endpoint === endpoint && fits(entry, filter))
      .length;
  }

  /** The first entry that fits; waits for it where it is not there yet. */
  async waitFor(predicate: (entry: JournalEntry) => boolean): Promise<JournalEntry> {
    for (;;) {
      const found = this.#entries.find(predicate);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

function fits(entry: JournalEntry, filter: JournalFilter): boolean {
  return (
    (filter.userId === undefined || entry.userId === filter.userId) &&
    (filter.grantType === undefined || entry.grantType === filter.grantType) &&
    (filter.status === undefined || entry.status === filter.status) &&
    (filter.effect === undefined || entry.effect === filter.effect)
  );
}
