/** Dies as its argument says: of an error that nobody catches, for want of memory, or of a signal. */
import { logCrashes, writeNoReports } from '../../temporal/service-process.ts';
import { workerLogger } from '../../worker/logging.ts';

writeNoReports();
logCrashes(workerLogger('info'), 'the worker crashed');
const error = Object.assign(new Error('for +14155550123'), { body: 'marker-4711' });
setImmediate(() => {
  switch (process.argv[2]) {
    case 'throw':
      throw error;
    case 'reject':
      void Promise.reject(error);
      return;
    case 'out of memory':
      fillMemory();
      return;
    default:
      process.kill(process.pid, 'SIGUSR2');
  }
});

/** Its end is V8's own, past every handler. */
function fillMemory(): void {
  const kept: object[][] = [];
  const ROUNDS_MAX = 100_000;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    kept.push(Array.from({ length: 10_000 }, () => ({ round })));
  }
}
