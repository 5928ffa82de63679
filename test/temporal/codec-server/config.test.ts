import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { resolveCodecServerConfig, tokenHash } from '../../../temporal/codec-server/config.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const TOKEN = 'a-token-that-is-long-enough-for-this';

async function resolved(
  set: Readonly<Record<string, string>>,
  tokens: object = { tokens: [{ name: 'ada', sha256: tokenHash(TOKEN) }] },
  mode = 0o600,
) {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'tokens.json');
  await writeFile(file, JSON.stringify(tokens), { mode });
  return await resolveCodecServerConfig({
    TEMPORAL_CONFIG_FILE: '/no/such/file.toml',
    MFA_PAYLOAD_KEYS_FILE: '/run/secrets/payload-keys',
    MFA_CODEC_TOKENS_FILE: file,
    ...set,
  });
}

describe('the codec server’s configuration', () => {
  it('is loopback, port 8234 and no page unless something is set', async () => {
    expect(await resolved({})).toEqual({
      host: '127.0.0.1',
      port: 8234,
      namespace: 'default',
      keysFile: '/run/secrets/payload-keys',
      tokens: [{ name: 'ada', sha256: tokenHash(TOKEN), inPath: false }],
    });
  });

  it('is read without the white space that came with a variable', async () => {
    const set = { MFA_CODEC_PORT: '8235\n', MFA_CODEC_ORIGIN: ' https://ui.example\r\n' };
    expect(await resolved(set)).toMatchObject({ port: 8235, origin: 'https://ui.example' });
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['MFA_PAYLOAD_KEYS_FILE', { MFA_PAYLOAD_KEYS_FILE: '' }],
    ['MFA_CODEC_PORT', { MFA_CODEC_PORT: '70000' }],
    ['MFA_CODEC_ORIGIN', { MFA_CODEC_ORIGIN: '*' }],
    ['MFA_CODEC_ORIGIN', { MFA_CODEC_ORIGIN: 'https://ui.example/' }],
    ['MFA_CODEC_ORIGIN', { MFA_CODEC_ORIGIN: 'https://user@ui.example' }],
    ['MFA_CODEC_ORIGIN', { MFA_CODEC_ORIGIN: 'https://ui.example:99999' }],
    ['MFA_CODEC_ORIGIN', { MFA_CODEC_ORIGIN: 'ftp://ui.example' }],
    ['MFA_CODEC_TOKENS_FILE', { MFA_CODEC_TOKENS_FILE: '' }],
    ['MFA_CODEC_TOKENS_FILE', { MFA_CODEC_TOKENS_FILE: '/no/such/file' }],
    ['MFA_CODEC_JWKS_URL', { MFA_CODEC_JWKS_URL: 'https://login.example/jwks' }],
  ])('says what is wrong with %s in %j', async (name, set) => {
    await expect(resolved(set)).rejects.toMatchObject({ message: expect.stringContaining(name) });
  });

  const JWT = { MFA_CODEC_JWT_ISSUER: 'a', MFA_CODEC_JWT_AUDIENCE: 'b' };

  it.each(['https://login.example/jwks?kind=a', 'http://[::1]:1/jwks', 'http://127.0.0.1:1/jwks'])(
    'takes keys from %s',
    async (url) => {
      const { jwt } = await resolved({ ...JWT, MFA_CODEC_JWKS_URL: url });
      expect(jwt).toEqual({ jwksUrl: new URL(url), issuer: 'a', audience: 'b' });
    },
  );

  it.each([
    ...['http://login.example/jwks', 'login.example/jwks', 'https://login.example:99999/jwks'],
    ...['https://user:password@login.example/jwks', 'https://login.example/jwks#a', 'ftp://a/jwks'],
  ])('takes no keys from %s, and says so of this variable alone', async (url) => {
    await expect(resolved({ ...JWT, MFA_CODEC_JWKS_URL: url })).rejects.toMatchObject({
      message: expect.stringMatching(
        /^The codec server cannot start:\n {2}- MFA_CODEC_JWKS_URL must be an https: URL .*$/,
      ),
    });
  });

  it('refuses a token file that others may read, and tokens in addresses off loopback', async () => {
    await expect(resolved({}, undefined, 0o644)).rejects.toMatchObject({
      message: expect.stringContaining('chmod'),
    });
    const inPath = { tokens: [{ name: 'ui', sha256: tokenHash(TOKEN), inPath: true }] };
    expect((await resolved({}, inPath)).tokens).toMatchObject([{ inPath: true }]);
    await expect(resolved({ MFA_CODEC_HOST: '0.0.0.0' }, inPath)).rejects.toMatchObject({
      message: expect.stringContaining('loopback'),
    });
  });
});
