/** A bundle of a copy of the workflows with one line changed. */
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { bundleWorkflows } from '../../../worker/bundle.ts';

export interface Change {
  readonly fault: string;
  /** In `workflows/`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** All that a bundle is made of. */
const COPIED = ['workflows', 'activities', 'worker', 'temporal', 'package.json'];

export async function brokenBundle(broken: Change): Promise<string> {
  const copy = join(ROOT, '.cache', 'broken-workflows', broken.fault.replaceAll(/\W+/g, '-'));
  await rm(copy, { recursive: true, force: true });
  for (const name of COPIED) await cp(join(ROOT, name), join(copy, name), { recursive: true });
  const path = join(copy, 'workflows', broken.file);
  await writeFile(path, changed(await readFile(path, 'utf8'), broken));
  const { href } = pathToFileURL(join(copy, 'worker', 'bundle.ts'));
  const module = (await import(href)) as { bundleWorkflows: typeof bundleWorkflows };
  const { code } = await module.bundleWorkflows();
  await rm(copy, { recursive: true, force: true });
  return code;
}

/** @throws where the line is not there once: the workflows have moved on, and so must the fault */
export function changed(source: string, { fault, file, find, replace }: Change): string {
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`"${fault}" fits ${places} places of ${file}.`);
  return source.replace(find, () => replace);
}
