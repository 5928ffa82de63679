/** What goes wrong on purpose, by rule. */
export type FaultAction =
  | 'drop'
  | { readonly delayMs: number }
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    };

export interface FaultRule {
  /** Method and route, `POST /mfa/associate`. */
  readonly endpoint: string;
  /** Begins with this matching request, counted from 1 since the rule was added. Default 1. */
  readonly nth?: number;
  /** For so many requests. Default 1. */
  readonly times?: number;
  /** `before`: the request has no effect. `after`: it has, but the reply is this. */
  readonly when: 'before' | 'after';
  readonly action: FaultAction;
}

interface ActiveRule {
  readonly id: string;
  readonly rule: FaultRule;
  seen: number;
}

const RULES_MAX = 1_000;

export class Faults {
  #rules: ActiveRule[] = [];
  #added = 0;

  add(rule: FaultRule): { readonly id: string; remove(): void } {
    if (this.#rules.length >= RULES_MAX) throw new RangeError(`At most ${RULES_MAX} faults.`);
    this.#added += 1;
    const id = String(this.#added);
    this.#rules.push({ id, rule, seen: 0 });
    return {
      id,
      remove: () => {
        this.#rules = this.#rules.filter((active) => active.id !== id);
      },
    };
  }

  clear(): void {
    this.#rules = [];
  }

  list(): readonly (FaultRule & { readonly id: string })[] {
    return this.#rules.map(({ id, rule }) => ({ id, ...rule }));
  }

  /** The fault that this request meets; counts it for every rule of its endpoint. */
  meet(endpoint: string): FaultRule | undefined {
    let met: FaultRule | undefined;
    for (const active of this.#rules) {
      if (active.rule.endpoint !== endpoint) continue;
      active.seen += 1;
      const first = active.rule.nth ?? 1;
      if (active.seen >= first && active.seen < first + (active.rule.times ?? 1)) {
        met ??= active.rule;
      }
    }
    return met;
  }
}
