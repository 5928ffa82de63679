import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Client } from '@temporalio/client';
import { SIGNALS } from '../../workflows/contract/enroll-mfa.ts';
import { ASSOCIATE } from '../support/auth0-record.ts';
import { Enrollee } from '../support/enrollee.ts';
import { fastForward } from '../support/fast-forward.ts';
import { type HistoryEvent, untilEvent } from '../support/history-watch.ts';
import { payloadKeys } from '../support/payload-keys.ts';
import { plainEnvironment } from '../support/plain-environment.ts';
import { untilSeen } from '../support/repeated-look.ts';
import { requiredVariable } from '../support/required-variable.ts';
import { createWorld, type World } from '../support/world.ts';
import { contentOf } from './markdown.ts';

const COMMAND_MS_MAX = 30_000;
/** After half a minute, one and two. */
const INTO_THE_FOURTH_PAUSE_MS = 4 * 60_000;

/** The guide's line that begins so, for this run. */
async function type(world: World, person: Enrollee, beginning: string): Promise<string> {
  const guide = contentOf('docs/plain-clients.md');
  const line = guide.split('\n').find((one) => one.startsWith(beginning));
  if (line === undefined) throw new Error(`The guide has no line ${beginning} ….`);
  const command = line.replace(/^temporal /, '"$TEMPORAL_CLI" ');
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', command], {
    timeout: COMMAND_MS_MAX,
    env: plainEnvironment({
      TEMPORAL_ADDRESS: world.address,
      TEMPORAL_CLI: requiredVariable('TEMPORAL_CLI'),
      ID: person.handle.workflowId,
    }),
  });
  return stdout;
}

/** The server lists a change some time after it. */
async function untilPrinted(look: () => Promise<string>, text: string): Promise<void> {
  await untilSeen(`it prints ${text}`, async () => (await look()).includes(text));
}

const hasFailed = (event: HistoryEvent): boolean =>
  Boolean(event.workflowTaskFailedEventAttributes);

describe('an enrollment that somebody has stopped, as the guide says,', () => {
  it.each(['__temporal_', '__temporal_smsCode'])(
    'by the signal %s goes on after a reset, where it was',
    async (name) => {
      await using world = await createWorld();
      const person = await Enrollee.loggedIn(world);
      await person.handle.signal(name, '123456');
      await untilEvent(person.handle, hasFailed);
      // Nothing that comes after it is heard.
      await person.handle.signal(SIGNALS.smsCode, person.texted());
      expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
      await type(world, person, 'temporal workflow reset ');
      expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
      await person.enrollTotp();
      expect(
        await world.client.workflow.getHandle(person.handle.workflowId).result(),
      ).toMatchObject({ outcome: 'enrolled' });
      // The one text, and the one set-up: nothing was asked for twice.
      expect(world.emulator.journal.count(ASSOCIATE)).toBe(2);
    },
    60_000,
  );

  it('by a signal under a key that nobody has goes on after a reset, where it was', async () => {
    await using keys = await payloadKeys();
    await using others = await payloadKeys();
    await using world = await createWorld({ encryption: keys.plugin });
    const person = await Enrollee.loggedIn(world);
    const { connection } = world.client;
    const { namespace } = world;
    const stranger = new Client({ connection, namespace, plugins: [others.plugin] });
    const theirs = stranger.workflow.getHandle(person.handle.workflowId);
    await theirs.signal(SIGNALS.cancel, { by: 'nobody', reason: 'test' });
    await untilEvent(person.handle, hasFailed);
    await type(world, person, 'temporal workflow reset ');
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
    await person.enrollTotp();
    expect(await world.client.workflow.getHandle(person.handle.workflowId).result()).toMatchObject({
      outcome: 'enrolled',
    });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(2);
  }, 60_000);
});

describe('an enrollment that waits for an operator', () => {
  it('is listed, says what to mend, and goes on at once where the guide says so', async () => {
    await using world = await createWorld({ worker: false });
    const wrong = await world.startWorker({ clientSecret: 'changed in the dashboard' });
    const person = await Enrollee.start(world, { factors: ['sms'] });
    await person.handle.signal(SIGNALS.loginCompleted, await person.proof());
    await person.untilPhase('awaiting-operator');
    const typed = (beginning: string) => type(world, person, beginning);
    await untilPrinted(() => typed('temporal workflow list --query'), person.handle.workflowId);
    expect(await typed('temporal workflow metadata')).toContain('AUTH0_CLIENT_SECRET');
    // By itself it would be tried again after four minutes now.
    await fastForward(world, person.handle, INTO_THE_FOURTH_PAUSE_MS);
    await wrong.stop();
    await world.startWorker();
    await typed('temporal workflow signal --workflow-id "$ID" --name retry');
    await person.untilPhase('awaiting-sms-code');
  }, 60_000);
});
