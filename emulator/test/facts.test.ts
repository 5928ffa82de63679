import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

interface Row {
  readonly section: string;
  readonly fact: string;
  /** Beginnings of the names of cases, or why there is none. */
  readonly says: string;
}

function lines(path: string): readonly string[] {
  return readFileSync(new URL(path, import.meta.url), 'utf8').split('\n');
}

/** Without what only sets it off: bold type and the sign that a list, a table or a comment begins with. */
function plain(line: string): string {
  return line.replaceAll('**', '').replace(/^(- |\| |\/\/ )/, '');
}

const SEPARATOR = /^\|[-| ]+\|$/;

/** Paragraphs, bullets and rows of tables, each with its section; of replies the comment above. */
function facts(): readonly string[] {
  const found: string[] = [];
  let section: string | undefined;
  let quoted = false;
  const all = lines('../FACTS.md');
  for (const [index, line] of all.entries()) {
    section = /^##+ ([\d.]+?)\.? /.exec(line)?.[1] ?? section;
    if (line.startsWith('```')) quoted = !quoted;
    const headOfTable = SEPARATOR.test(line) || SEPARATOR.test(all[index + 1] ?? '');
    const continued = quoted ? !line.startsWith('//') : /^(\s|$|#|```)/.test(line);
    if (section === undefined || headOfTable || continued || line === '**Errors**') continue;
    found.push(`${section} ${plain(line)}`);
  }
  return found;
}

function table(path: string): readonly Row[] {
  return lines(path).flatMap((line) => {
    const [, section, fact, says] = /^\| ([\d.]+) \| (.*) \| ([^|]*) \|$/.exec(line) ?? [];
    if (section === undefined || fact === undefined || says === undefined) return [];
    return [{ section, fact, says }];
  });
}

const HELD = table('facts-and-cases.md');
const NOT_HELD = table('../FIDELITY.md');

/** The longest beginning that fits is the one that is meant. */
function rowOf(fact: string): Row | undefined {
  return [...HELD, ...NOT_HELD]
    .filter((row) => fact.startsWith(`${row.section} ${row.fact}`))
    .toSorted((a, b) => b.fact.length - a.fact.length)[0];
}

describe('the facts', () => {
  it('are each held by a case, or told to have none and why', () => {
    expect(facts().length).toBeGreaterThan(150);
    expect(facts().filter((fact) => rowOf(fact) === undefined)).toEqual([]);
    expect(NOT_HELD.filter(({ says }) => says === '')).toEqual([]);
  });

  it('are not told of where there is no such fact', () => {
    const told = new Set(facts().map(rowOf));
    expect([...HELD, ...NOT_HELD].filter((row) => !told.has(row))).toEqual([]);
  });

  it('are held by cases that there are', () => {
    const sources = readdirSync(new URL('.', import.meta.url), {
      recursive: true,
      encoding: 'utf8',
    })
      .filter((file) => file.endsWith('.test.ts') && !file.startsWith('facts'))
      .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
      .join('\n');
    const missing = HELD.flatMap(({ says }) => says.split(' · ')).filter(
      (name) => !['"', "'", '`'].some((quote) => sources.includes(`${quote}${name}`)),
    );
    expect(missing).toEqual([]);
  });
});
