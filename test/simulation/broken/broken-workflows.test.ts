import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { END_ORACLES, STEP_ORACLES } from '../oracles/all.ts';
import { changed } from './broken-bundle.ts';
import { BROKEN_RULES } from './broken-rules.ts';
import { BROKEN_WORKFLOWS } from './broken-workflows.ts';

describe('a broken workflow', () => {
  it.each([...BROKEN_WORKFLOWS, ...BROKEN_RULES])(
    "is made of today's workflow: $fault",
    async (broken) => {
      const path = new URL(`../../../workflows/${broken.file}`, import.meta.url);
      expect(changed(await readFile(path, 'utf8'), broken)).toContain(broken.replace);
    },
  );

  it.each(BROKEN_RULES)('is seen by a scenario that there is: $fault', async ({ seenBy }) => {
    const [file, name] = seenBy;
    const path = new URL(`../../scenarios/${file}`, import.meta.url);
    expect(await readFile(path, 'utf8')).toContain(name);
  });

  it('is there for each oracle', () => {
    const oracles = [...Object.keys(STEP_ORACLES), ...Object.keys(END_ORACLES), 'replay'];
    expect(BROKEN_WORKFLOWS.map(({ oracle }) => oracle).sort()).toEqual(oracles.sort());
  });
});
