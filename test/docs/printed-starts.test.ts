import { describe, expect, it } from '@jest/globals';
import { contentOf, FILES } from './markdown.ts';

const PRINTED = FILES.filter(
  (path) =>
    /\.(md|ts|sh|yml|py)$/.test(path) && !path.startsWith('test/') && path !== 'CHANGELOG.md',
);

/** From the command's name to the input, or to the end of the line that it stands in; no flag makes signal-with-start refuse. */
const STARTS = /temporal workflow (?:start|execute)\b(?:\\\n|\\\\\n|[^\n`])*/g;

describe('every start with the Temporal CLI that is printed', () => {
  const starts = PRINTED.flatMap((path) =>
    [...contentOf(path).matchAll(STARTS)].map(([command]) => ({ path, command })),
  );

  it('is found', () => {
    const paths = starts.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['README.md', 'dev/next-steps.ts']));
  });

  it('refuses where one is running, for the CLI alone would drop the new input in silence', () => {
    const silent = starts.filter(({ command }) => !command.includes('--fail-existing'));
    expect(silent).toEqual([]);
  });
});
