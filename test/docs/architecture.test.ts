import { describe, expect, it } from '@jest/globals';
import { contentOf, FILES } from './markdown.ts';

const INVARIANTS = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10'];

/** `| **I1** | rule | tests |` */
function rowOf(invariant: string): { readonly rule: string; readonly tests: readonly string[] } {
  const row = new RegExp(`^\\| \\*\\*${invariant}\\*\\* \\| (.+) \\| (.+) \\|$`, 'm').exec(
    contentOf('ARCHITECTURE.md'),
  );
  const [, rule = '', tests = ''] = row ?? [];
  return { rule, tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path) };
}

describe('the architecture', () => {
  it.each(INVARIANTS)('states %s and names tests that hold it, which exist', (invariant) => {
    const { rule, tests } = rowOf(invariant);
    expect(rule).not.toBe('');
    expect(tests.length).toBeGreaterThan(0);
    expect(tests.filter((path) => !FILES.includes(`test/${path}`))).toEqual([]);
  });

  it('draws no folder that does not exist, and leaves none out', () => {
    const text = contentOf('ARCHITECTURE.md');
    // A folder of code has a README that says what it may not do.
    const folders = FILES.flatMap((path) => /^(\w+)\/README\.md$/.exec(path)?.[1] ?? []);
    expect(folders).toEqual(expect.arrayContaining(['workflows', 'temporal', 'cli', 'test']));
    for (const folder of folders.filter((name) => name !== 'docs')) {
      expect(text).toContain(`\`${folder}/\``);
    }
  });

  it('names files that exist on the way of a code', () => {
    const [, section = ''] = contentOf('ARCHITECTURE.md').split("## A code's way");
    const [way = ''] = section.split('\n## ');
    const named = [...way.matchAll(/`((?:\w+\/)[\w./-]+\.c?ts|[\w/-]+\.cjs)`/g)].map(
      ([, path = '']) => path,
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((path) => !FILES.includes(path))).toEqual([]);
  });
});
