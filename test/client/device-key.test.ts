import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint, CompactEncrypt, importJWK } from 'jose';
import { DeviceKey } from '@durable-mfa/client/login';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TOTP = { secret: 'JBSWY3DPEHPK3PXP', barcodeUri: 'otpauth://totp/app:jane?secret=J' };

/** Seals as a worker does, unless a header says otherwise. */
async function seal(key: DeviceKey, plaintext: unknown, header: object = {}): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(plaintext)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', ...header })
    .encrypt(await importJWK({ ...key.publicKey }, 'ECDH-ES'));
}

describe('a device’s key', () => {
  it('opens what is sealed to it, and is named by its thumbprint', async () => {
    const key = await DeviceKey.generate();
    expect(key.thumbprint).toBe(await calculateJwkThumbprint({ ...key.publicKey }));
    const kid = key.thumbprint;
    expect(await key.openTotp({ kid, jwe: await seal(key, TOTP) })).toEqual(TOTP);
    const recovery = { recoveryCode: 'ABCD1234' };
    expect(await key.openRecoveryCode({ kid, jwe: await seal(key, recovery) })).toEqual(recovery);
  });

  it('is saved for its owner alone, and opens the same after it was loaded', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'new', 'device-key.json');
    const key = await DeviceKey.generate();
    await key.save(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder.path, 'new'))).toEqual(['device-key.json']);
    const loaded = await DeviceKey.load(path);
    expect(loaded.publicKey).toEqual(key.publicKey);
    const sealed = { kid: key.thumbprint, jwe: await seal(key, TOTP) };
    expect(await loaded.openTotp(sealed)).toEqual(TOTP);
  });

  it('shows its public half only', async () => {
    const key = await DeviceKey.generate();
    expect(Object.keys(key.publicKey).sort()).toEqual(['crv', 'kty', 'x', 'y']);
    expect(JSON.stringify(key)).not.toContain('"d"');
  });

  it('never takes the place of another', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'device-key.json');
    await (await DeviceKey.generate()).save(path);
    const before = await readFile(path, 'utf8');
    await expect((await DeviceKey.generate()).save(path)).rejects.toMatchObject({
      code: 'owner-file',
      why: 'exists',
      message: `The file ${path} exists already; move it away, or name another file.`,
    });
    expect(await readFile(path, 'utf8')).toBe(before);
    expect(await readdir(folder.path)).toEqual(['device-key.json']);
  });
});

describe('a key file is refused', () => {
  it('where there is none', async () => {
    await using folder = await temporaryFolder();
    await expect(DeviceKey.load(join(folder.path, 'none.json'))).rejects.toMatchObject({
      why: 'missing',
      message: expect.stringContaining('does not exist; make one with the command device-key new'),
    });
  });

  it('that others may read', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'device-key.json');
    await (await DeviceKey.generate()).save(path);
    await chmod(path, 0o640);
    await expect(DeviceKey.load(path)).rejects.toMatchObject({
      why: 'open-to-others',
      message: `The file ${path} is open to others; chmod it to 600.`,
    });
  });

  it.each([
    ['that is too large', 'x'.repeat(4097), 'too-large'],
    ['that is no JSON', '{', 'content'],
    ['that holds only a public key', '{"kty":"EC","crv":"P-256","x":"a","y":"b"}', 'content'],
  ])('%s', async (_what, text, why) => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'device-key.json');
    await writeFile(path, text, { mode: 0o600 });
    await expect(DeviceKey.load(path)).rejects.toMatchObject({ code: 'owner-file', why });
  });
});

describe('a sealed set-up is refused', () => {
  it('where it is sealed to another key, and both are named', async () => {
    const [ours, other] = [await DeviceKey.generate(), await DeviceKey.generate()];
    const sealed = { kid: other.thumbprint, jwe: await seal(other, TOTP) };
    await expect(ours.openTotp(sealed)).rejects.toMatchObject({
      code: 'sealed-unreadable',
      why: 'another-key',
      kids: { sealedTo: other.thumbprint, ours: ours.thumbprint },
      message: expect.stringContaining(
        `sealed to the key ${other.thumbprint}, and this is the key ${ours.thumbprint}.`,
      ),
    });
  });

  it.each<[what: string, spoil: (jwe: string) => string, why: string]>([
    ['cut between its parts', (jwe) => jwe.slice(0, jwe.lastIndexOf('.')), 'truncated'],
    ['cut in its last part', (jwe) => jwe.slice(0, -4), 'altered'],
    [
      'altered',
      (jwe) => jwe.replace(/\.([^.])([^.]*)$/, (_, a, b) => `.${a === 'A' ? 'B' : 'A'}${b}`),
      'altered',
    ],
    ['huge', (jwe) => jwe + 'A'.repeat(20_000), 'truncated'],
    ['no JWE', () => 'nothing', 'truncated'],
  ])('that is %s', async (_what, spoil, why) => {
    const key = await DeviceKey.generate();
    const jwe = spoil(await seal(key, TOTP));
    const failure = key.openTotp({ kid: key.thumbprint, jwe });
    await expect(failure).rejects.toMatchObject({ code: 'sealed-unreadable', why });
    await expect(failure).rejects.not.toHaveProperty('cause', expect.anything());
  });

  it.each([
    ['algorithm', { alg: 'ECDH-ES+A128KW' }],
    ['encryption', { enc: 'A128GCM' }],
    ['kind of encryption', { enc: 'A256CBC-HS512' }],
    ['compression', { zip: 'DEF' }],
  ])('that names another %s', async (_what, header) => {
    const key = await DeviceKey.generate();
    const sealed = { kid: key.thumbprint, jwe: await seal(key, TOTP, header) };
    await expect(key.openTotp(sealed)).rejects.toMatchObject({ why: 'altered' });
  });

  it('that is sealed to another key under the name of this one', async () => {
    const [ours, other] = [await DeviceKey.generate(), await DeviceKey.generate()];
    const sealed = { kid: ours.thumbprint, jwe: await seal(other, TOTP) };
    await expect(ours.openTotp(sealed)).rejects.toMatchObject({ why: 'altered' });
  });

  it('whose ephemeral key is off the curve, which would give the private key away', async () => {
    const key = await DeviceKey.generate();
    const [header = '', ...rest] = (await seal(key, TOTP)).split('.');
    const fields = JSON.parse(Buffer.from(header, 'base64url').toString()) as {
      epk: { x: string; y: string };
    };
    const forged = { ...fields, epk: { ...fields.epk, y: fields.epk.x } };
    const jwe = [Buffer.from(JSON.stringify(forged)).toString('base64url'), ...rest].join('.');
    await expect(key.openTotp({ kid: key.thumbprint, jwe })).rejects.toMatchObject({
      why: 'altered',
    });
  });

  it('that holds something else', async () => {
    const key = await DeviceKey.generate();
    const sealed = { kid: key.thumbprint, jwe: await seal(key, { recoveryCode: 'ABCD1234' }) };
    await expect(key.openTotp(sealed)).rejects.toMatchObject({
      why: 'altered',
      message: 'What was sealed is of another kind.',
    });
  });
});
