import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { lockFileProblems, manifestProblems } from '../../dev/lock-file-rules.ts';
import { contentOf } from '../docs/markdown.ts';

const GOOD = { license: 'MIT', integrity: 'sha512-x' };

function problemsOf(entry: object, path = 'node_modules/a/node_modules/@b/c'): readonly string[] {
  return lockFileProblems({ packages: { '': {}, [path]: { ...GOOD, ...entry } } });
}

const manifestSchema = z.object({
  engines: z.object({ node: z.string() }),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

function manifestOf(path: string) {
  const { engines, dependencies, devDependencies } = manifestSchema.parse(
    JSON.parse(contentOf(path)),
  );
  return { engines, versions: new Map(Object.entries({ ...dependencies, ...devDependencies })) };
}

describe('a workspace', () => {
  it('asks for the version that the project asks for, of Node and of what both need', () => {
    const [whole, own] = [manifestOf('package.json'), manifestOf('emulator/package.json')];
    const shared = [...own.versions].filter(([name]) => whole.versions.has(name));
    expect(shared.length).toBeGreaterThan(5);
    expect(shared.filter(([name, version]) => whole.versions.get(name) !== version)).toEqual([]);
    expect(own.engines).toEqual(whole.engines);
  });

  it('has the licence of the project', () => {
    expect(contentOf('emulator/LICENSE')).toBe(contentOf('LICENSE'));
  });
});

describe('the rules of dependencies', () => {
  it('hold for what this project has', () => {
    for (const manifest of ['package.json', 'emulator/package.json']) {
      expect(manifestProblems(JSON.parse(contentOf(manifest)))).toEqual([]);
    }
    expect(lockFileProblems(JSON.parse(contentOf('package-lock.json')))).toEqual([]);
  });

  it('are for what other people made: a workspace needs neither licence nor hash', () => {
    const ours = { license: undefined, integrity: undefined };
    expect(problemsOf(ours, 'emulator')).toEqual([]);
    expect(problemsOf({ ...ours, link: true }, 'node_modules/@ours/emulator')).toEqual([]);
  });

  it.each(['MIT', '(GPL-3.0 OR MIT)', 'Apache-2.0 AND MIT'])('let the licence %s in', (license) => {
    expect(problemsOf({ license })).toEqual([]);
  });

  it.each(['GPL-3.0', 'MIT AND GPL-3.0', 'SEE LICENSE IN x', undefined])(
    'refuse the licence %s',
    (license) => {
      expect(problemsOf({ license })).toEqual([`@b/c has the licence ${license ?? '(none)'}`]);
    },
  );

  it('refuse a script at the install, and what has no hash', () => {
    expect(problemsOf({ hasInstallScript: true, integrity: undefined })).toEqual([
      '@b/c runs a script when it is installed',
      '@b/c has no hash',
    ]);
  });

  it('refuse a life-cycle script of ours and versions that move', () => {
    expect(
      manifestProblems({ scripts: { postinstall: 'x', test: 'x' }, dependencies: { a: '^1.0.0' } }),
    ).toEqual([
      'package.json runs its script postinstall when it is installed',
      'a is asked for as ^1.0.0, not as one version',
    ]);
  });
});
