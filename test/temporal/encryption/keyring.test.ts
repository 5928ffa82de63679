import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { FILE_ENVELOPE, type KeyEnvelope } from '../../../temporal/encryption/key-envelope.ts';
import { FileKeyring } from '../../../temporal/encryption/keyring.ts';
import {
  newKeyring,
  parseKeyringFile,
  printKeyringFile,
  rotated,
  withNewKey,
  withoutKey,
} from '../../../temporal/encryption/keyring-file.ts';
import { payloadKeys } from '../../support/payload-keys.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ONE_KEY = {
  kid: 'a',
  createdAt: '2026-11-24T12:00:00Z',
  key: 'A'.repeat(43),
};
const PRIMARY_ABSENT = printKeyringFile({
  ...{ version: 1, envelope: 'file', primary: 'b' },
  keys: [ONE_KEY],
});
const TWICE = printKeyringFile({
  ...{ version: 1, envelope: 'file', primary: 'a' },
  keys: [ONE_KEY, ONE_KEY],
});
const NOW = new Date('2026-11-24T12:00:00Z');

async function contentOf(file: string) {
  return parseKeyringFile(await readFile(file, 'utf8'));
}

async function replace(file: string, text: string, mode = 0o600): Promise<void> {
  await writeFile(file, text);
  await chmod(file, mode);
}

describe('the keyring', () => {
  it('is read again when the file changes: the new key is primary, the old one decrypts', async () => {
    await using keys = await payloadKeys();
    const after = await rotated(await contentOf(keys.file), FILE_ENVELOPE, NOW);
    expect(after.primary).not.toBe(keys.kid);
    await replace(keys.file, printKeyringFile(after));
    expect((await keys.keyring.primary()).kid).toBe(after.primary);
    expect((await keys.keyring.reading(keys.kid))?.kid).toBe(keys.kid);
    await replace(keys.file, printKeyringFile(withoutKey(after, keys.kid)));
    expect(await keys.keyring.reading(keys.kid)).toBeUndefined();
  });

  it('stays as it was where a change cannot be used, and says so once', async () => {
    const problems: string[] = [];
    await using keys = await payloadKeys({ onProblem: (message) => problems.push(message) });
    const good = await readFile(keys.file, 'utf8');
    const secret = (await contentOf(keys.file)).keys[0]?.key ?? '';
    const changes: (() => Promise<void>)[] = [
      () => replace(keys.file, '{'),
      () => replace(keys.file, good.replace('"version": 1', '"version": 2')),
      () => replace(keys.file, good, 0o640),
      () => replace(keys.file, ' '.repeat(64 * 1024) + good),
      () => rm(keys.file),
      // As container engines do where the file to mount is missing.
      () => mkdir(keys.file, { mode: 0o700 }),
    ];
    for (const [count, change] of changes.entries()) {
      await change();
      expect((await keys.keyring.primary()).kid).toBe(keys.kid);
      expect((await keys.keyring.primary()).kid).toBe(keys.kid);
      expect(problems).toHaveLength(count + 1);
    }
    expect(problems.join('\n')).not.toContain(secret);
  });

  it.each([
    ['that others may read', 0o644, undefined, /chmod/],
    ['of more than 64 KiB', 0o600, 'x'.repeat(64 * 1024 + 1), /65536 bytes/],
    ['that is no JSON', 0o600, '{', /must be JSON/],
    ['whose primary key is not there', 0o600, PRIMARY_ABSENT, /primary: must name a key/],
    ['with a key twice', 0o600, TWICE, /keys: two have the same kid/],
    ['without keys', 0o600, '{"version":1,"envelope":"file","writes":"a","keys":[]}', /keys/],
  ])('does not open a file %s', async (_what, mode, text, message) => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'keys.json');
    const good = printKeyringFile(await newKeyring(FILE_ENVELOPE, NOW));
    await replace(file, text ?? good, mode);
    await expect(FileKeyring.open(file)).rejects.toMatchObject({
      name: 'KeyringError',
      message: expect.stringMatching(message),
    });
  });

  it('does not open a key of the wrong length, and does not repeat it', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'keys.json');
    const ring = await newKeyring(FILE_ENVELOPE, NOW);
    const short = ring.keys.map((key) => ({ ...key, key: 'c2hvcnQ' }));
    await replace(file, printKeyringFile({ ...ring, keys: short }));
    await expect(FileKeyring.open(file)).rejects.toMatchObject({
      message: expect.not.stringContaining('c2hvcnQ'),
    });
  });

  it('lets an envelope of another kind keep the keys, which unwraps each once', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'keys.json');
    let unwrapped = 0;
    const kms: KeyEnvelope = {
      name: 'test-kms',
      wrap: (key) => Promise.resolve(`wrapped:${Buffer.from(key).toString('hex')}`),
      unwrap: (wrapped) => {
        unwrapped += 1;
        return Promise.resolve(Buffer.from(wrapped.replace('wrapped:', ''), 'hex'));
      },
    };
    const ring = await withNewKey(await newKeyring(kms, NOW), kms, NOW);
    await replace(file, printKeyringFile(ring));
    await expect(FileKeyring.open(file)).rejects.toMatchObject({
      message: expect.stringContaining('test-kms'),
    });
    const keyring = await FileKeyring.open(file, { envelope: kms });
    for (const { kid } of ring.keys) expect(await keyring.reading(kid)).toBeDefined();
    expect((await keyring.primary()).kid).toBe(ring.primary);
    expect(unwrapped).toBe(ring.keys.length);
  });
});
