import { open, rm } from 'node:fs/promises';
import { readOwnerFile, writeOwnerFile } from '../owner-file.ts';
import { FILE_ENVELOPE } from '../temporal/key-envelope.ts';
import {
  KEYRING_BYTES_MAX,
  KeyringError,
  type KeyringFile,
  parseKeyringFile,
  printKeyringFile,
} from '../temporal/keyring-file.ts';

/**
 * Changes a keyring file while nobody else does: of two that rotate at once, one would lose a key
 * that the other's readers have already written with.
 *
 * @param change - gets what the file holds, `undefined` where there is none
 * @throws KeyringError, OwnerFileError
 */
export async function changeKeyring(
  path: string,
  change: (file: KeyringFile | undefined) => Promise<KeyringFile>,
): Promise<KeyringFile> {
  const lock = `${path}.lock`;
  try {
    await (await open(lock, 'wx', 0o600)).close();
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw unusable(path, error);
    throw new KeyringError(
      `Another command changes ${path}. If none does, one was killed: delete ${lock}.`,
    );
  }
  try {
    const before = await readKeyring(path);
    const after = await change(before);
    await writeOwnerFile(path, printKeyringFile(after), { replace: before !== undefined });
    return after;
  } finally {
    await rm(lock, { force: true });
  }
}

/** @returns `undefined` where there is no such file */
export async function readKeyring(path: string): Promise<KeyringFile | undefined> {
  let text: string;
  try {
    text = await readOwnerFile(path, KEYRING_BYTES_MAX, 'make it with: npm run keys -- new');
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'why' in error && error.why === 'missing') {
      return undefined;
    }
    throw error;
  }
  const file = parseKeyringFile(text);
  if (file.envelope === FILE_ENVELOPE.name) return file;
  throw new KeyringError(
    `The keys in ${path} are kept by ${JSON.stringify(file.envelope)}; its own tool changes them.`,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

function unusable(path: string, cause: unknown): KeyringError {
  return new KeyringError(`The folder of ${path} cannot be written to; make it first.`, { cause });
}
