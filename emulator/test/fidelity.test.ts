import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { startEmulator, Tenants } from '@durable-mfa/tenant-emulator';
import { SETTINGS_DEFAULT } from '../tenant/settings.ts';

const TABLE = document('FIDELITY');
const CONTROL = document('control/README');
const FACTS = document('FACTS');
const SWITCHES = document('SWITCHES');

function document(name: string): string {
  return readFileSync(new URL(`../${name}.md`, import.meta.url), 'utf8');
}

interface Row {
  readonly endpoint: string;
  readonly heldBy: string;
}

/** Method and route of each row, in its first cell with nothing else; its last cell. */
function rows(): readonly Row[] {
  return [...TABLE.matchAll(/^\| `([A-Z]+ \/[^`]*)` \|.*\| ([^|]*) \|$/gm)].map(
    ([, endpoint = '', heldBy = '']) => ({ endpoint, heldBy }),
  );
}

async function endpoints(): Promise<readonly string[]> {
  await using tenants = await Tenants.start(startEmulator, [{ name: 'default', control: true }]);
  return tenants.running.get('default')?.endpoints ?? [];
}

/** `§3.1 A, B · §0 A` and the beginnings of cases alike: `§3.1 A`, `§3.1 B`, `§0 A`. */
function marksIn(text: string): readonly string[] {
  const groups = text.matchAll(/§([\d.]+) ((?:[ABCDX]|RUN)(?:(?:, |\/)(?:[ABCDX]|RUN))*)/g);
  return [...groups].flatMap(([, section = '', marks = '']) =>
    marks.split(/, |\//).map((mark) => `§${section} ${mark}`),
  );
}

/** The names of all cases; those of tables stand in the same places. */
function namesOfCases(): readonly string[] {
  return readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
    .flatMap((text) => [...text.matchAll(/['"`](§[^:'"`]+:)/g)])
    .map(([, name = '']) => name);
}

describe('the fidelity table', () => {
  it('has a row for every route of the tenant, and no other row', async () => {
    const routes = (await endpoints()).filter((endpoint) => !endpoint.includes(' /_emulator'));
    expect(routes.length).toBeGreaterThan(10);
    expect(
      rows()
        .map(({ endpoint }) => endpoint)
        .toSorted(),
    ).toEqual(routes.toSorted());
  });

  it('leans on cases that there are, in every row', () => {
    const held = new Set(namesOfCases().flatMap(marksIn));
    for (const { endpoint, heldBy } of rows()) {
      expect([endpoint, heldBy]).toEqual([endpoint, expect.stringMatching(/^§/)]);
      const missing = marksIn(heldBy).filter((mark) => !held.has(mark));
      expect([endpoint, missing]).toEqual([endpoint, []]);
    }
  });
});

describe('the cases', () => {
  it('name sections that the facts have, and a mark', () => {
    const sections = [...FACTS.matchAll(/^##+ ([\d.]+?)\.? /gm)].map(([, section = '']) => section);
    const names = namesOfCases();
    expect(names.length).toBeGreaterThan(200);
    for (const name of names) {
      const marks = marksIn(name);
      const unknown = marks.filter((mark) => !sections.includes(/[\d.]+/.exec(mark)?.[0] ?? ''));
      expect([name, marks.length > 0, unknown]).toEqual([name, true, []]);
    }
  });
});

describe('the switches', () => {
  it('are all in the table', () => {
    const [, named = ''] = /^(\|[^]*)/m.exec(SWITCHES) ?? [];
    const listed = [...named.matchAll(/`([A-Za-z]+)`/g)].map(([, name = '']) => name);
    const missing = Object.keys(SETTINGS_DEFAULT).filter((name) => !listed.includes(name));
    expect(missing).toEqual([]);
  });
});

describe('the README of the control API', () => {
  it('names every path but those behind the page', async () => {
    const paths = (await endpoints())
      .map((endpoint) => endpoint.split(' ')[1] ?? '')
      .filter((path) => path.startsWith('/_emulator') && !path.startsWith('/_emulator/page'));
    const missing = paths.filter((path) => !CONTROL.includes(path.replaceAll(/:(\w+)/g, '{$1}')));
    expect(missing).toEqual([]);
  });
});
