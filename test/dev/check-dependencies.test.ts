import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { startChild } from '../support/child-program.ts';
import { plainEnvironment } from '../support/plain-environment.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Not compiled: it reads the files that stand beside its folder. */
const PROGRAM = fileURLToPath(new URL('../../dev/check-dependencies.ts', import.meta.url));
const BULK = '/-/npm/v1/security/advisories/bulk';

/** The check against a registry that answers so; npm's cache is its own. */
async function checked(answer: RequestListener, args: readonly string[] = []) {
  await using folder = await temporaryFolder();
  const registry = createServer(answer).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  try {
    const address = registry.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await using program = startChild(PROGRAM, {
      args,
      env: {
        ...plainEnvironment(),
        npm_config_registry: `http://127.0.0.1:${port}/`,
        npm_config_cache: folder.path,
        npm_config_fetch_retries: '0',
      },
    });
    return { code: await program.ended, output: program.output() };
  } finally {
    registry.close();
    registry.closeAllConnections();
  }
}

/** As a mirror that only serves packages. */
const refuses: RequestListener = (_request, response) => {
  response.writeHead(405).end();
};

function json(answers: Readonly<Record<string, object>>): RequestListener {
  return ({ url = '' }, response) => {
    const answer = answers[url];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  };
}

function advisory(severity: string) {
  return {
    [BULK]: {
      zod: [{ id: 1, url: 'https://x.example/1', title: 'x', severity, vulnerable_versions: '*' }],
    },
    '/zod': {
      name: 'zod',
      'dist-tags': { latest: '4.6.7' },
      versions: { '4.6.7': { name: 'zod', version: '4.6.7' } },
    },
  };
}

describe('npm run check:dependencies', () => {
  it('says loudly where vulnerabilities were not looked for, and goes on', async () => {
    const { code, output } = await checked(refuses);
    expect(output).toContain('Vulnerabilities were NOT looked for');
    expect(output).toContain('--require-audit');
    expect(code).toBe(0);
  });

  it('fails on that where it is told to', async () => {
    const { code, output } = await checked(refuses, ['--require-audit']);
    expect(output).toContain('Vulnerabilities were NOT looked for');
    expect(code).toBe(1);
  });

  it('fails on a vulnerability that is high', async () => {
    const { code, output } = await checked(json(advisory('high')));
    expect(output).toMatch(/[1-9]\d* high or critical vulnerabilities are known; see npm audit/);
    expect(code).toBe(1);
  });

  it.each([
    ['none is known', { [BULK]: {} }],
    ['one is low', advisory('low')],
  ])('is content where %s', async (_what, answers) => {
    expect(await checked(json(answers), ['--require-audit'])).toEqual({ code: 0, output: '' });
  });
});
