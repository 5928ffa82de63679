import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { FILES } from '../docs/markdown.ts';

const packageSchema = z.object({
  name: z.string(),
  private: z.boolean(),
  type: z.string(),
  engines: z.object({ node: z.string() }),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

function versionsOf({ dependencies, devDependencies }: z.infer<typeof packageSchema>) {
  return { ...dependencies, ...devDependencies };
}

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

const whole = packageSchema.parse(JSON.parse(read('package.json')));
const own = packageSchema.parse(JSON.parse(read('emulator/package.json')));
const sources = FILES.filter((path) => /^emulator\/.+\.ts$/.test(path)).map(read);

function packagesImported(): readonly string[] {
  const names = sources
    .flatMap((text) => [...text.matchAll(/(?:from |import\(|import )'([^'.][^']*)'/g)])
    .map(([, name = '']) => name)
    .filter((name) => !name.startsWith('node:'))
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
  return [...new Set(names)].toSorted();
}

describe('the package of the emulator', () => {
  it('needs exactly what its sources import, in the versions of the whole', () => {
    expect(Object.keys(own.dependencies).toSorted()).toEqual(packagesImported());
    expect({ ...versionsOf(whole), ...versionsOf(own) }).toEqual({
      ...versionsOf(own),
      ...versionsOf(whole),
    });
    expect([own.type, own.engines]).toEqual([whole.type, whole.engines]);
  });

  it('cannot be published by mistake, nor be taken for somebody else’s of a like name', () => {
    expect([own.name, own.private]).toEqual(['@durable-mfa/tenant-emulator', true]);
  });

  it('has a licence, the same', () => {
    expect(read('emulator/LICENSE')).toBe(read('LICENSE'));
  });
});
