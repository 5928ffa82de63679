/** What administrators have asked for, as far as it is well-formed, by the contract alone. */
import { LIMITS } from '../../../workflows/contract/enroll-mfa.ts';
import type { Delivery } from '../story.ts';
import type { World } from '../world.ts';

export interface Cancel {
  readonly at: number;
  readonly task: number;
  /** Undefined for Temporal's own. */
  readonly by?: string;
}

const SOON_MS = 60_000;

/** The first that the run was told of. */
export function firstCancel({ story }: World): Cancel | undefined {
  const [first] = story.deliveries
    .filter((delivery) => delivery.name === 'cancel' && delivery.at !== undefined)
    .filter((delivery) => delivery.way === 'temporal' || cancelledBy(delivery) !== undefined);
  if (first?.at === undefined || first.task === undefined) return undefined;
  const by = first.way === 'temporal' ? undefined : cancelledBy(first);
  return { at: first.at, task: first.task, ...(by !== undefined && { by }) };
}

/** Who has cancelled in that task. */
export function cancelsOf({ story }: World, task: number): readonly string[] {
  const first = (way: Delivery['way']) =>
    story.deliveries
      .filter((one) => one.name === 'cancel' && one.task === task && one.way === way)
      .flatMap((one) => cancelledBy(one) ?? [])
      .slice(0, 1);
  return [...first('signal'), ...first('update')];
}

function cancelledBy({ input }: Delivery): string | undefined {
  const { by, reason } = (input ?? {}) as { by?: unknown; reason?: unknown };
  return typeof by === 'string' && typeof reason === 'string' ? by : undefined;
}

/** Epoch ms of the deadline that was granted up to `now`; `doubtful` where a later one came too late to tell. */
export function grantedDeadline(
  world: World,
  now: number,
): { readonly at: number; readonly latest: number; readonly doubtful: boolean } {
  const { story, startedAt, plan } = world;
  const cancel = firstCancel(world);
  let at = startedAt + plan.setting.deadlineMs;
  let latest = at;
  for (const delivery of story.deliveries) {
    if (delivery.name !== 'extendDeadline' || delivery.at === undefined) continue;
    if (delivery.at > now) break;
    // Who is being cancelled is given no more time.
    if (delivery.at > (cancel?.at ?? Infinity)) continue;
    const { deadlineMs } = (delivery.input ?? {}) as { deadlineMs?: unknown };
    if (typeof deadlineMs !== 'number' || deadlineMs > LIMITS.deadlineMsMax) continue;
    if (startedAt + deadlineMs <= at) continue;
    latest = Math.max(latest, startedAt + deadlineMs);
    // With a cancel in one task, which came first is not known.
    if (delivery.at < at && delivery.task !== cancel?.task) at = startedAt + deadlineMs;
  }
  return { at, latest, doubtful: latest > at };
}

/** When a worker can act on what is due then. */
export function workedOnFrom({ plan, startedAt }: World, at: number): number {
  const away = plan.outages.filter(({ as }) => as === 'no-worker');
  // A call that was under way, and one that follows, wait for it as well; and one may follow another.
  return away
    .map(({ from, until }) => ({ from: startedAt + from, until: startedAt + until }))
    .sort((one, other) => one.from - other.from)
    .reduce((when, { from, until }) => (from <= when + SOON_MS ? Math.max(when, until) : when), at);
}
