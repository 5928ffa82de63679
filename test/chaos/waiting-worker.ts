/**
 * A worker that has loaded its code and starts when it gets a line on standard input, so that the next
 * one takes over at once. Ends with whoever holds the other end of the pipe.
 */
import '../../activities/index.ts';
import '../../worker/config.ts';
import '../../worker/create-worker.ts';
import '../../worker/logging.ts';
import '../../worker/namespace-check.ts';

process.stdin.once('data', () => void import('../../worker/main.ts'));
process.stdin.once('end', () => process.kill(process.pid, 'SIGKILL'));
