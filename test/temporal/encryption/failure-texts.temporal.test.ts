import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { TOKEN } from '../../support/auth0-record.ts';
import { codecBench } from '../../support/codec-bench.ts';
import { Enrollee } from '../../support/enrollee.ts';
import { rawEvents, textOf } from '../../support/raw-history.ts';
import { requiredVariable } from '../../support/required-variable.ts';
import { createWorld, type World } from '../../support/world.ts';

const run = promisify(execFile);
const TEXT = 'phoneNumber: must be an E.164 number';
const SENT = ['415 nobody', 'Jane Doe', 'jane@acme.example', '2125550147'];

/** What the Temporal CLI shows of a run, by `describe` or `show`. */
async function shown(world: World, workflowId: string, ...options: readonly string[]) {
  const which = ['--address', world.address, '--workflow-id', workflowId];
  const texts = ['describe', 'show'].map(async (command) => {
    return (
      await run(requiredVariable('TEMPORAL_CLI'), ['workflow', command, ...which, ...options])
    ).stdout;
  });
  return Promise.all(texts);
}

/** A start that is refused for its number, with data where names of fields should be. */
async function refusedStart(world: World): Promise<string> {
  const [phoneNumber = '', ...names] = SENT;
  const unknown = Object.fromEntries(names.map((name) => [name, name]));
  const handle = await world.start({ phoneNumber, ...unknown });
  await expect(handle.result()).rejects.toThrow();
  return handle.workflowId;
}

describe('what the Temporal CLI shows of a refused start', () => {
  it('is which field breaks which rule, where payloads are not encrypted', async () => {
    await using world = await createWorld();
    const texts = await shown(world, await refusedStart(world));
    for (const text of texts) expect(text).toContain(TEXT);
  });

  it('is the same where they are, without the codec server, and nothing that was sent', async () => {
    await using codec = await codecBench();
    await using world = await createWorld({ encryption: codec.keys.plugin });
    const workflowId = await refusedStart(world);
    const texts = [
      ...(await shown(world, workflowId)),
      ...(await shown(world, workflowId, '--output', 'json')),
    ];
    for (const text of texts) expect(text).toContain(TEXT);
    const stored = textOf(await rawEvents(world.client, workflowId));
    expect(stored).toContain(TEXT);
    for (const value of SENT) {
      for (const text of [...texts, stored]) expect(text).not.toContain(value);
    }
  });
});

describe('what it shows of an activity that failed', () => {
  it('is its type alone where payloads are encrypted, and its text with the codec server', async () => {
    await using codec = await codecBench();
    await using world = await createWorld({ encryption: codec.keys.plugin });
    const person = await Enrollee.start(world);
    const body = { error: 'invalid_grant', error_description: 'Invalid authorization code' };
    const action = { status: 403, body };
    world.emulator.faults.add({ endpoint: TOKEN, when: 'before', action });
    expect(await person.logIn()).toMatchObject({ refusal: 'login-code-refused' });
    const { workflowId } = person.handle;
    const text = 'login-code-refused (HTTP 403)';
    const [, history = ''] = await shown(world, workflowId, '--output', 'json');
    expect(history).toContain('"login-code-refused"');
    expect(history).toContain('Encoded failure');
    expect(history).not.toContain(text);
    const reading = ['--codec-endpoint', codec.url, '--codec-auth', `Bearer ${codec.token}`];
    const [, readable = ''] = await shown(world, workflowId, '--output', 'json', ...reading);
    const [, encoded = ''] = /"encodedAttributes": \{[^]*?"data": "([^"]+)"/.exec(readable) ?? [];
    expect(Buffer.from(encoded, 'base64').toString()).toContain(text);
  });
});
