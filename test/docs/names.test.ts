import { basename, dirname } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { OPEN_EXECUTIONS } from '../../temporal/open-executions.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes.ts';
import { DEFAULT_PLAN, LIMITS, SIGNALS, UPDATES } from '../../workflows/contract/enroll-mfa.ts';
import { HINTS } from '../../workflows/rules/refusals.ts';
import { commandPaths } from '../cli/command-run.ts';
import { contentOf, DOCUMENTS, FILES } from './markdown.ts';

const PLAIN_CLIENTS = contentOf('docs/plain-clients.md');
const { scripts, version } = z
  .object({ scripts: z.record(z.string(), z.string()), version: z.string() })
  .parse(JSON.parse(contentOf('package.json')));

/** Every match's first group, once. */
function all(pattern: RegExp, text: string): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, found = '']) => found))].sort();
}

describe('every document', () => {
  // A changelog tells of what is gone, too.
  it.each(DOCUMENTS.filter((path) => path !== 'CHANGELOG.md'))(
    '%s names only npm scripts that exist',
    (document) => {
      const text = contentOf(document);
      const named = all(/\bnpm run (?:-s )?([a-z:]+)/g, text);
      expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
    },
  );

  it.each(DOCUMENTS)('%s names only commands of ours that exist', (document) => {
    const named = all(/\bmfa -- ([a-z][a-z-]*(?: [a-z][a-z-]*)?)/g, contentOf(document));
    const known = commandPaths();
    const groups = known.filter((path) => known.some((other) => other.startsWith(`${path} `)));
    const exists = (name: string): boolean => {
      const [first = ''] = name.split(' ');
      return known.includes(name) || (known.includes(first) && !groups.includes(first));
    };
    expect(named.filter((name) => !exists(name))).toEqual([]);
  });

  it.each(DOCUMENTS)('%s names only variables that the code reads', (document) => {
    const code = FILES.filter((path) =>
      /^((worker|temporal|client|cli|dev|emulator|activities)\/.*\.ts|docs\/guides\/.*\.py)$/.test(
        path,
      ),
    );
    const read = all(/['"]((?:AUTH0|MFA)_[A-Z0-9_]+)['"]/g, code.map(contentOf).join('\n'));
    const named = all(/\b((?:AUTH0|MFA)_[A-Z0-9_]*[A-Z0-9])\b/g, contentOf(document));
    expect(named.filter((name) => !read.includes(name))).toEqual([]);
  });

  it.each(
    DOCUMENTS.filter((path) => /^[^.]+\/README\.md$/.test(path) && !path.includes('decisions')),
  )('%s is at most a screen, and opens with what the folder may not do', (document) => {
    const text = contentOf(document);
    expect(text.split('\n').length).toBeLessThanOrEqual(70);
    expect(text.split('\n\n').slice(1, 3).join(' ')).toMatch(/may\s\**not\**/i);
  });
});

/** What is quoted from other projects' sources is no file of ours. */
const OURS = DOCUMENTS.filter((path) => path !== 'emulator/FACTS.md');

describe('the files of ours', () => {
  it.each(OURS)('that %s names exist', (document) => {
    const folder = dirname(document) === '.' ? '' : `${dirname(document)}/`;
    const named = all(/`((?:[\w.-]+\/)*[\w-][\w.-]*\.(?:ts|cjs|mjs|py))`/g, contentOf(document));
    const missing = named.filter(
      (name) => !FILES.some((path) => path === name || isBelow(path, folder, name)),
    );
    expect(missing).toEqual([]);
  });

  it.each(DOCUMENTS.filter((path) => contentOf(path).includes('\n| File |')))(
    '%s lists all of its folder',
    (document) => {
      const folder = dirname(document);
      const there = FILES.filter((path) => dirname(path) === folder && /\.[cm]?[tj]s$/.test(path));
      const listed = contentOf(document);
      expect(there.filter((path) => !listed.includes(`\`${basename(path)}`))).toEqual([]);
    },
  );
});

/** In the document's folder, a room of it, or `test/`, which mirrors the folders. */
function isBelow(path: string, folder: string, name: string): boolean {
  return [folder, 'test/'].some((top) => path.startsWith(top) && `/${path}`.endsWith(`/${name}`));
}

describe('the client’s README', () => {
  it('has every code of an error, but those that two commands alone have', () => {
    const [, union = ''] = contentOf('temporal/enrollment-error.ts').split(
      'export type EnrollmentErrorCode =',
    );
    const codes = all(/^ {2}\| '([a-z-]+)'/gm, union.split('\n\n')[0] ?? '');
    expect(codes.length).toBeGreaterThan(20);
    const listed = all(/`([a-z-]+)`/g, contentOf('client/README.md'));
    const missing = codes.filter((code) => !listed.includes(code));
    expect(missing).toEqual(['erasure', 'too-many-enrollments']);
  });
});

describe('what is open', () => {
  it('is asked for by its end everywhere: a paused run is not running', () => {
    const asking = FILES.filter((path) => /\.(?:[cm]?[jt]s|md|ya?ml|py|sh)$/.test(path))
      .filter((path) => path !== 'temporal/open-executions.ts')
      .filter((path) => /ExecutionStatus[^\n]{0,20}['"]Running['"]/i.test(contentOf(path)));
    expect(asking).toEqual([]);
    for (const command of all(
      /^ *(temporal workflow .*--query.*)$/gm,
      contentOf('docs/upgrades.md'),
    )) {
      expect(command).toContain(OPEN_EXECUTIONS);
    }
  });
});

describe('the worker’s README', () => {
  it('lists every variable that the worker knows', () => {
    const known = all(/^ {2}'((?:AUTH0|MFA)_[A-Z0-9_]+)',$/gm, contentOf('worker/config.ts'));
    expect(known.length).toBeGreaterThan(10);
    const listed = all(/`((?:AUTH0|MFA)_[A-Z0-9_]+)`/g, contentOf('worker/README.md'));
    expect(known.filter((name) => !listed.includes(name))).toEqual([]);
  });
});

describe('the guide for plain clients', () => {
  it('has every refusal with the words that a person is told', () => {
    const rows = [...PLAIN_CLIENTS.matchAll(/^\| `([a-z-]+)` \| ([A-Z][^|]*\.) \|$/gm)];
    const listed = Object.fromEntries(rows.map(([, name = '', hint]) => [name, hint]));
    expect(listed).toEqual(HINTS);
  });

  it('exists where those words send people', () => {
    const named = Object.values(HINTS).flatMap((hint) => all(/(docs\/\S+\.md)/g, hint));
    expect(named).toContain('docs/plain-clients.md');
    expect(DOCUMENTS).toEqual(expect.arrayContaining(named));
    expect(Object.values(HINTS).join(' ')).not.toMatch(/contract/);
  });

  it('has every phase', () => {
    const phases = all(/^ {2}\| '([a-z-]+)'$/gm, phaseUnion());
    expect(phases.length).toBeGreaterThan(5);
    expect(phases.filter((phase) => !PLAIN_CLIENTS.includes(`\`${phase}\``))).toEqual([]);
  });

  it('has every signal, update, search attribute and factor', () => {
    const names = [
      ...Object.values(SIGNALS),
      ...Object.values(UPDATES),
      ...SEARCH_ATTRIBUTES.map(({ name }) => name).filter((name) => name !== 'MfaRequestedBy'),
    ];
    expect(names.filter((name) => !PLAIN_CLIENTS.includes(name))).toEqual([]);
    expect(PLAIN_CLIENTS).toContain(JSON.stringify(DEFAULT_PLAN));
  });
});

function phaseUnion(): string {
  return (
    contentOf('workflows/contract/progress.ts').split('export type Phase =')[1]?.split(';')[0] ?? ''
  );
}

describe('the README', () => {
  it('states the limits of the code', () => {
    const limits = contentOf('README.md').replaceAll(/\s+/g, ' ');
    expect(limits).toContain(`${LIMITS.deadlineMsDefault / 3_600_000} hours by default`);
    expect(limits).toContain(`at most ${LIMITS.deadlineMsMax / 86_400_000} days`);
    expect(limits).toContain(`${LIMITS.sendsPerEnrollment} texts`);
    expect(limits).toContain(`(${LIMITS.resendCooldownMs / 1000} s, doubling)`);
    expect(limits).toContain(`${LIMITS.wrongCodesPerChallenge} wrong codes per challenge`);
    expect(limits).toContain(`${LIMITS.wrongCodesPerHour} per hour`);
    expect(limits).toContain(`${LIMITS.phoneNumberChanges} changes of number`);
  });
});

describe('the changelog', () => {
  const releases = contentOf('CHANGELOG.md')
    .split('\n## ')
    .slice(1)
    .map((text): [name: string, text: string] => [text.split('\n')[0] ?? '', text]);

  it('begins with this version', () => {
    expect(releases[0]?.[0]).toBe(version);
  });

  it.each(releases)('says of %s what becomes of running workflows', (_name, release) => {
    expect(release).toMatch(/^Running workflows: .+\.$/m);
  });
});
