import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

const { name, dependencies, ...manifest } = z
  .looseObject({
    name: z.string(),
    private: z.boolean(),
    dependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(read('package.json')));

function read(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}

function packagesImported(): readonly string[] {
  const names = readdirSync(new URL('..', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/^(test|dist|node_modules)\//.test(path))
    .flatMap((path) => [...read(path).matchAll(/(?:from |import\(|import )'([^'.][^']*)'/g)])
    .map(([, found = '']) => found)
    .filter((found) => !found.startsWith('node:'))
    .map((found) => /^(@[^/]+\/)?[^/]+/.exec(found)?.[0] ?? found);
  return [...new Set(names)].toSorted();
}

describe('the package', () => {
  it('needs exactly what its sources import', () => {
    expect(packagesImported()).toContain('hono');
    expect(Object.keys(dependencies).toSorted()).toEqual(packagesImported());
  });

  it('cannot be published by mistake, nor be taken for somebody else’s of a like name', () => {
    expect([name, manifest.private]).toEqual(['@durable-mfa/tenant-emulator', true]);
  });
});
