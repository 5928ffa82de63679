/**
 * `npm run bench:flood`: 10,000 nonsense signals to one enrollment, as fast as a client can send them, and
 * what that costs its neighbours: the time from a code to its verdict, beside that on a quiet server.
 * Figures of a machine, so nothing asserts them.
 */
import { freeLoopbackPort } from '../../dev/loopback-port.ts';
import { startTemporalServer } from '../../dev/temporal-server.ts';
import { prepare } from '../chaos/preparation.ts';
import { Enrollee } from '../support/enrollee.ts';
import { requiredVariable } from '../support/required-variable.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createWorld, type World } from '../support/world.ts';
import { join } from 'node:path';

const SIGNALS = 10_000;
const AT_ONCE = 200;
const NEIGHBOURS = 20;
/** As the library starts them: whatever has come must be worked off in that. */
const TASK_MS = 5_000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}

/** People with a text in hand: what is measured then is the code alone. */
async function textedPeople(world: World, numbers: number): Promise<readonly Enrollee[]> {
  return Promise.all(
    Array.from({ length: NEIGHBOURS }, (_none, n) =>
      Enrollee.loggedIn(
        world,
        { factors: ['sms'], phoneNumber: `+${numbers + n}` },
        world.addUser(),
      ),
    ),
  );
}

/** One after the other, as long as it goes on. @returns ms from each code to its verdict */
async function verdicts(people: readonly Enrollee[], goesOn: () => boolean) {
  const times: number[] = [];
  for (const person of people) {
    if (!goesOn()) break;
    const from = performance.now();
    await person.submit(person.texted(), 1);
    times.push(performance.now() - from);
  }
  return times;
}

async function flood(person: Enrollee): Promise<{ sent: number; refused: string | undefined }> {
  for (let sent = 0; sent < SIGNALS; sent += AT_ONCE) {
    const signals = Array.from({ length: AT_ONCE }, () => person.handle.signal('nonsense', 'x'));
    const failed = (await Promise.allSettled(signals)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') return { sent, refused: String(failed.reason) };
  }
  return { sent: SIGNALS, refused: undefined };
}

async function measure(world: World): Promise<void> {
  const quiet = await verdicts(await textedPeople(world, 14_155_550_100), () => true);
  const neighbours = await textedPeople(world, 14_155_550_200);
  const person = await Enrollee.loggedIn(world, { factors: ['sms'] });
  const from = performance.now();
  let flooding = true;
  const flooded = flood(person).finally(() => (flooding = false));
  const beside = await verdicts(neighbours, () => flooding);
  const { sent, refused } = await flooded;
  const seconds = (performance.now() - from) / 1_000;
  say(
    `signals sent: ${sent} in ${seconds.toFixed(1)} s${refused === undefined ? '' : `, then: ${refused}`}`,
  );
  // Answered once everything before it was worked off.
  await person.timeline();
  const verdict = await person.submit(person.texted(), 1);
  say(
    `its code after that: ${verdict.status}, ${((performance.now() - from) / 1_000 - seconds).toFixed(1)} s`,
  );
  const { outcome } = await person.result();
  const { historyLength, historySize } = await person.handle.describe();
  say(`it ends ${outcome}, with ${historyLength} events, ${historySize} bytes`);
  const [before, meanwhile] = [median(quiet), median(beside)];
  say(
    `submit to verdict, median: ${before.toFixed(0)} ms quiet, ${meanwhile.toFixed(0)} ms beside the flood ` +
      `(${beside.length} codes): ${(meanwhile / before).toFixed(1)} times as long`,
  );
}

await using folder = await temporaryFolder();
await using prepared = await prepare(say);
void prepared;
const server = await startTemporalServer({
  cli: requiredVariable('TEMPORAL_CLI'),
  port: await freeLoopbackPort(),
  logFile: join(folder.path, 'server.log'),
});
try {
  const settings = { requestsPerSecond: 'off' } as const;
  const world = await createWorld({
    ...{ address: server.address, emulator: { settings } },
    ...{ workflowTaskTimeoutMs: TASK_MS, workflowThread: true },
  });
  await measure(world);
  await world.close();
} finally {
  await server.stop();
}
// Not by itself: the SDK's native core holds the process for a while.
process.exit(0);
