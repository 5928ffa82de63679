/**
 * Records histories of the release in hand: `node --import tsx test/replay/record.ts`. They are
 * written to `histories/VERSION/` and are never edited; a file that is there is not overwritten.
 */
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { freeLoopbackPort } from '../../dev/loopback-port.ts';
import { findTemporalCli } from '../../dev/temporal-cli.ts';
import { startTemporalServer } from '../../dev/temporal-server.ts';
import { bundleWorkflows } from '../../worker/bundle.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
};
const target = join(ROOT, 'test', 'replay', 'histories', version);
const scratch = await mkdtemp(join(tmpdir(), 'record-'));

const cli = await findTemporalCli({ report: (line) => process.stderr.write(`${line}\n`) });
const server = await startTemporalServer({
  cli: cli.path,
  port: await freeLoopbackPort(),
  logFile: join(scratch, 'server.log'),
});
await writeFile(join(scratch, 'bundle.js'), (await bundleWorkflows()).code);
process.env['TEMPORAL_TEST_ADDRESS'] = server.address;
process.env['WORKFLOW_BUNDLE'] = join(scratch, 'bundle.js');

// These read the two variables when they are loaded.
const { createWorld } = await import('../support/world.ts');
const { Enrollee } = await import('../support/enrollee.ts');
const { fastForward } = await import('../support/fast-forward.ts');
type Person = Awaited<ReturnType<(typeof Enrollee)['start']>>;
type TheWorld = Awaited<ReturnType<typeof createWorld>>;

const SHAPES: Record<string, (person: Person, world: TheWorld) => Promise<void>> = {
  enrolled: async (person) => {
    await person.enrollSms();
    await person.enrollTotp();
  },
  cancelled: async (person) => {
    await person.logIn();
    await person.handle.signal('cancel', { by: 'admin', reason: 'recorded' });
  },
  expired: async (person, world) => {
    await person.logIn();
    await fastForward(world, person.handle, 25 * 3_600_000);
  },
  'wrong-codes': async (person) => {
    await person.logIn();
    for (let offset = 1; offset <= 4; offset++) await person.submit(person.wrong(offset), 1);
    await person.handle.signal('smsCode', 'not a code');
    await person.handle.signal('cancel', { by: 'admin', reason: 'recorded' });
  },
  'signals-only': (person) => person.enrollBySignals(),
};

await mkdir(target, { recursive: true });
for (const [shape, play] of Object.entries(SHAPES)) {
  await using world = await createWorld();
  const person = await Enrollee.start(world);
  await play(person, world);
  await person.result();
  const history = historyToJSON(await person.handle.fetchHistory());
  await writeFile(join(target, `${shape}.json`), history, { flag: 'wx' });
  process.stdout.write(`${shape}.json\n`);
}
await server.stop();
