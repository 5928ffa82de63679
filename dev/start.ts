/**
 * `npm start`: the local stack until Ctrl-C; `-- --fresh` begins with nothing. Exit codes: 0 stopped
 * by a signal, 2 wrong arguments, 1 anything else.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nextSteps } from './next-steps.ts';
import { CODEC_FILES } from './stack-codec.ts';
import { startStack, stopStarting } from './stack.ts';
import { rememberedPorts } from './stack-ports.ts';

const USAGE = `Usage: npm start [-- --fresh] [-- --folder PATH]
  --fresh   begin with an empty database, new keys (this device's too) and new addresses
  --folder  where state is kept (default .local)`;

/** What a fresh start does away with; anything else in the folder is not ours. */
const STATE = [
  ...['temporal.db', 'temporal.db-shm', 'temporal.db-wal', 'worker-keys.json', 'ports.json'],
  ...['stack.json', 'temporal.log', 'emulator.log', 'worker.log'],
  // Of `npm run -s mfa`: a login that was begun in an emulator that has forgotten it, and the key made for it.
  ...['device-key.json', 'pending-login.json'],
  ...Object.values(CODEC_FILES),
];

function readArguments(): { fresh: boolean; folder: string } | undefined {
  try {
    const { values } = parseArgs({
      options: { fresh: { type: 'boolean' }, folder: { type: 'string' } },
    });
    return { fresh: values.fresh ?? false, folder: values.folder ?? '.local' };
  } catch {
    return undefined;
  }
}

/** The first signal stops the stack; npm and the terminal may both send one, so later ones do nothing. */
function stopSignal(): Promise<'signal'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        resolve('signal');
      });
    }
  });
}

async function run({ fresh, folder }: { fresh: boolean; folder: string }): Promise<number> {
  const stopped = stopSignal();
  // The database holds phone numbers, the key file more.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Before anything is deleted: a stack that runs in this folder holds its ports.
  let ports = await rememberedPorts(folder);
  if (fresh) {
    for (const name of STATE) await rm(join(folder, name), { force: true });
    ports = await rememberedPorts(folder);
  }
  const abort = new AbortController();
  const starting = startStack({ folder, ports, report: console.log, signal: abort.signal });
  const stack = await Promise.race([starting, stopped]);
  if (stack === 'signal') {
    await stopStarting(starting, abort);
    return 0;
  }
  const description = join(folder, 'stack.json');
  await writeFile(description, `${JSON.stringify(stack.description, undefined, 2)}\n`, {
    mode: 0o600,
  });
  if (Object.keys(process.env).some((name) => name.startsWith('AUTH0_'))) {
    console.log('\nAUTH0_… of your environment is not used here: this stack has its own emulator.');
  }
  console.log(nextSteps(stack.description, folder));
  console.log('Ready. Ctrl-C stops everything; what Temporal stored stays for the next start.');
  const end = await Promise.race([stopped, stack.broken]);
  console.log('\nStopping the worker, the emulator and Temporal …');
  await stack.stop();
  await rm(description, { force: true });
  if (end === 'signal') return 0;
  console.error(`${end}\nThe logs are in ${folder}/.`);
  return 1;
}

const args = readArguments();
if (args === undefined) {
  console.error(USAGE);
  process.exit(2);
}
try {
  process.exit(await run(args));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
