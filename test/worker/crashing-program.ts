/** Ends with an error that nobody catches, thrown or rejected as its argument says. */
import { logCrashes, workerLogger } from '../../worker/logging.ts';

logCrashes(workerLogger('info'));
const error = Object.assign(new Error('for +14155550123'), { body: 'marker-4711' });
setImmediate(() => {
  if (process.argv[2] === 'throw') throw error;
  void Promise.reject(error);
});
