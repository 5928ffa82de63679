/**
 * The worker's program in a process that stops itself as soon as it has its first connection to the
 * tenant, and before a byte is written to it, as an overloaded machine or a paused container would stop it.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';

const STANDARD_OUTPUT = 1;

const CONNECTED = 'undici:client:connected';

function freeze(): void {
  // Once: whoever wakes it up waits for its end.
  unsubscribe(CONNECTED, freeze);
  writeSync(STANDARD_OUTPUT, 'frozen\n');
  process.kill(process.pid, 'SIGSTOP');
}

subscribe(CONNECTED, freeze);

await import('../../worker/main.ts');
