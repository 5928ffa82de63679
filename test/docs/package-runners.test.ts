import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { contentOf, FILES } from './markdown.ts';

/** They fetch and run what a registry has under the name; its owner may be anybody. */
const RUNNERS =
  /\b(?:npx|bunx|uvx|pipx run|(?:npm|pnpm|yarn) (?:exec|dlx|x|create|init))((?: +-\S+)*) +(@?[a-z][\w./@-]*)/g;

const manifestSchema = z.object({
  bin: z.record(z.string(), z.string()).default({}),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});
const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ bin: z.record(z.string(), z.string()).optional() })),
});

/** In a checkout npm runs the root's own programs; elsewhere it would fetch a stranger's, but for `--no`. */
const OWN = Object.keys(manifestSchema.parse(JSON.parse(contentOf('package.json'))).bin).map(
  (name) => ` --no ${name}`,
);

const manifests = ['package.json', 'emulator/package.json'].map((path) =>
  manifestSchema.parse(JSON.parse(contentOf(path))),
);
const lock = lockSchema.parse(JSON.parse(contentOf('package-lock.json')));

/** Our dependencies, and the programs that they bring: npm runs the installed one of that name. */
const RUNNABLE = manifests
  .flatMap(({ dependencies, devDependencies }) =>
    Object.keys({ ...dependencies, ...devDependencies }),
  )
  .flatMap((name) => [name, ...Object.keys(lock.packages[`node_modules/${name}`]?.bin ?? {})]);

function foreignRuns(text: string): readonly string[] {
  return [...text.matchAll(RUNNERS)]
    .filter(
      ([, flags = '', name = '']) => !OWN.includes(`${flags} ${name}`) && !RUNNABLE.includes(name),
    )
    .map(([run]) => run);
}

describe('a command that runs a package of a registry', () => {
  it.each([
    ['npx mfa-tenant-emulator --port 4700', 'npx mfa-tenant-emulator'],
    ['npx --yes @durable-mfa/tenant-emulator', 'npx --yes @durable-mfa/tenant-emulator'],
    ['npx mfa login', 'npx mfa'],
    ['npm exec tenant-emulator', 'npm exec tenant-emulator'],
    ['uvx mfa-bot', 'uvx mfa-bot'],
  ])('is found: %s', (text, run) => {
    expect(foreignRuns(text)).toEqual([run]);
  });

  it.each([
    'npx --no mfa login',
    'npx tsc --noEmit',
    'npx playwright-core install',
    'npx eslint .',
    'npm run emulator',
  ])('is none of a stranger’s: %s', (text) => {
    expect(foreignRuns(text)).toEqual([]);
  });

  it('is of a dependency of ours wherever a document or a program prints one', () => {
    const looked = FILES.filter(
      (path) => path !== 'test/docs/package-runners.test.ts' && !path.endsWith('package-lock.json'),
    );
    const found = looked.flatMap((path) =>
      foreignRuns(contentOf(path)).map((run) => `${path}: ${run}`),
    );
    expect(found).toEqual([]);
  });
});
