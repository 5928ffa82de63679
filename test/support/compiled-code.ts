/**
 * The workers' code as plain JavaScript: a hundred workers that are started through the TypeScript loader
 * would spend most of the suite's time in it. CommonJS, because Node looks through each package that a
 * module imports for its names first, which is a fifth of what a worker's start costs.
 */
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDERS = ['activities', 'client', 'worker', 'workflows', 'test/chaos'];

/** The types of swc do not know the last of them yet. */
const JSC = {
  target: 'es2022',
  parser: { syntax: 'typescript' },
  rewriteRelativeImportExtensions: true,
} as const;

export interface CompiledCode extends AsyncDisposable {
  /** Where the file of this name, from the project's root, has gone. */
  pathOf(file: string): string;
}

/** @param target - inside the project, where packages are found */
export async function compileCode(target: string): Promise<CompiledCode> {
  for (const folder of FOLDERS) {
    const names = await readdir(join(ROOT, folder), { recursive: true });
    await Promise.all(names.map((name) => compile(join(folder, name), target)));
  }
  await writeFile(join(target, 'package.json'), '{ "type": "commonjs" }\n');
  return {
    pathOf: (file) => join(target, file.replace(/\.ts$/, '.js')),
    [Symbol.asyncDispose]: () => rm(target, { recursive: true, force: true }),
  };
}

async function compile(file: string, target: string): Promise<void> {
  const suffix = extname(file);
  if (suffix !== '.ts' && suffix !== '.cjs') return;
  const to = join(target, file);
  await mkdir(dirname(to), { recursive: true });
  if (suffix === '.cjs') return copyFile(join(ROOT, file), to);
  const { code } = await transformFile(join(ROOT, file), {
    swcrc: false,
    configFile: false,
    jsc: JSC,
    module: { type: 'commonjs' },
  });
  await writeFile(to.replace(/\.ts$/, '.js'), code);
}
