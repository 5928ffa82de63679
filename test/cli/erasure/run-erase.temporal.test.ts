import { describe, expect, it } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import { z } from 'zod';
import { SIGNALS } from '../../../workflows/contract/enroll-mfa.ts';
import { run } from '../command-run.ts';
import { Enrollee } from '../../support/enrollee.ts';
import { pause, unpause } from '../../support/pause.ts';
import { payloadKeys } from '../../support/payload-keys.ts';
import { plainEnvironment } from '../../support/plain-environment.ts';
import { createWorld, PHONE_NUMBER, type World } from '../../support/world.ts';

/** Temporal deletes in the background, what has just ended some seconds later. */
const TIMEOUT_MS = 90_000;

const printedSchema = z.strictObject({
  workflowId: z.string(),
  deleted: z.array(
    z.strictObject({
      runId: z.string(),
      status: z.string(),
      startedAt: z.iso.datetime(),
      closedAt: z.iso.datetime(),
    }),
  ),
  remains: z.array(
    z.strictObject({ where: z.string(), what: z.string(), todo: z.string() }).readonly(),
  ),
});

async function erase(
  world: Pick<World, 'address'>,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const { exitCode, stdout, stderr } = await run(['erase', ...words], {
    env: plainEnvironment({ TEMPORAL_ADDRESS: world.address, ...env }),
  });
  return { code: exitCode, stdout: stdout.join('\n'), stderr };
}

const ownerOf = ({ world, user }: Enrollee) => [
  ...['--tenant', world.tenant, '--user', user.userId, '--json'],
];

/** One enrollment of the user, to its end. */
async function ended(world: World, user = world.user): Promise<Enrollee> {
  const person = await Enrollee.start(world, {}, user);
  await person.handle.signal(SIGNALS.cancel, { by: 'admin', reason: 'test' });
  await person.result();
  return person;
}

async function stateOf({ handle }: Enrollee, runId?: string): Promise<string> {
  const run = runId === undefined ? handle : handle.client.getHandle(handle.workflowId, runId);
  try {
    return (await run.describe()).status.name;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'not found';
    throw error;
  }
}

async function listed({ world, handle }: Enrollee): Promise<number> {
  const { count } = await world.client.workflow.count(`WorkflowId = '${handle.workflowId}'`);
  return count;
}

async function runIdOf({ handle }: Enrollee): Promise<string> {
  return (await handle.describe()).runId;
}

