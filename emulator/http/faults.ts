/** What goes wrong on purpose, by rule. */
import { Gate, type GateVerdict } from './gate.ts';

export type FaultAction =
  | 'drop'
  | { readonly delayMs: number }
  | (Injected & { readonly body?: unknown })
  | (Injected & { readonly text: string });

/** A reply in place of the emulator's own: JSON, or a text as it stands, as of a proxy. */
interface Injected {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

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
  /** Called where it strikes, before the action: with `after`, once the effect is there. */
  readonly onStrike?: () => void;
}

/** Which request stands still, and whether its effect has happened when it does. */
export type HoldRule = Pick<FaultRule, 'endpoint' | 'nth' | 'when'>;

interface MetFault extends Pick<FaultRule, 'when' | 'onStrike'> {
  readonly action: FaultAction | Gate;
}

interface ActiveRule {
  readonly id: string;
  readonly rule: Omit<FaultRule, 'action'> & MetFault;
  seen: number;
}

const RULES_MAX = 1_000;

export class Faults {
  #rules: ActiveRule[] = [];
  #added = 0;

  add(rule: FaultRule): { readonly id: string; remove(): void } {
    const id = this.#add(rule);
    return {
      id,
      remove: () => {
        this.#rules = this.#rules.filter((active) => active.id !== id);
      },
    };
  }

  /**
   * Holds one request until `release()` or `drop()`, at most a minute; only where the emulator runs
   * in the same process, for who holds must be there to let go.
   */
  hold(rule: HoldRule): Gate {
    const gate = new Gate();
    this.#add({ ...rule, action: gate });
    return gate;
  }

  #add(rule: ActiveRule['rule']): string {
    if (this.#rules.length >= RULES_MAX) throw new RangeError(`At most ${RULES_MAX} faults.`);
    this.#added += 1;
    const id = String(this.#added);
    this.#rules.push({ id, rule, seen: 0 });
    return id;
  }

  /** Takes all back; who is held goes on. */
  clear(): void {
    for (const { rule } of this.#rules) if (rule.action instanceof Gate) rule.action.close();
    this.#rules = [];
  }

  list(): readonly object[] {
    return this.#rules.map(({ id, rule: { onStrike: _told, ...rule } }) => ({
      id,
      ...rule,
      ...(rule.action instanceof Gate && { action: 'hold' }),
    }));
  }

  /** The fault that this request meets; counts it for every rule of its endpoint. */
  meet(endpoint: string): MetFault | undefined {
    let met: MetFault | undefined;
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

/** Waits as the fault says, and tells what becomes of the request. */
export async function suffer({ action, onStrike }: MetFault): Promise<GateVerdict | Response> {
  onStrike?.();
  if (action === 'drop') return 'dropped';
  if (action instanceof Gate) return action.stand();
  if ('delayMs' in action) {
    // Nobody waits for an answer that outlives its tenant.
    await new Promise((resolve) => setTimeout(resolve, action.delayMs).unref());
    return 'goes-on';
  }
  const { status, headers = {} } = action;
  // The constructor of Response refuses a body, even an empty one, for these.
  if (status === 204 || status === 205 || status === 304) {
    return new Response(null, { status, headers });
  }
  if ('text' in action) return new Response(action.text, { status, headers });
  return Response.json(action.body ?? { error: 'injected_fault' }, { status, headers });
}
