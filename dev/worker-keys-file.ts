import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';

/**
 * Writes a key file for `MFA_WORKER_KEYS_FILE`, which its owner alone can read; keeps one that is
 * there, for a run may still be sealed under it.
 */
export async function ensureWorkerKeysFile(file: string, kid: string): Promise<void> {
  const k = randomBytes(32).toString('base64url');
  const keys = [{ kty: 'oct', alg: 'A256GCM', kid, k }];
  await writeIfAbsent(file, `${JSON.stringify({ keys })}\n`, 0o600);
}

/** Of two that write at once, one writes and the other keeps it. */
export async function writeIfAbsent(file: string, text: string, mode: number): Promise<void> {
  try {
    await writeFile(file, text, { mode, flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!exists) throw error;
  }
}
