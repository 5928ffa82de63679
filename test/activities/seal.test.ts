import { describe, expect, it } from '@jest/globals';
import { CompactEncrypt, decodeProtectedHeader } from 'jose';
import { isDeviceKey, parseWorkerKeyring, sealToDevice } from '../../activities/seal.ts';
import { deviceKey } from '../support/enrollee.ts';
import { newWorkerKeysJson } from '../support/worker-keys.ts';

function keys(kid?: string): { keys: unknown[] } {
  return JSON.parse(newWorkerKeysJson(kid)) as { keys: unknown[] };
}

/** With the ring's first key, under a header of the caller's choice. */
async function sealedBy(
  json: { keys: unknown[] },
  header: { alg: string; enc: string; kid?: string },
) {
  const [{ kid, k } = { kid: '', k: '' }] = json.keys as { kid: string; k: string }[];
  return new CompactEncrypt(new TextEncoder().encode('x'))
    .setProtectedHeader({ kid, ...header })
    .encrypt(Buffer.from(k, 'base64url'));
}

/** Changes one character in the given part of a compact JWE. */
function tampered(jwe: string, part: number): string {
  const parts = jwe.split('.');
  const text = parts[part] ?? '';
  parts[part] = (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
  return parts.join('.');
}

describe('the workers’ seal', () => {
  it('opens what it sealed, and shows nothing of it', async () => {
    const ring = parseWorkerKeyring(keys());
    const sealed = await ring.seal('a token');
    expect(sealed).not.toContain(Buffer.from('a token').toString('base64url'));
    expect(decodeProtectedHeader(sealed)).toMatchObject({ alg: 'dir', enc: 'A256GCM' });
    expect(await ring.open(sealed)).toBe('a token');
  });

  it('opens with any key of the ring, and seals with the first', async () => {
    const [older, newer] = [keys('older'), keys('newer')];
    const sealed = await parseWorkerKeyring(older).seal('x');
    const both = parseWorkerKeyring({ keys: [...newer.keys, ...older.keys] });
    expect(await both.open(sealed)).toBe('x');
    await expect(parseWorkerKeyring(older).open(await both.seal('y'))).rejects.toThrow(
      'a key that this worker does not have',
    );
  });

  it.each([0, 2, 3, 4])('refuses what was tampered with in part %i', async (part) => {
    const ring = parseWorkerKeyring(keys());
    await expect(ring.open(tampered(await ring.seal('x'), part))).rejects.toThrow();
  });

  it.each([8, 40, 100])('refuses what is cut off by %i characters', async (cut) => {
    const ring = parseWorkerKeyring(keys());
    await expect(ring.open((await ring.seal('x'.repeat(100))).slice(0, -cut))).rejects.toThrow();
  });

  it.each([
    ['another algorithm', { alg: 'A256KW', enc: 'A256GCM' }],
    ['another encryption of the same key length', { alg: 'dir', enc: 'A128CBC-HS256' }],
    ['compression', { alg: 'dir', enc: 'A256GCM', zip: 'DEF' }],
  ])('refuses %s, by whoever has the key', async (_what, header) => {
    const json = keys();
    const sealed = await sealedBy(json, header);
    await expect(parseWorkerKeyring(json).open(sealed)).rejects.toThrow();
    // The same hand with the right header is let in: it is the header that is refused.
    const right = await sealedBy(json, { alg: 'dir', enc: 'A256GCM' });
    expect(await parseWorkerKeyring(json).open(right)).toBe('x');
  });

  it('refuses what is sealed with another key under the name of ours', async () => {
    const [ours, theirs] = [keys('one'), keys('one')];
    const sealed = await parseWorkerKeyring(theirs).seal('x');
    await expect(parseWorkerKeyring(ours).open(sealed)).rejects.toThrow();
  });

  it('refuses what names no key', async () => {
    const json = keys();
    const sealed = await sealedBy(json, { alg: 'dir', enc: 'A256GCM', kid: '' });
    await expect(parseWorkerKeyring(json).open(sealed)).rejects.toThrow('does not have');
  });

  it.each([
    ['nothing', undefined],
    ['no keys', { keys: [] }],
    ['a short key', { keys: [{ kty: 'oct', kid: 'a', k: 'c2hvcnQ' }] }],
    ['a key without id', { keys: [{ kty: 'oct', k: 'A'.repeat(43) }] }],
    ['a public key', { keys: [{ kty: 'EC', kid: 'a', crv: 'P-256', x: 'x', y: 'y' }] }],
  ])('is not made from %s', (_what, json) => {
    expect(() => parseWorkerKeyring(json)).toThrow('not a JWKS of oct keys with kid');
  });

  it('is not made from two keys of one id, and no error shows a key', () => {
    const [key] = keys().keys;
    expect(() => parseWorkerKeyring({ keys: [key, key] })).toThrow('two keys have the same kid');
    const secret = 'S3cret'.repeat(3);
    expect(() => parseWorkerKeyring({ keys: [{ kty: 'oct', kid: 'a', k: secret }] })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining(secret) }),
    );
  });
});

describe('the device’s seal', () => {
  it('opens on that device alone', async () => {
    const [mine, other] = [await deviceKey(), await deviceKey()];
    const { kid, jwe } = await sealToDevice(mine.publicKey, { secret: 'x' });
    expect(kid).toBe(mine.kid);
    expect(decodeProtectedHeader(jwe)).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM', kid });
    expect(await mine.open(jwe)).toEqual({ secret: 'x' });
    await expect(other.open(jwe)).rejects.toThrow();
  });

  it('seals to no key that is off the curve', async () => {
    const { publicKey } = await deviceKey();
    await expect(sealToDevice({ ...publicKey, y: publicKey.x }, { secret: 'x' })).rejects.toThrow();
  });

  it('makes a new ephemeral key each time', async () => {
    const { publicKey } = await deviceKey();
    const headers = await Promise.all(
      [1, 2].map(async () => decodeProtectedHeader((await sealToDevice(publicKey, {})).jwe)),
    );
    expect(headers[0]?.['epk']).not.toEqual(headers[1]?.['epk']);
  });

  it('takes no key that is off the curve or private', async () => {
    const { publicKey } = await deviceKey();
    expect(await isDeviceKey(publicKey)).toBe(true);
    expect(await isDeviceKey({ ...publicKey, y: publicKey.x })).toBe(false);
    const privateKey = { ...publicKey, d: 'x' };
    expect(await isDeviceKey(privateKey)).toBe(false);
  });
});
