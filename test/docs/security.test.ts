import { describe, expect, it } from '@jest/globals';
import { contentOf, FILES } from './markdown.ts';

/** `| 6.8.2 | requires | here | tests |` */
const ROWS = [
  ...contentOf('SECURITY.md').matchAll(
    /^\| (\d+\.\d+\.\d+) +\| ([^|]+) \| ([^|]+) \| ([^|]*) ?\|$/gm,
  ),
].map(([, requirement = '', , here = '', tests = '']) => ({
  requirement,
  here,
  tests: [...tests.matchAll(/`(test\/[^:`]+): ([^`]+)`/g)].map(([, file = '', title = '']) => ({
    file,
    title,
  })),
}));

const REQUIREMENTS = [
  ...['2.3.1', '2.4.1', '6.3.1', '6.6.1', '6.6.2', '6.6.3', '6.8.2', '6.8.4', '7.5.1', '11.5.1'],
  ...['13.3.1', '14.2.1', '14.2.6', '14.3.2', '16.2.5', '16.3.1', '16.5.3'],
];

describe('the table of ASVS requirements', () => {
  it('has a row for each that this service can meet', () => {
    expect(ROWS.map(({ requirement }) => requirement).sort()).toEqual([...REQUIREMENTS].sort());
  });

  it.each(ROWS)('names tests that exist for $requirement, or says why not', ({ here, tests }) => {
    if (tests.length === 0) expect(here).toMatch(/^Not (applicable|met) yet: /);
    const titles = tests.map(({ file, title }) => ({
      file,
      title,
      exists: FILES.includes(file) && contentOf(file).includes(`'${title}'`),
    }));
    expect(titles.filter(({ exists }) => !exists)).toEqual([]);
  });
});

describe('the table of what is kept', () => {
  it('says the retention that the compose file sets', () => {
    const [, days = ''] = /--retention (\d+)d/.exec(contentOf('docker-compose.yml')) ?? [];
    expect(days).toBe('7');
    expect(contentOf('docs/kept-data.md')).toContain('seven days in `docker-compose.yml`');
  });
});
