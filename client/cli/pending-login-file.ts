/** Between `login-url` and `login-proof` somebody logs in; this is what the second needs. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { publicSealingKeySchema } from '../../workflows/contract/schemas.ts';
import { OwnerFileError, readOwnerFile, writeOwnerFile } from '../owner-file.ts';
import type { PendingLogin } from '../pkce-login.ts';

const FILE_BYTES_MAX = 8192;

const pendingLoginSchema = z.object({
  issuer: z.string(),
  clientId: z.string(),
  redirectUri: z.string(),
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  sealTo: publicSealingKeySchema.exactOptional(),
}) satisfies z.ZodType<PendingLogin>;

/** The login that was begun last takes the place of an older one. */
export async function keepPendingLogin(folder: string, pending: PendingLogin): Promise<void> {
  await writeOwnerFile(pathIn(folder), `${JSON.stringify(pending)}\n`, { replace: true });
}

/** @throws OwnerFileError */
export async function readPendingLogin(folder: string): Promise<PendingLogin> {
  const path = pathIn(folder);
  const wayOut = 'begin a login with the command login-url';
  const text = await readOwnerFile(path, FILE_BYTES_MAX, wayOut);
  try {
    return pendingLoginSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new OwnerFileError('content', path, `is damaged; ${wayOut}`, { cause: error });
  }
}

/** A code works once, and its verifier with it. */
export async function forgetPendingLogin(folder: string): Promise<void> {
  await rm(pathIn(folder), { force: true });
}

function pathIn(folder: string): string {
  return join(folder, 'pending-login.json');
}
