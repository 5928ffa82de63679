/**
 * Records histories of the release in hand: `node --import tsx test/replay/record.ts`. They are
 * written to `histories/VERSION/` and are never edited; what is there is not recorded again.
 */
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { freeLoopbackPort } from '../../dev/loopback-port.ts';
import { findTemporalCli } from '../../dev/temporal-cli.ts';
import { startTemporalServer } from '../../dev/temporal-server.ts';
import { bundleWorkflows } from '../../worker/bundle.ts';
import { ASSOCIATE, LIST, TOKEN } from '../support/auth0-record.ts';

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
const { LOST, throughSettlement } = await import('../support/lost-answer.ts');
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
  'other-number': async (person, world) => {
    await person.logIn();
    await fastForward(world, person.handle, 60_000);
    await person.changePhoneNumber('+14155550199');
    await person.submit(person.texted('+14155550199'), 2);
    await person.untilPhase('awaiting-login');
    await person.handle.signal('cancel', { by: 'admin', reason: 'recorded' });
  },
  'session-ended': async (person, world) => {
    await person.logIn();
    await fastForward(world, person.handle, 10 * 60_000);
    await person.logIn();
    await person.submit(person.texted(), 2);
    await person.untilPhase('awaiting-login');
    await person.handle.signal('cancel', { by: 'admin', reason: 'recorded' });
  },
  'two-resends': async (person, world) => {
    await person.logIn();
    await fastForward(world, person.handle, 60_000);
    const gate = world.emulator.faults.hold({ endpoint: TOKEN, when: 'before' });
    await person.handle.signal('smsCode', { code: person.wrong(1), challenge: 1 });
    await gate.reached;
    await person.handle.signal('resendCode', { challenge: 9 });
    await person.handle.signal('resendCode', { challenge: 1 });
    gate.release();
    await person.until(({ challenge }) => challenge === 2);
    await person.handle.signal('cancel', { by: 'admin', reason: 'recorded' });
  },
  'clean-up-held': async (person, world) => {
    await person.logIn();
    const action = { status: 429, body: {}, headers: { 'retry-after': '60' } };
    world.emulator.faults.add({ endpoint: LIST, when: 'before', action });
    await person.handle.signal('cancel', { by: 'admin', reason: 'recorded' });
    await fastForward(world, person.handle, 90_000);
  },
  'callers-of-held-calls': async (person, world) => {
    const action = { status: 429, body: {}, headers: { 'retry-after': '40' } };
    const proof = await person.proof();
    world.emulator.faults.add({ endpoint: TOKEN, when: 'before', action });
    const login = await person.delivering(proof);
    await person.untilRefused('rate-limited');
    await fastForward(world, person.handle, 60_000);
    await login.result();
    await person.untilPhase('awaiting-sms-code');
    await fastForward(world, person.handle, 60_000);
    world.emulator.faults.add({ endpoint: ASSOCIATE, when: 'before', action });
    const resent = await person.resending(1);
    await person.untilRefused('rate-limited');
    await fastForward(world, person.handle, 60_000);
    await resent.result();
    await person.untilPhase('awaiting-sms-code');
    await person.submit(person.texted(), 2);
    await person.untilPhase('awaiting-login');
    await person.handle.signal('cancel', { by: 'admin', reason: 'recorded' });
  },
  'lost-answers': async (person, world) => {
    const lose = (endpoint: string, fault: keyof typeof LOST, times = 1) =>
      world.emulator.faults.add({ endpoint, times, ...LOST[fault] });
    lose(ASSOCIATE, 'dropped-after');
    const first = await person.proof();
    await throughSettlement(person, ASSOCIATE, () => person.deliver(first));
    await person.untilPhase('awaiting-sms-code');
    lose(TOKEN, 'dropped-before', 2);
    await throughSettlement(person, TOKEN, () => person.submit(person.texted(), 2));
    lose(TOKEN, 'dropped-after');
    await person.submit(person.texted(), 2);
    await person.untilPhase('awaiting-login');
    const second = await person.proof();
    lose(ASSOCIATE, 'dropped-before');
    await throughSettlement(person, ASSOCIATE, () => person.deliver(second));
    await person.untilPhase('awaiting-otp');
    await person.scan();
    await person.submit(person.otp(), 4);
  },
};

await mkdir(target, { recursive: true });
const recorded = await readdir(target);
for (const [shape, play] of Object.entries(SHAPES)) {
  if (recorded.includes(`${shape}.json`)) continue;
  await using world = await createWorld();
  const person = await Enrollee.start(world);
  await play(person, world);
  await person.result();
  const history = historyToJSON(await person.handle.fetchHistory());
  await writeFile(join(target, `${shape}.json`), history, { flag: 'wx' });
  process.stdout.write(`${shape}.json\n`);
}
await server.stop();
