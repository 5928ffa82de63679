import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { openEnrollmentsUnder } from '../../../cli/keys/open-enrollments.ts';
import { SIGNALS } from '../../../workflows/contract/enroll-mfa.ts';
import { run } from '../command-run.ts';
import { Enrollee } from '../../support/enrollee.ts';
import { pause, unpause } from '../../support/pause.ts';
import { payloadKeys } from '../../support/payload-keys.ts';
import { plainEnvironment } from '../../support/plain-environment.ts';
import { untilSeen } from '../../support/repeated-look.ts';
import { requiredVariable } from '../../support/required-variable.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { fieldOf, payloadsOf, rawEvents } from '../../support/raw-history.ts';
import { createWorld, type World } from '../../support/world.ts';

const shownSchema = z.strictObject({
  primary: z.string(),
  keys: z.array(z.strictObject({ kid: z.string(), createdAt: z.string() })),
});

async function keys(file: string, ...words: string[]) {
  const { exitCode, stdout, stderr } = await run(['keys', ...words, '--file', file, '--json'], {
    env: plainEnvironment({ TEMPORAL_ADDRESS: requiredVariable('TEMPORAL_TEST_ADDRESS') }),
  });
  return { code: exitCode, stdout: stdout.join('\n'), stderr };
}

async function shown(file: string, ...words: string[]) {
  const { code, stdout, stderr } = await keys(file, ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return shownSchema.parse(JSON.parse(stdout));
}

function untilListed(world: World, kid: string, count: number): Promise<void> {
  return untilSeen(
    `the server lists ${count} runs`,
    async () => (await openEnrollmentsUnder(world.client, kid)) === count,
  );
}

describe('keys', () => {
  it('makes a keyring for its owner alone, and prints no key', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'keys.json');
    const { code, stdout, stderr } = await keys(file, 'new');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const written = z
      .object({ keys: z.array(z.object({ key: z.string().length(43) })).length(1) })
      .parse(JSON.parse(await readFile(file, 'utf8')));
    expect(stdout).not.toContain(written.keys[0]?.key ?? '');
  });

  it('adds a key that only reads, and lets it write when told to', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'keys.json');
    const first = await shown(file, 'new');
    const second = await shown(file, 'new');
    expect(second.keys).toHaveLength(2);
    expect(second.primary).toBe(first.primary);
    const third = await shown(file, 'rotate');
    expect(third.keys).toEqual(second.keys);
    expect(third.primary).toBe(second.keys[1]?.kid);
    const fourth = await shown(file, 'rotate');
    expect(fourth.keys).toHaveLength(3);
    expect(fourth.primary).toBe(fourth.keys[2]?.kid);
    expect(await shown(file, 'list')).toEqual(fourth);
    const { stdout } = await run(['keys', 'list', '--file', file]);
    expect(stdout.join('\n')).toMatch(
      new RegExp(`^${first.primary}  [^ ]+\\n.+\\n${fourth.primary}  [^ ]+  primary$`),
    );
  });

  it.each([
    [['retire'], 2, /missing required argument 'kid'/],
    [['retire', 'no-such-key'], 1, /no key/],
    [['list', 'a'], 2, /too many arguments/],
    [['refuse', 'a'], 2, /unknown command 'refuse'/],
    [['burn'], 2, /unknown command 'burn'/],
    [['new', 'a', 'b'], 2, /too many arguments/],
  ])('refuses %j and changes nothing', async (words, code, message) => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'keys.json');
    await shown(file, 'new');
    const before = await readFile(file, 'utf8');
    const answer = await keys(file, ...words);
    expect(answer).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(message) });
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  it('refuses to retire the primary key, and to rotate what is not there', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'keys.json');
    expect((await keys(file, 'rotate')).code).toBe(1);
    const { primary } = await shown(file, 'new');
    const answer = await keys(file, 'retire', primary);
    expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining('rotate') });
  });

  it('does nothing while another command changes the file', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'keys.json');
    const ring = await shown(file, 'new');
    await writeFile(`${file}.lock`, '');
    expect((await keys(file, 'rotate')).code).toBe(1);
    expect(await shown(file, 'list')).toEqual(ring);
  });

  it('rotates under running enrollments, and retires a key when the last one has ended', async () => {
    await using ring = await payloadKeys();
    await using world = await createWorld({ encryption: ring.plugin });
    const old = await Enrollee.loggedIn(world);
    const { primary } = await shown(ring.file, 'rotate');
    // What was written before is read with the old key, what comes now is written with the new one.
    expect(await old.submit(old.texted(), 1)).toMatchObject({ status: 'confirmed' });
    const kids = payloadsOf(await rawEvents(world.client, old.handle.workflowId)).map((payload) =>
      fieldOf(payload, 'encryption-key-id'),
    );
    expect(new Set(kids)).toEqual(new Set([ring.kid, primary]));
    const young = await Enrollee.start(world, {}, world.addUser());
    await untilListed(world, primary, 2);
    await untilListed(world, ring.kid, 1);

    const before = await readFile(ring.file, 'utf8');
    const refused = await keys(ring.file, 'retire', ring.kid);
    expect(refused).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('1 open enrollment needs'),
    });
    expect(await readFile(ring.file, 'utf8')).toBe(before);
    await old.handle.signal(SIGNALS.cancel, { by: 'admin', reason: 'test' });
    await old.result();
    await untilListed(world, ring.kid, 0);
    expect((await shown(ring.file, 'retire', ring.kid)).keys).toMatchObject([{ kid: primary }]);
    // The young one goes on without it.
    expect(await young.logIn()).toMatchObject({ status: 'accepted' });
    // What the old key has written is gone for good.
    const [start] = payloadsOf(await rawEvents(world.client, old.handle.workflowId));
    await expect(ring.plugin.codec().decode([start ?? {}])).rejects.toMatchObject({
      kid: ring.kid,
    });
  });

  it('does not retire a key that a paused enrollment will need', async () => {
    await using ring = await payloadKeys();
    await using world = await createWorld({ encryption: ring.plugin });
    const person = await Enrollee.start(world);
    await shown(ring.file, 'rotate');
    await untilListed(world, ring.kid, 1);
    await pause(world, person.handle.workflowId);
    const paused = `WorkflowId = '${person.handle.workflowId}' AND ExecutionStatus = 'Paused'`;
    await untilSeen(
      'the server lists it as paused',
      async () => (await world.client.workflow.count(paused)).count === 1,
    );
    const refused = await keys(ring.file, 'retire', ring.kid);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('1 open enrollment'),
    });
    await unpause(world, person.handle.workflowId);
    expect(await person.logIn()).toMatchObject({ status: 'accepted' });
  });

  it('does not retire a key where Temporal cannot be asked', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'keys.json');
    const { primary } = await shown(file, 'new');
    await shown(file, 'rotate');
    const before = await readFile(file, 'utf8');
    const answer = await run(['keys', 'retire', primary, '--file', file], {
      env: plainEnvironment({ TEMPORAL_ADDRESS: 'without-a-port' }),
    });
    expect(answer).toMatchObject({ exitCode: 2, stdout: [] });
    expect(answer.stderr).toContain('TEMPORAL_ADDRESS');
    expect(await readFile(file, 'utf8')).toBe(before);
  });
});
