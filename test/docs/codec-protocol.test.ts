import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { parseKeyringFile, printKeyringFile } from '../../temporal/encryption/keyring-file.ts';
import { codecBench } from '../support/codec-bench.ts';
import { contentOf } from './markdown.ts';
import { VECTORS } from './payload-vectors.ts';

const GUIDE = contentOf('docs/encryption.md');

/** The request that the guide shows. */
function documentedRequest(): { path: string; headers: Record<string, string>; body: string } {
  const [, block = ''] = /^```http\n([^]*?)^```/m.exec(GUIDE) ?? [];
  const [head = '', body = ''] = block.split('\n\n');
  const [first = '', ...lines] = head.split('\n');
  const headers = Object.fromEntries(lines.map((line) => line.split(': ')) as [string, string][]);
  return { path: first.split(' ')[1] ?? '', headers, body };
}

describe('the codec server’s protocol, as the guide tells it,', () => {
  it('is what the server speaks: the request gets the answer', async () => {
    await using bench = await codecBench();
    const { keys } = parseKeyringFile(JSON.stringify(VECTORS.keyring));
    const before = parseKeyringFile(await readFile(bench.keys.file, 'utf8'));
    await writeFile(
      bench.keys.file,
      printKeyringFile({ ...before, keys: [...keys, ...before.keys] }),
    );
    const { path, headers, body } = documentedRequest();
    const authorization = headers['Authorization']?.replace('TOKEN', bench.token) ?? '';
    const answer = await fetch(`${bench.url}${path}`, {
      method: 'POST',
      headers: { ...headers, Authorization: authorization },
      body,
    });
    expect(answer.status).toBe(200);
    const [, documented = ''] = /^`(\{"payloads":.+?\})`\./m.exec(GUIDE) ?? [];
    expect(await answer.json()).toEqual(JSON.parse(documented));
  });

  it('has each error that the server gives, with its status', () => {
    const rows = [...GUIDE.matchAll(/^\| (\d{3}) \| `([a-z-]+)` \|/gm)];
    const listed = rows.map(([, status, error]) => `${status} ${error}`);
    const server = contentOf('temporal/codec-server/server.ts');
    const given = [...server.matchAll(/new Refusal\((\d+), '([a-z-]+)'\)/g)];
    expect(given.length).toBeGreaterThan(5);
    expect([...listed].sort()).toEqual(given.map(([, status, why]) => `${status} ${why}`).sort());
  });
});
