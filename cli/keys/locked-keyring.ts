import { open, rm } from 'node:fs/promises';
import { errorCode, OwnerFileError, writeOwnerFile } from '../../temporal/owner-file.ts';
import { FILE_ENVELOPE } from '../../temporal/encryption/key-envelope.ts';
import {
  KeyringError,
  type KeyringFile,
  printKeyringFile,
  readKeyringFile,
} from '../../temporal/encryption/keyring-file.ts';

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
    if (errorCode(error) !== 'EEXIST') throw unusable(path, error);
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
  let file: KeyringFile;
  try {
    file = await readKeyringFile(path);
  } catch (error) {
    if (error instanceof OwnerFileError && error.why === 'missing') return undefined;
    throw error;
  }
  if (file.envelope === FILE_ENVELOPE.name) return file;
  throw new KeyringError(
    `The keys in ${path} are kept by ${JSON.stringify(file.envelope)}; its own tool changes them.`,
  );
}

function unusable(path: string, cause: unknown): KeyringError {
  return new KeyringError(`The folder of ${path} cannot be written to; make it first.`, { cause });
}
