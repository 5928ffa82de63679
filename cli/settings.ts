/** Where the commands get what is not on the command line: environment, then the local stack. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { LoginSettings } from '../client/pkce-login.ts';
import { type Arguments, type Surroundings, UsageError } from './command.ts';

const LOCAL_FOLDER = fileURLToPath(new URL('../../.local', import.meta.url));

/** `npm start` writes it; only what the commands use is read. */
const stackSchema = z.object({
  issuer: z.string().optional(),
  domain: z.string().optional(),
  audience: z.string().optional(),
  clientId: z.string().optional(),
  redirectUri: z.string().optional(),
});
type Stack = z.infer<typeof stackSchema>;

export const FOLDER_OPTION = { dir: { type: 'string' } } as const;
export const FOLDER_HELP =
  '--dir FOLDER    keeps key, pending login and stack.json; default .local';

export function folderOf(arguments_: Arguments): string {
  return arguments_.text('dir') ?? LOCAL_FOLDER;
}

export function keyFileOf(arguments_: Arguments): string {
  return arguments_.text('key') ?? join(folderOf(arguments_), 'device-key.json');
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
    throw new UsageError(`${path} is damaged; delete it, or run npm start, which writes it anew.`);
  }
}

/** Of the environment, as the worker reads it: white space around it does not count. */
export function given(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text === '' ? undefined : text;
}

/** @throws UsageError naming every setting that is missing, and where it can be given. */
export async function loginSettings(
  arguments_: Arguments,
  { env }: Surroundings,
): Promise<LoginSettings> {
  const stack = await readStack(folderOf(arguments_));
  const domain = given(env['AUTH0_DOMAIN']);
  const issuer =
    arguments_.text('issuer') ??
    given(env['AUTH0_ISSUER']) ??
    (domain === undefined ? stack.issuer : `https://${domain}/`);
  const clientId = arguments_.text('client-id') ?? given(env['AUTH0_CLIENT_ID']) ?? stack.clientId;
  const redirectUri = arguments_.text('redirect-uri') ?? stack.redirectUri;
  const audience =
    arguments_.text('audience') ??
    given(env['AUTH0_AUDIENCE']) ??
    (issuer === stack.issuer ? stack.audience : undefined);
  if (issuer === undefined || clientId === undefined || redirectUri === undefined) {
    const missing = [
      ...(issuer === undefined ? ['--issuer (or AUTH0_DOMAIN)'] : []),
      ...(clientId === undefined ? ['--client-id (or AUTH0_CLIENT_ID)'] : []),
      ...(redirectUri === undefined ? ['--redirect-uri'] : []),
    ];
    throw new UsageError(
      `Missing: ${missing.join(', ')}. Give them, or run npm start, whose stack is used then.`,
    );
  }
  return { issuer, clientId, redirectUri, ...(audience !== undefined && { audience }) };
}
