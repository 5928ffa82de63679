/** What an oracle says: the kind is a constant, by which findings are counted and known ones listed. */
import type { Delivery, Step } from '../story.ts';
import type { World } from '../world.ts';

export interface Violation {
  readonly kind: string;
  /** Of this run: who, what, when. */
  readonly what: string;
  /** Epoch ms. */
  readonly at: number;
}

/** Looks at what has happened up to this step. */
export type StepOracle = (world: World, step: Step) => readonly Violation[];
/** Looks at the whole of it. */
export type EndOracle = (world: World) => readonly Violation[];

export function violation(kind: string, at: number, what = ''): Violation {
  return { kind, at, what };
}

/** Of an update's answer, or of its rejection. */
export function refusalOf({ update }: Delivery): string | undefined {
  if (update?.state === 'rejected') return update.failure;
  const { status, refusal } = (update?.answer ?? {}) as { status?: string; refusal?: string };
  return status === 'refused' ? refusal : undefined;
}

export function statusOf({ update }: Delivery): string | undefined {
  return (update?.answer as { status?: string } | undefined)?.status;
}

/** Whether anything but the tenant's own answer befell a call between the two times. */
export function disturbedBetween(world: World, from: number, until: number): boolean {
  const { plan, story, startedAt } = world;
  const struck = story.calls.some(({ attempts }) =>
    attempts.some(
      ({ at, endedAt = at, fate }) => fate !== 'natural' && at <= until && endedAt >= from,
    ),
  );
  return (
    struck ||
    plan.outages.some(
      (outage) => startedAt + outage.from <= until && startedAt + outage.until >= from,
    )
  );
}
