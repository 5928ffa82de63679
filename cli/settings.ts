/** Where the commands get what is not on the command line: environment, then the local stack. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { UsageError } from './surroundings.ts';

const LOCAL_FOLDER = fileURLToPath(new URL('../.local', import.meta.url));

/** `npm start` writes it; only what the commands use is read. */
const stackSchema = z.object({
  issuer: z.string().optional(),
  domain: z.string().optional(),
  audience: z.string().optional(),
  clientId: z.string().optional(),
  redirectUri: z.string().optional(),
});
type Stack = z.infer<typeof stackSchema>;

export function folderOf(dir: string | undefined): string {
  return dir ?? LOCAL_FOLDER;
}

export function keyFileOf(named: string | undefined, dir: string | undefined): string {
  return named ?? join(folderOf(dir), 'device-key.json');
}

export async function readStack(folder: string): Promise<Stack> {
  const path = join(folder, 'stack.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return {};
  }
  try {
    return stackSchema.parse(JSON.parse(text));
  } catch {
    throw new UsageError(`${path} is damaged; delete it, or run npm start, which writes it again.`);
  }
}

/** Of the environment, as the worker reads it: white space around it does not count. */
export function given(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text === '' ? undefined : text;
}
