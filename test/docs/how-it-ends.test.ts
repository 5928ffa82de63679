import { describe, expect, it } from '@jest/globals';
import { contentOf } from './markdown.ts';

const GUIDE = contentOf('docs/plain-clients.md');

/** The cells of the rows whose first one is names in code spans, below a heading of the guide. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = GUIDE.split(`\n## ${heading}\n`);
  const rows = section.split('\n## ')[0]?.matchAll(/^\| (`.+) \|$/gm) ?? [];
  return [...rows].map(([, row = '']) => row.split(' | '));
}

function matchesOf(pattern: RegExp, text: string): readonly string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found).sort();
}

/** The members of a union of literals, or the fields of an interface, as the contract's source has them. */
function membersOf(file: string, name: string): readonly string[] {
  const source = contentOf(`workflows/contract/${file}`);
  const [, union] = new RegExp(`export type ${name} =([^;]+);`).exec(source) ?? [];
  if (union !== undefined) return matchesOf(/'([a-z-]+)'/g, union);
  const [, fields = ''] =
    new RegExp(`export interface ${name} \\{([^]+?)\\n\\}`).exec(source) ?? [];
  return matchesOf(/readonly (\w+\??):/g, fields);
}

describe('the guide’s account of an end', () => {
  const rows = rowsBelow('How it ends');
  const [fields, reasons] = [
    rows.filter((cells) => cells.length === 2),
    rows.filter((cells) => cells.length === 3),
  ];

  it('has every reason of a failure, with a way out', () => {
    const listed = reasons.map(([name = '']) => name.replaceAll('`', ''));
    expect([...listed].sort()).toEqual(membersOf('progress.ts', 'FailureReason'));
    for (const [, what = '', wayOut = ''] of reasons) {
      for (const text of [what, wayOut]) expect(text).toMatch(/^[A-Z].+\.$/);
    }
  });

  it('has every field of the result', () => {
    const listed = fields.flatMap(([names = '']) => matchesOf(/`(\w+)`/g, names));
    const known = membersOf('enroll-mfa.ts', 'EnrollMfaResult').map((name) =>
      name.replace('?', ''),
    );
    expect([...listed].sort()).toEqual([...known].sort());
  });

  it.each([
    ['outcome', membersOf('progress.ts', 'Outcome').filter((outcome) => outcome !== 'failed')],
    ['recoveryCode', membersOf('progress.ts', 'RecoveryCodeStatus')],
    ['factors', membersOf('progress.ts', 'FactorStatus')],
    ['orphans', matchesOf(/'([a-z-]+-[a-z-]+)'/g, unionOfOrphans())],
  ])('has every value of %s', (field, values) => {
    expect(values.length).toBeGreaterThan(2);
    const text = fields.find(([name]) => name === `\`${field}\``)?.[1] ?? '';
    expect(values.filter((value) => !text.includes(`\`${value}\``))).toEqual([]);
  });

  it.each([
    ['factors', membersOf('progress.ts', 'FactorProgress')],
    ['orphans', membersOf('enroll-mfa.ts', 'Orphan')],
  ])('has the shape of %s', (field, shape) => {
    const text = fields.find(([name]) => name === `\`${field}\``)?.[1] ?? '';
    const [, listed = ''] = /`\{(.+?)\}`/.exec(text) ?? [];
    expect(listed.split(', ').sort()).toEqual([...shape].sort());
  });

  it('has the shape of a failure’s detail', () => {
    const [, listed = ''] = /`\{(reason.+?)\}`/.exec(GUIDE) ?? [];
    const shape = membersOf('enroll-mfa.ts', 'EnrollMfaFailureDetail');
    expect(listed.split(', ').sort()).toEqual([...shape].sort());
  });
});

function unionOfOrphans(): string {
  return /readonly why: ([^;]+);/.exec(contentOf('workflows/contract/enroll-mfa.ts'))?.[1] ?? '';
}