describe('erase', () => {
  it(
    'deletes every execution of the user, and none of another; asked again, it has nothing to do',
    async () => {
      await using world = await createWorld();
      const runIds: string[] = [];
      for (let time = 0; time < 3; time += 1) runIds.push(await runIdOf(await ended(world)));
      const [person, other] = [await ended(world), await ended(world, world.addUser())];
      runIds.push(await runIdOf(person));

      const { code, stdout, stderr } = await erase(world, ownerOf(person));
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const printed = printedSchema.parse(JSON.parse(stdout));
      expect(printed.workflowId).toBe(person.handle.workflowId);
      expect(printed.deleted.map(({ runId }) => runId).toSorted()).toEqual(runIds.toSorted());
      expect(printed.remains.map(({ where }) => where)).toContain('Auth0');
      for (const kept of [PHONE_NUMBER, world.user.email])
        expect(stdout + stderr).not.toContain(kept);

      for (const runId of [undefined, ...runIds]) {
        expect(await stateOf(person, runId)).toBe('not found');
      }
      expect(await listed(person)).toBe(0);
      expect(await stateOf(other)).toBe('COMPLETED');

      const again = await erase(world, ownerOf(person));
      expect(again).toMatchObject({ code: 0, stderr: '' });
      expect(printedSchema.parse(JSON.parse(again.stdout)).deleted).toEqual([]);
      const inWords = await erase(world, ownerOf(person).slice(0, -1));
      expect(inWords.stdout).toContain('nothing was deleted');
      for (const { where } of printed.remains) expect(inWords.stdout).toContain(`- ${where}: `);
    },
    TIMEOUT_MS,
  );

  it('deletes nothing while one is open, and says how to cancel it', async () => {
    await using world = await createWorld();
    const before = await runIdOf(await ended(world));
    const person = await Enrollee.loggedIn(world);
    const answer = await erase(world, ownerOf(person));
    expect(answer).toMatchObject({ code: 1, stdout: '' });
    expect(answer.stderr).toContain('still open');
    expect(answer.stderr).toContain('--cancel');
    expect(await stateOf(person)).toBe('RUNNING');
    expect(await stateOf(person, before)).toBe('COMPLETED');
    // It goes on as if nobody had asked.
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
  });

  it(
    'cancels an open one where it is told to, which cleans up at Auth0, and deletes it then',
    async () => {
      await using ring = await payloadKeys();
      await using world = await createWorld({ encryption: ring.plugin });
      const person = await Enrollee.loggedIn(world);
      expect(world.emulator.authenticators(person.user.userId)).not.toEqual([]);
      const runId = await runIdOf(person);
      const env = { MFA_PAYLOAD_KEYS_FILE: ring.file };
      const { code, stdout, stderr } = await erase(
        world,
        [...ownerOf(person), '--cancel', '--wait', '8'],
        env,
      );
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(printedSchema.parse(JSON.parse(stdout)).deleted).toMatchObject([
        { runId, status: 'COMPLETED' },
      ]);
      expect(await stateOf(person)).toBe('not found');
      expect(await listed(person)).toBe(0);
      expect(world.emulator.authenticators(person.user.userId)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it('does not cancel one that is paused, and says how to let it go on', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world);
    await pause(world, person.handle.workflowId);
    const answer = await erase(world, [...ownerOf(person), '--cancel', '--wait', '1']);
    expect(answer).toMatchObject({ code: 1, stdout: '' });
    expect(answer.stderr).toContain('is paused');
    expect(answer.stderr).toContain('temporal workflow unpause');
    expect(await stateOf(person)).toBe('PAUSED');
    await unpause(world, person.handle.workflowId);
    expect(await person.submit(person.texted(), 1)).toMatchObject({ status: 'confirmed' });
  });

  it('leaves one that does not end in time', async () => {
    await using world = await createWorld({ worker: false });
    const person = await Enrollee.start(world);
    const answer = await erase(world, [...ownerOf(person), '--cancel', '--wait', '1']);
    expect(answer).toMatchObject({ code: 1, stdout: '' });
    expect(answer.stderr).toContain('worker');
    expect(await stateOf(person)).toBe('RUNNING');
  });

  it.each([
    [[], /^Missing: --tenant \(or AUTH0_DOMAIN\), --user\. .*\nSee: /],
    [['--user', 'auth0|1'], /^Missing: --tenant \(or AUTH0_DOMAIN\)\. .*\nSee: /],
    [['--user', ' ', '--tenant', 'example.com'], /^Missing: --user\. .*\nSee: /],
    [['--user', 'auth0|1', '--tenant', `${'a'.repeat(300)}!`], /^--tenant: [^\n]+\nSee: /],
    [['--user', 'auth0%7C1', '--tenant', 'example.com'], /--user: is percent-encoded; give it as/],
    [['--user', 'auth0|1', '--tenant', 'https://Example.com/'], /--tenant: /],
    [['--user', 'auth0|1', '--tenant', "a' OR 'a' = 'a"], /--tenant: /],
    [
      ['--user', 'auth0|1', '--tenant', 'example.com', '--wait', '0'],
      /--wait <seconds>.*from 1 to 900/,
    ],
    [['--user', 'auth0|1', '--tenant', 'example.com', '--force'], /unknown option '--force'/],
    [['--user', 'auth0|1', '--tenant', 'example.com', 'more'], /too many arguments/],
  ])('refuses %j, and asks nobody', async (words, message) => {
    const answer = await erase({ address: '127.0.0.1:1' }, words);
    expect(answer).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
    expect(answer.stderr).toContain('erase --help');
  });

  it('fails where Temporal cannot be asked, and says what to set', async () => {
    await using world = await createWorld({ worker: false });
    const words = ['--user', 'auth0|1', '--tenant', 'example.com'];
    const env = { TEMPORAL_ADDRESS: 'without-a-port' };
    const nowhere = await erase(world, words, env);
    expect(nowhere).toMatchObject({ code: 2, stdout: '' });
    expect(nowhere.stderr).toContain('TEMPORAL_ADDRESS');
    const missing = await erase(world, words, { TEMPORAL_NAMESPACE: 'no-such-namespace' });
    expect(missing).toMatchObject({ code: 3, stdout: '' });
    expect(missing.stderr).toContain('namespace');
  });
});
