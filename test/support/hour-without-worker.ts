import type { Enrollee } from './enrollee.ts';
import { fastForward } from './fast-forward.ts';
import { isTimerFired, untilEvent } from './history-watch.ts';
import { MovableClock } from './movable-clock.ts';
import type { RunningWorker } from './world.ts';

const HOUR_MS = 3_600_000;

/**
 * An hour passes for everybody, with no worker up; then one comes.
 *
 * The server's time for the run stands still while something waits for a worker, so everybody
 * else's clock is set first: the worker that comes up finds all tokens an hour older.
 *
 * @param meanwhile - what is done after the first timer has come due
 */
export async function hourWithoutWorker(
  person: Enrollee,
  worker: RunningWorker,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  const { world, handle } = person;
  await worker.stop();
  world.clock.advance(HOUR_MS);
  const passed = fastForward({ clock: new MovableClock() }, handle, HOUR_MS);
  await untilEvent(handle, isTimerFired);
  await meanwhile();
  await world.startWorker();
  await passed;
}
