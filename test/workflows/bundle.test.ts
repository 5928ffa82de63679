import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';

/** Modules that webpack has put into the bundle, by the comment that it writes before each. */
async function bundledModules(): Promise<string[]> {
  const code = await readFile(process.env['WORKFLOW_BUNDLE'] ?? '', 'utf8');
  return [...code.matchAll(/^\/\*\*\*\/ "([^"]+)"/gm)].map(([, name]) => name ?? '');
}

describe('the workflow bundle', () => {
  it('holds the flow', async () => {
    expect(await bundledModules()).toContain('./workflows/enroll-mfa.ts');
  });

  it.each(['zod', 'undici', 'jose', 'oauth4webapi', 'libphonenumber-js', 'pino', 'hono'])(
    'holds no %s',
    async (library) => {
      const modules = await bundledModules();
      expect(modules.filter((name) => name.includes(`node_modules/${library}/`))).toEqual([]);
    },
  );

  it('holds no activity, no client and no Node built-in', async () => {
    const modules = await bundledModules();
    const outside = /^\.\/(activities|worker|client|emulator|dev|test)\/|^(external )?"?node:/;
    expect(modules.filter((name) => outside.test(name))).toEqual([]);
  });
});
