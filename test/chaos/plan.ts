/** What goes wrong in one enrollment: pure data, so that it can be printed and played again. */
import type { FaultRule } from '@durable-mfa/tenant-emulator';

/** A process that is killed when the history has this event. */
export interface Kill {
  readonly event: number;
  readonly what: 'worker' | 'server';
}

/** A fault of the tenant, and whether the worker is killed at the moment when it strikes. */
export interface PlannedFault extends Omit<FaultRule, 'onStrike'> {
  readonly killsWorker?: true;
}

/** What is sent besides what the person does, when the history has this event. */
export interface Aside {
  readonly event: number;
  readonly send:
    | 'unknown-signal'
    | 'malformed-code'
    | 'early-code'
    | 'future-code'
    | 'old-code'
    | 'last-code-again'
    | 'last-login-again'
    | 'resend'
    | 'login-on-another-device'
    | 'login-of-somebody-else'
    | 'recovery-code-saved'
    | 'cancel'
    | 'deadline-passes';
}

/** How the person does the action of this number, counted from 1. */
export interface Quirk {
  readonly action: number;
  readonly how:
    | 'by-signal'
    /** The same update id, or the same signal, twice. */
    | 'twice'
    | 'twice-by-signal'
    /** A code: a wrong one first. */
    | 'wrong-first'
    /** A code: a wrong one at the same time, in whatever order they arrive. */
    | 'wrong-beside'
    /** A code: it arrives after the request for another text that was made later. */
    | 'overtaken';
}

export interface Plan {
  readonly name: string;
  /** The arguments that play it again. */
  readonly replay: string;
  readonly kills: readonly Kill[];
  readonly faults: readonly PlannedFault[];
  readonly asides: readonly Aside[];
  readonly quirks: readonly Quirk[];
  /** The SMS factor is active before the start. */
  readonly smsActiveBefore?: true;
  /** Default that of the service. */
  readonly deadlineMs?: number;
}

export function replayCommand(plan: Plan): string {
  return `npm run test:chaos -- ${plan.replay}`;
}

const CALM = { kills: [], faults: [], asides: [], quirks: [] } as const;

export const UNDISTURBED: Plan = { ...CALM, name: 'undisturbed', replay: '--event 0' };

/** The worker is killed when the history has the event. */
export function killAt(event: number): Plan {
  return {
    ...CALM,
    name: `worker killed at event ${event}`,
    replay: `--event ${event}`,
    kills: [{ event, what: 'worker' }],
  };
}

/** The calls of the happy path, in its order; what they do is done once, or can be done again. */
const HAPPY_PATH = [
  { endpoint: 'POST /oauth/token', nth: 1, once: false },
  { endpoint: 'GET /mfa/authenticators', nth: 1, once: false },
  { endpoint: 'POST /mfa/associate', nth: 1, once: true },
  { endpoint: 'POST /oauth/token', nth: 2, once: true },
  { endpoint: 'POST /oauth/token', nth: 3, once: false },
  { endpoint: 'GET /mfa/authenticators', nth: 2, once: false },
  { endpoint: 'POST /mfa/associate', nth: 2, once: true },
  { endpoint: 'POST /oauth/token', nth: 4, once: true },
] as const;

/** How long a reply is held back while the worker that waits for it is killed. */
const HELD_BACK_MS = 200;

export interface Cut extends Plan {
  /**
   * A call that can simply be made again, or a connection that is lost where nothing dies, which the
   * scenarios and the simulation play: the long form has time for it.
   */
  readonly long: boolean;
}

/** Every connection of the happy path is cut before and after its effect, and every worker in it. */
export const CUTS: readonly Cut[] = HAPPY_PATH.flatMap(({ endpoint, nth, once }, index) =>
  (['before', 'after'] as const).flatMap((when, side): readonly Cut[] => {
    const number = index * 4 + side * 2 + 1;
    const where = `${when} the effect of call ${index + 1} (${endpoint})`;
    const held = when === 'before' ? 'drop' : { delayMs: HELD_BACK_MS };
    return [
      {
        ...CALM,
        name: `connection cut ${where}`,
        replay: `--cut ${number}`,
        faults: [{ endpoint, nth, when, action: 'drop' }],
        long: true,
      },
      {
        ...CALM,
        name: `worker killed ${where}`,
        replay: `--cut ${number + 1}`,
        faults: [{ endpoint, nth, when, killsWorker: true, action: held }],
        long: !once,
      },
    ];
  }),
);
