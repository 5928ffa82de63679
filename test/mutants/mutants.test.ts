import { describe, expect, it } from '@jest/globals';
import { contentOf, FILES } from '../docs/markdown.ts';
import { MUTANTS } from './mutants.ts';

describe('the list of mutants', () => {
  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    'fits the code of today: %s',
    (_name, { file, find, replace, tests }) => {
      expect(contentOf(file).split(find)).toHaveLength(2);
      expect(replace).not.toBe(find);
      for (const path of tests) expect(FILES.some((name) => name.startsWith(path))).toBe(true);
    },
  );

  it('is the one that the table reports on', () => {
    const rows = [...contentOf('docs/mutants.md').matchAll(/^\| ([^|]+) \| I\d/gm)];
    expect(rows.map(([, name]) => name)).toEqual(MUTANTS.map(({ name }) => name));
  });
});
