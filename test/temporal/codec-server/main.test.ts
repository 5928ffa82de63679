import { createServer } from 'node:http';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import { tokenHash } from '../../../temporal/codec-server/config.ts';
import { BROKEN_KEYRINGS, goodKeyring, secretOf } from '../../support/broken-keyrings.ts';
import {
  type ChildProgram,
  startChild,
  startNpmScript,
  stopped,
} from '../../support/child-program.ts';
import { plainEnvironment } from '../../support/plain-environment.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const TOKEN = 'a-token-that-is-long-enough-for-this';
const TOKENS = { tokens: [{ name: 'ada', sha256: tokenHash(TOKEN) }] };
const LISTENS = '"event":"listening"';

interface Files {
  readonly keys: string;
  readonly tokens: string;
}

/** On a free port. */
function optionsFor({ keys, tokens }: Files, env: Readonly<Record<string, string>> = {}) {
  return {
    env: plainEnvironment({
      MFA_PAYLOAD_KEYS_FILE: keys,
      MFA_CODEC_TOKENS_FILE: tokens,
      MFA_CODEC_PORT: '0',
      ...env,
    }),
  };
}

function codecServer(files: Files, env: Readonly<Record<string, string>> = {}): ChildProgram {
  return startChild('temporal/codec-server/main.ts', optionsFor(files, env));
}

function filesIn(folder: string): Files {
  return { keys: join(folder, 'payload-keys.json'), tokens: join(folder, 'tokens.json') };
}

/** Ended at once with 2 and these words, and has served nobody. */
async function expectRefused(program: ChildProgram, told: readonly string[]): Promise<void> {
  expect(await program.ended).toBe(2);
  for (const text of told) expect(program.output()).toContain(text);
  expect(program.output()).not.toContain(LISTENS);
  expect(program.output()).not.toContain('    at ');
}

async function encode(url: string): Promise<number> {
  const { metadata, data } = defaultPayloadConverter.toPayload('anything');
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const fields = Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)]);
  const payload = {
    metadata: Object.fromEntries(fields) as object,
    data: base64(data ?? new Uint8Array()),
  };
  const answer = await fetch(`${url}/encode`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-namespace': 'default',
      authorization: `Bearer ${TOKEN}`,
    },
    body: JSON.stringify({ payloads: [payload] }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

describe('the codec server', () => {
  it.each(BROKEN_KEYRINGS)(
    'ends with 2 where the keyring is $what, and says what to do',
    async ({ put, told }) => {
      await using folder = await temporaryFolder();
      const files = filesIn(folder.path);
      const good = await goodKeyring();
      await put(files.keys, good);
      await writeFile(files.tokens, JSON.stringify(TOKENS), { mode: 0o600 });
      await using program = codecServer(files);
      await expectRefused(program, ['MFA_PAYLOAD_KEYS_FILE', files.keys, ...told]);
      expect(program.output()).not.toContain(secretOf(good));
    },
  );

  it('ends with 2 and everything that is wrong with its settings', async () => {
    await using folder = await temporaryFolder();
    const files = filesIn(folder.path);
    await writeFile(files.tokens, JSON.stringify(TOKENS), { mode: 0o644 });
    await using program = codecServer(files, {
      MFA_PAYLOAD_KEYS_FILE: '',
      MFA_CODEC_ORIGIN: 'http://127.0.0.1:8233/',
      MFA_CODEC_PORT: '80000',
      MFA_CODEC_JWT_ISSUER: 'https://login.example/',
    });
    await expectRefused(program, [
      'MFA_PAYLOAD_KEYS_FILE must name the keyring. Make one',
      'MFA_CODEC_ORIGIN must be the Web UI’s origin, scheme://host:port without a slash',
      'MFA_CODEC_PORT must be a number from 0 (any free port) to 65535; default 8234',
      `MFA_CODEC_TOKENS_FILE: The file ${files.tokens} is open to others; chmod it to 600`,
      'MFA_CODEC_JWT_AUDIENCE go together: set all three, or none',
    ]);
  });

  it.each([
    ['no tokens', {}],
    ['a token instead of its hash', { tokens: [{ name: 'ada', sha256: TOKEN }] }],
    ['a name that could forge a line', { tokens: [{ ...TOKENS.tokens[0], name: 'a\nb' }] }],
  ])('ends with 2 where the file of tokens has %s, and repeats none', async (_what, content) => {
    await using folder = await temporaryFolder();
    const files = filesIn(folder.path);
    await writeFile(files.keys, await goodKeyring(), { mode: 0o600 });
    await writeFile(files.tokens, JSON.stringify(content), { mode: 0o600 });
    await using program = codecServer(files);
    await expectRefused(program, ['MFA_CODEC_TOKENS_FILE must hold', 'docs/encryption.md shows']);
    expect(program.output()).not.toContain(TOKEN);
  });

  it('ends with 2 where another program has its port', async () => {
    await using folder = await temporaryFolder();
    const files = filesIn(folder.path);
    await writeFile(files.keys, await goodKeyring(), { mode: 0o600 });
    await writeFile(files.tokens, JSON.stringify(TOKENS), { mode: 0o600 });
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    try {
      const address = other.address();
      const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
      await using program = codecServer(files, { MFA_CODEC_PORT: String(port) });
      await expectRefused(program, ['MFA_CODEC_PORT must be free', 'set another port']);
    } finally {
      other.close();
    }
  });

  it('goes on with the keys from before where the keyring breaks, and logs it once', async () => {
    await using folder = await temporaryFolder();
    const files = filesIn(folder.path);
    const good = await goodKeyring();
    await writeFile(files.keys, good, { mode: 0o600 });
    await writeFile(files.tokens, JSON.stringify(TOKENS), { mode: 0o600 });
    await using program = startNpmScript('mfa', { ...optionsFor(files), args: ['codec'] });
    const [, url = ''] = /"url":"([^"]+)"/.exec(await program.line(LISTENS)) ?? [];
    expect(url).toContain('http://127.0.0.1:');
    await writeFile(files.keys, good.slice(0, -9));
    expect(await encode(url)).toBe(200);
    expect(await encode(url)).toBe(200);
    expect(await program.line('keyring-problem')).toContain('The keys from before stay in use.');
    expect(program.output().match(/keyring-problem/g)).toHaveLength(1);
    expect(program.output()).not.toContain(secretOf(good));
    await stopped(program);
  });
});
