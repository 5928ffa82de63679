// @ts-check
/**
 * Loaded before a program of ours (`node --import`) that the local stack starts: the program ends
 * when its parent does, SIGKILL included, for then the channel between them closes. The programs
 * themselves know nothing of it; in production nobody ties them.
 *
 * Plain JavaScript, because the program's threads load it too, before they know TypeScript.
 */
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';

if (isMainThread && process.channel !== undefined) {
  process.once('disconnect', () => {
    // At once: Temporal dies with the parent too, and nothing is lost that it has not stored.
    process.kill(process.pid, 'SIGKILL');
  });
  // A listener holds the channel open; the program ends when it is done all the same.
  process.channel?.unref();
}
