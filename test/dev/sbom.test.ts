import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { contentOf, ROOT } from '../docs/markdown.ts';

const BYTES_MAX = 16 * 1024 * 1024;

/** What every reader of CycloneDX 1.5 relies on. */
const billSchema = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.5'),
  serialNumber: z.string().regex(/^urn:uuid:[0-9a-f-]{36}$/),
  version: z.literal(1),
  metadata: z.looseObject({
    timestamp: z.iso.datetime(),
    component: z.looseObject({
      name: z.string(),
      type: z.literal('application'),
      purl: z.string(),
      'bom-ref': z.string(),
    }),
  }),
  components: z.array(
    z.looseObject({
      'bom-ref': z.string(),
      name: z.string(),
      version: z.string(),
      purl: z.string().regex(/^pkg:npm\//),
      externalReferences: z.array(z.looseObject({ url: z.url() })),
      licenses: z.array(z.unknown()).default([]),
      hashes: z.array(
        z.object({ alg: z.literal('SHA-512'), content: z.string().regex(/^[0-9a-f]{128}$/) }),
      ),
    }),
  ),
  dependencies: z.array(
    z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) }),
  ),
});

const manifest = z
  .looseObject({
    version: z.string(),
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(contentOf('package.json')));

const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        version: z.string().optional(),
        dev: z.boolean().optional(),
        optional: z.boolean().optional(),
        link: z.boolean().optional(),
      }),
    ),
  })
  .parse(JSON.parse(contentOf('package-lock.json')));

describe('npm run sbom', () => {
  it('writes what is shipped, with versions, licences and hashes, and nothing that only builds it', async () => {
    const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], {
      cwd: ROOT,
      maxBuffer: BYTES_MAX,
    });
    const { metadata, components, dependencies } = billSchema.parse(JSON.parse(stdout));
    expect(metadata.component.name).toBe('durable-mfa-enrollment');
    expect(metadata.component.purl).toBe(`pkg:npm/durable-mfa-enrollment@${manifest.version}`);
    const listed = components.map(({ name, version }) => `${name}@${version}`);
    for (const [name, version] of Object.entries(manifest.dependencies)) {
      expect(listed).toContain(`${name}@${version}`);
    }
    // All of the lock file that is not for development alone, what others bring included.
    const locked = Object.entries(lock.packages).filter(
      ([path, { dev, optional, link }]) =>
        path.includes('node_modules/') && link !== true && dev !== true && optional !== true,
    );
    for (const [path, { version = '' }] of locked) {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      expect(listed).toContain(`${name}@${version}`);
    }
    const builders = ['typescript', 'jest', 'eslint', 'prettier'];
    expect(Object.keys(manifest.devDependencies)).toEqual(expect.arrayContaining(builders));
    expect(components.filter(({ name }) => builders.includes(name))).toEqual([]);
    // Its package.json does not say it; the licence check has the exception.
    const unlicensed = components.filter(({ licenses }) => licenses.length === 0);
    expect(unlicensed.map(({ name }) => name)).toEqual(['unionfs']);
    const refs = components.map((component) => component['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
    const known = new Set([metadata.component, ...components].map((entry) => entry['bom-ref']));
    const named = dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
    expect(named.filter((ref) => !known.has(ref))).toEqual([]);
  });
});
