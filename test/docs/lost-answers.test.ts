import { describe, expect, it } from '@jest/globals';
import { contentOf, FILES } from './markdown.ts';

const ROW = /(?:login|associate-sms|associate-totp|confirm|delete|list)\/[a-z0-9-]+/g;

/** Names in the first cell of each row. */
const ROWS = [...contentOf('docs/lost-answers.md').matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(
  ([, cell = '']) => cell.match(ROW) ?? [],
);

/** Names with which a test's title begins. */
const TESTED = /^test\/(scenarios|activities|workflows|end-to-end)\/.+\.test\.ts$/;
const TESTS = FILES.filter((path) => TESTED.test(path)).flatMap((path) =>
  [...contentOf(path).matchAll(/['`]([a-z-]+\/[a-z0-9-]+)(?=[:'`])/g)].flatMap(
    ([, name = '']) => name.match(ROW) ?? [],
  ),
);

describe('the table of lost answers', () => {
  it('has a test for every row', () => {
    expect(ROWS.length).toBeGreaterThan(40);
    expect(ROWS.filter((row) => !TESTS.includes(row))).toEqual([]);
  });

  it('has a row for every test', () => {
    expect(TESTS.filter((name) => !ROWS.includes(name))).toEqual([]);
  });
});
