import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Payload } from '@temporalio/common';
import { z } from 'zod';
import { FileKeyring } from '../../temporal/encryption/keyring.ts';
import { EncryptingCodec } from '../../temporal/encryption/payload-codec.ts';
import { BOT_PYTHON_MS_MAX, type BotPython, botPython } from '../support/bot-python.ts';
import { plainEnvironment } from '../support/plain-environment.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { contentOf, ROOT } from './markdown.ts';
import { type Vector, VECTORS, vectorSchema, type Vectors } from './payload-vectors.ts';

const PROGRAM_MS_MAX = 20_000;

const answerSchema = z.object({
  decrypted: z.array(vectorSchema),
  encrypted: z.array(vectorSchema),
  workflowIds: z.array(z.string()),
});

const { namespace, payloads, plaintext } = VECTORS;

/** `[tenant, user id, workflow id]` of the contract's table. */
const IDS = [
  ...contentOf('workflows/contract/README.md').matchAll(
    /^\| `([^`]+)` \| `([^`]+)` \| `(enroll-[^`]+)` \|$/gm,
  ),
].map(([, tenant = '', user = '', id = '']) => [tenant, user.replaceAll('\\|', '|'), id] as const);

function payloadOf({ metadata, data }: Vector): Payload {
  const fields = Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text)] as const);
  return { metadata: Object.fromEntries(fields), data: Buffer.from(data, 'base64') };
}

function vectorOf({ metadata, data }: Payload): Vector {
  const fields = Object.entries(metadata ?? {}).map(
    ([name, bytes]) => [name, Buffer.from(bytes).toString('utf8')] as const,
  );
  return {
    metadata: Object.fromEntries(fields),
    data: Buffer.from(data ?? []).toString('base64'),
  };
}

/** What workers and clients of ours read. */
async function decrypted(vectors: readonly Vector[], workflowId: string): Promise<Vector[]> {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'keys.json');
  await writeFile(file, JSON.stringify(VECTORS.keyring), { mode: 0o600 });
  const codec = new EncryptingCodec({ keys: await FileKeyring.open(file), namespace });
  const context = { type: 'workflow', namespace, workflowId } as const;
  return (await codec.decode(vectors.map(payloadOf), context)).map(vectorOf);
}

let runtime: BotPython;
beforeAll(async () => {
  runtime = await botPython();
}, BOT_PYTHON_MS_MAX);

/** What the guide's bot makes of it. */
async function byTheBot(vectors: Vectors): Promise<z.infer<typeof answerSchema>> {
  const running = promisify(execFile)(runtime.python, ['test/docs/bot-format.py'], {
    cwd: ROOT,
    env: plainEnvironment(runtime.env),
    timeout: PROGRAM_MS_MAX,
  });
  const users = IDS.map(([tenant, user]) => [tenant, user]);
  running.child.stdin?.end(JSON.stringify({ ...vectors, users }));
  return answerSchema.parse(JSON.parse((await running).stdout));
}

describe('the vectors of the payload format', () => {
  it('are read by what workers and clients use', async () => {
    expect(await decrypted(payloads, VECTORS.workflowId)).toEqual([plaintext, plaintext]);
  });

  it('are read by the bot of the guide, and what it writes is read by workers', async () => {
    const answer = await byTheBot(VECTORS);
    expect(answer.decrypted).toEqual([plaintext, plaintext]);
    expect(answer.encrypted.map(({ metadata }) => metadata)).toEqual([
      payloads[0]?.metadata,
      payloads[0]?.metadata,
    ]);
    const [one, other] = answer.encrypted;
    expect(one?.data).not.toBe(other?.data);
    expect(await decrypted(answer.encrypted, VECTORS.workflowId)).toEqual([plaintext, plaintext]);
  });

  it.each(['enroll-mfa/example.eu.auth0.com/h-"\\\u2028\u007f', 'Jürgen\u{1F600}'])(
    'agree on the additional data where an id needs escapes: %j',
    async (workflowId) => {
      const plain = { ...VECTORS, workflowId, payloads: [plaintext, plaintext] };
      const { encrypted } = await byTheBot(plain);
      expect(await decrypted(encrypted, workflowId)).toEqual([plaintext, plaintext]);
    },
  );

  it('are refused by the bot where they belong to another workflow', async () => {
    const moved = { ...VECTORS, workflowId: 'enroll-mfa/example.eu.auth0.com/auth0%7Cother' };
    await expect(byTheBot(moved)).rejects.toMatchObject({
      stdout: '',
      stderr: expect.stringContaining('InvalidTag'),
    });
  });
});

describe('the bot’s workflow ids', () => {
  it('are those of the contract’s test vectors', async () => {
    expect(IDS.length).toBeGreaterThan(5);
    const { workflowIds } = await byTheBot(VECTORS);
    expect(workflowIds).toEqual(IDS.map(([, , id]) => id));
  });
});
