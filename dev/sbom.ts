/**
 * `npm run -s sbom > sbom.json`: a CycloneDX 1.5 bill of what is shipped. npm writes it for everything that is
 * installed and we take out what only builds and tests, by the lock file: with `--omit dev` npm (11.19)
 * leaves out whatever a development dependency needs too, such as Temporal's SDK. Exit codes: 0 written, 1 not.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { MODULES, packageName } from './lock-file-rules.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NPM_MS_MAX = 60_000;
const DEVELOPMENT = 'cdx:npm:package:development';

/** `git@host:path`, as people write it into a package.json; it is no address to anybody but git. */
const SCP = /^(?<who>[\w.-]+@[\w.-]+):(?<path>[\w./-]+)$/;

const manifestSchema = z.object({ name: z.string() });
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), dev: z.boolean().optional() }),
  ),
});

const billSchema = z.looseObject({
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string() }) }),
  components: z.array(
    z.looseObject({
      'bom-ref': z.string(),
      name: z.string(),
      version: z.string(),
      properties: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
      externalReferences: z.array(z.looseObject({ url: z.string() })).default([]),
    }),
  ),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()) })),
});
type Bill = z.infer<typeof billSchema>;

async function billOfEverything(): Promise<Bill> {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'];
  const child = spawn('npm', args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: NPM_MS_MAX,
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error('npm sbom failed; install first: npm ci');
  return billSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
}

type Component = Bill['components'][number];

/**
 * Addresses that are none are made into some, or left out: one makes the whole bill invalid. Of a version that
 * both ship and tests have, npm may have marked the tests' copy.
 */
function amended({ externalReferences, properties, ...component }: Component): Component {
  const addressed = externalReferences.map(({ url, ...reference }) => {
    const { who = '', path = '' } = SCP.exec(url)?.groups ?? {};
    return { ...reference, url: who === '' ? url : `git+ssh://${who}/${path}` };
  });
  return {
    ...component,
    properties: properties.filter((property) => property.name !== DEVELOPMENT),
    externalReferences: addressed.filter(({ url }) => URL.canParse(url)),
  };
}

/** `name@version` of all that is not for development alone. */
async function shippedVersions(): Promise<ReadonlySet<string>> {
  const { packages } = lockSchema.parse(await json('package-lock.json'));
  const versions = Object.entries(packages).flatMap(([path, { version = '', dev }]) =>
    !path.includes(MODULES) || dev === true ? [] : [`${packageName(path)}@${version}`],
  );
  return new Set(versions);
}

async function json(file: string): Promise<unknown> {
  return JSON.parse(await readFile(join(ROOT, file), 'utf8'));
}

async function shipped({ metadata, components, dependencies, ...rest }: Bill): Promise<Bill> {
  const { name } = manifestSchema.parse(await json('package.json'));
  const versions = await shippedVersions();
  const kept = components.filter((component) =>
    versions.has(`${component.name}@${component.version}`),
  );
  const refs = new Set([metadata.component, ...kept].map((component) => component['bom-ref']));
  return {
    ...rest,
    // npm takes the folder's name.
    metadata: { ...metadata, component: { ...metadata.component, name } },
    components: kept.map(amended),
    dependencies: dependencies
      .filter(({ ref }) => refs.has(ref))
      .map((entry) => ({ ...entry, dependsOn: entry.dependsOn.filter((ref) => refs.has(ref)) })),
  };
}

console.log(JSON.stringify(await shipped(await billOfEverything()), undefined, 2));
