/** What a dependency must be, told from the lock file alone. */
import { z } from 'zod';

/** Licences that Apache-2.0 code may be shipped with. */
const LICENCES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
]);

/** By name, each with its reason. */
const LICENCE_EXCEPTIONS: Readonly<Record<string, string>> = {
  argparse: 'Python-2.0: of what generates the reference; not shipped',
  'caniuse-lite': 'CC-BY-4.0: data of the SDK’s bundler, shipped as it is with its own attribution',
  unionfs: 'Unlicense by its file LICENSE, which its package.json does not say',
};

/** They run code of theirs at an install, each for the reason given. */
const INSTALL_SCRIPTS: Readonly<Record<string, string>> = {
  '@parcel/watcher': 'checks that its native part fits; not shipped',
  '@swc/core': 'checks that its native part fits',
  esbuild: 'checks that its native part fits',
  protobufjs: 'writes a note about its version',
};

/** npm runs these of a package by itself. */
const LIFE_CYCLE = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];

/** Where other people's packages are; what is not below it is ours: the project and its workspaces. */
export const MODULES = 'node_modules/';

const lockFileSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      license: z.string().optional(),
      integrity: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
      link: z.boolean().optional(),
      inBundle: z.boolean().optional(),
    }),
  ),
});

const manifestSchema = z.object({
  scripts: z.record(z.string(), z.string()).default({}),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

/**
 * @param lockFile - `package-lock.json`, version 3, parsed
 * @returns one sentence for each dependency that breaks a rule
 * @throws ZodError where it is no lock file
 */
export function lockFileProblems(lockFile: unknown): readonly string[] {
  const { packages } = lockFileSchema.parse(lockFile);
  return Object.entries(packages).flatMap(([path, entry]) => {
    if (!path.includes(MODULES) || entry.link === true) return [];
    const name = packageName(path);
    const problems: string[] = [];
    if (!mayBeShipped(entry.license) && !(name in LICENCE_EXCEPTIONS)) {
      problems.push(`${name} has the licence ${entry.license ?? '(none)'}`);
    }
    if (entry.hasInstallScript === true && !(name in INSTALL_SCRIPTS)) {
      problems.push(`${name} runs a script when it is installed`);
    }
    if (entry.integrity === undefined && entry.inBundle !== true) {
      problems.push(`${name} has no hash`);
    }
    return problems;
  });
}

/** @param path - of an entry in `packages`, such as `node_modules/a/node_modules/b` */
export function packageName(path: string): string {
  return path.slice(path.lastIndexOf(MODULES) + MODULES.length);
}

/** @param manifest - `package.json`, parsed */
export function manifestProblems(manifest: unknown): readonly string[] {
  const { scripts, dependencies, devDependencies } = manifestSchema.parse(manifest);
  const ranges = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
  );
  return [
    ...LIFE_CYCLE.filter((name) => name in scripts).map(
      (name) => `package.json runs its script ${name} when it is installed`,
    ),
    ...ranges.map(([name, version]) => `${name} is asked for as ${version}, not as one version`),
  ];
}

/** SPDX expressions as npm's packages have them: one operator, parentheses around all of it. */
function mayBeShipped(expression: string | undefined): boolean {
  if (expression === undefined) return false;
  const bare = expression.replaceAll(/[()]/g, '');
  return bare.includes(' OR ')
    ? bare.split(' OR ').some((licence) => LICENCES.has(licence))
    : bare.split(' AND ').every((licence) => LICENCES.has(licence));
}
