/**
 * The worker's program in a process that stops itself as soon as it has a connection to the tenant, and
 * before the first byte is written to it, as an overloaded machine or a paused container would stop it.
 */
import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';

const STANDARD_OUTPUT = 1;

subscribe('undici:client:connected', () => {
  writeSync(STANDARD_OUTPUT, 'frozen\n');
  process.kill(process.pid, 'SIGSTOP');
});

await import('../../worker/main.ts');
