import { setTimeout as delay } from 'node:timers/promises';

/** Without a pause the looks would take a core and the server from what is waited for. */
const LOOK_EVERY_MS = 100;
/** A minute: an attempt's time-out, and what the server lists late. */
const LOOKS_MAX = 600;

/** Looks until it is so: for what the server tells nobody of. Where there is an event, wait for that. */
export async function untilSeen(what: string, look: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    if (await look()) return;
    await delay(LOOK_EVERY_MS);
  }
  throw new Error(`It has not come about: ${what}.`);
}
