/** Between `login-url` and `login-proof` somebody logs in; this is what the second needs. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LIMITS } from '../workflows/contract/enroll-mfa.ts';
import { check, object, optional, text } from '../workflows/contract/shape.ts';
import { publicDeviceKey } from '../workflows/contract/shapes.ts';
import { OwnerFileError, readOwnerFile, writeOwnerFile } from '../temporal/owner-file.ts';
import type { PendingLogin } from '../client/pkce-login.ts';

const FILE_BYTES_MAX = 8192;

const field = text(LIMITS.proofFieldCharacters);
const pendingLogin = object<PendingLogin>('a pending login', {
  ...{ issuer: field, clientId: field, redirectUri: field, state: field },
  ...{ nonce: field, codeVerifier: field, sealTo: optional(publicDeviceKey) },
});

/** The login that was begun last takes the place of an older one. */
export async function keepPendingLogin(folder: string, pending: PendingLogin): Promise<void> {
  await writeOwnerFile(pathIn(folder), `${JSON.stringify(pending)}\n`, { replace: true });
}

/** @throws OwnerFileError */
export async function readPendingLogin(folder: string): Promise<PendingLogin> {
  const path = pathIn(folder);
  const wayOut = 'begin a login with the command login-url';
  const checked = check(pendingLogin, parsed(await readOwnerFile(path, FILE_BYTES_MAX, wayOut)));
  if (checked.ok) return checked.value;
  throw new OwnerFileError('content', path, `is damaged; ${wayOut}`);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** A code works once, and its verifier with it. */
export async function forgetPendingLogin(folder: string): Promise<void> {
  await rm(pathIn(folder), { force: true });
}

function pathIn(folder: string): string {
  return join(folder, 'pending-login.json');
}
