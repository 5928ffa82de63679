import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EncryptionPlugin } from '../../temporal/encryption/encryption-plugin.ts';
import { FILE_ENVELOPE } from '../../temporal/encryption/key-envelope.ts';
import { FileKeyring } from '../../temporal/encryption/keyring.ts';
import {
  newKeyring,
  parseKeyringFile,
  printKeyringFile,
} from '../../temporal/encryption/keyring-file.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

export interface PayloadKeysOptions {
  readonly refusePlaintext?: boolean;
  /** Default `default`, that of the tests' server. */
  readonly namespace?: string;
  readonly onProblem?: (message: string) => void;
}

/** A keyring with one key in a folder of its own, and what encrypts with it. */
export interface TestKeys extends AsyncDisposable {
  readonly file: string;
  readonly kid: string;
  readonly keyring: FileKeyring;
  readonly plugin: EncryptionPlugin;
}

export async function payloadKeys(options: PayloadKeysOptions = {}): Promise<TestKeys> {
  const folder: TemporaryFolder = await temporaryFolder();
  const file = join(folder.path, 'payload-keys.json');
  const ring = await newKeyring(FILE_ENVELOPE, new Date());
  await writeFile(file, printKeyringFile(ring), { mode: 0o600 });
  const { refusePlaintext = false, namespace = 'default', onProblem } = options;
  const keyring = await FileKeyring.open(file, onProblem === undefined ? {} : { onProblem });
  return {
    file,
    kid: ring.primary,
    keyring,
    plugin: new EncryptionPlugin({ keys: keyring, namespace, refusePlaintext }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Gives a keyring the keys of another one, to read with, as an operator does. */
export async function addKeysOf(other: TestKeys, to: TestKeys): Promise<void> {
  const [given, before] = await Promise.all(
    [other.file, to.file].map(async (file) => parseKeyringFile(await readFile(file, 'utf8'))),
  );
  if (given === undefined || before === undefined) throw new Error('Two files were read.');
  const lacking = given.keys.filter(({ kid }) => before.keys.every((key) => key.kid !== kid));
  const keys = [...lacking, ...before.keys];
  await writeFile(to.file, printKeyringFile({ ...before, keys }), { mode: 0o600 });
}
