/**
 * The project as plain JavaScript: a hundred processes that are started through the TypeScript loader
 * would spend most of the suite's time in it.
 */
import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDERS = [
  'activities',
  'cli',
  'client',
  'dev',
  'emulator',
  'temporal',
  'test',
  'worker',
  'workflows',
];

/** The types of swc do not know the last of them yet. */
const JSC = {
  target: 'es2022',
  parser: { syntax: 'typescript' },
  rewriteRelativeImportExtensions: true,
} as const;

/** @param target - inside the project, where packages are found; programs stand there under their own paths */
export async function compileCode(target: string): Promise<void> {
  for (const folder of FOLDERS) {
    const names = await readdir(join(ROOT, folder), { recursive: true });
    await Promise.all(names.map((name) => compile(join(folder, name), target)));
  }
  await writeFile(join(target, 'package.json'), '{ "type": "module" }\n');
  await linkClient(target);
}

/** Programs import the client by its name; what they find is compiled with them, not built. */
async function linkClient(target: string): Promise<void> {
  const manifest = await readFile(join(ROOT, 'client/package.json'), 'utf8');
  await writeFile(join(target, 'client/package.json'), manifest.replaceAll('./dist/client/', './'));
  await mkdir(join(target, 'node_modules/@durable-mfa'), { recursive: true });
  await symlink(join(target, 'client'), join(target, 'node_modules/@durable-mfa/client'));
}

async function compile(file: string, target: string): Promise<void> {
  if (!/(?<!\.test)\.ts$|\.(cjs|mjs|txt)$/.test(file) || /\/dist\//.test(file)) return;
  const to = join(target, file);
  await mkdir(dirname(to), { recursive: true });
  if (!file.endsWith('.ts')) return copyFile(join(ROOT, file), to);
  const { code } = await transformFile(join(ROOT, file), {
    swcrc: false,
    configFile: false,
    jsc: JSC,
    module: { type: 'es6' },
  });
  await writeFile(to.replace(/\.ts$/, '.js'), code);
}
