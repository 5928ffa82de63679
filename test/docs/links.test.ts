import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { anchorsOf, DOCUMENTS, proseOf, ROOT } from './markdown.ts';

interface Link {
  readonly target: string;
  /** From the root. */
  readonly path: string;
  readonly anchor: string | undefined;
}

function linksOf(document: string): readonly Link[] {
  const targets = [...proseOf(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor] = target.split('#');
      const path = file === '' ? document : normalize(join(dirname(document), file));
      return { target, path, anchor };
    });
}

describe('the documents', () => {
  it('are all found', () => {
    expect(DOCUMENTS).toEqual(expect.arrayContaining(['README.md', 'docs/decisions/README.md']));
  });

  it.each(DOCUMENTS)('%s links only to what exists', (document) => {
    const broken = linksOf(document).filter(
      ({ path, anchor }) =>
        !existsSync(join(ROOT, path)) ||
        (anchor !== undefined && !(path.endsWith('.md') && anchorsOf(path).includes(anchor))),
    );
    expect(broken.map(({ target }) => target)).toEqual([]);
  });

  it('of decisions are all listed', () => {
    const listed = linksOf('docs/decisions/README.md').map(({ path }) => path);
    const records = DOCUMENTS.filter((path) => /^docs\/decisions\/\d{4}-/.test(path));
    expect([...listed].sort()).toEqual([...records].sort());
  });
});
