import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startEmulator } from '@durable-mfa/tenant-emulator';
import { startNode } from './support/program.ts';
import { type TemporaryFolder, temporaryFolder } from './support/temporary-folder.ts';
import { CLIENT, pkce, REDIRECT_URI } from './bench.ts';

/** As a client does it that trusts `ca` and nothing else; without it what Node trusts by itself. */
function get(
  url: string,
  ca?: string,
): Promise<{ status?: number; location?: string; text: string }> {
  return new Promise((resolve, reject) => {
    request(url, { ...(ca !== undefined && { ca }), agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, text, ...(headers.location && { location: headers.location }) });
      });
    })
      .on('error', reject)
      .end();
  });
}

const inFolder = (folder: TemporaryFolder) => ({ folder: join(folder.path, 'tls') });

describe('TLS with a certificate of its own', () => {
  it('serves whom trusts its CA; issuer, audience, discovery and links follow', async () => {
    await using folder = await temporaryFolder();
    await using emulator = await startEmulator({ tls: inFolder(folder) });
    const { issuer, port, caFile = '' } = emulator;
    const ca = readFileSync(caFile, 'utf8');
    expect(issuer).toBe(`https://127.0.0.1:${port}/`);
    expect(emulator.audience).toBe(`${issuer}mfa/`);
    const { text } = await get(`${issuer}.well-known/openid-configuration`, ca);
    const discovery: unknown = JSON.parse(text);
    expect(discovery).toMatchObject({ issuer, token_endpoint: `${issuer}oauth/token` });
    expect(text).not.toContain('http://');
    const query = new URLSearchParams({
      ...{ response_type: 'code', client_id: CLIENT.client_id, redirect_uri: REDIRECT_URI },
      ...{ code_challenge: pkce().challenge, code_challenge_method: 'S256', state: 'st' },
    });
    const login = await get(`${issuer}authorize?${query.toString()}`, ca);
    expect(login.status).toBe(302);
    expect(new URL(login.location ?? '', issuer).origin).toBe(new URL(issuer).origin);
  });

  it('is good for localhost too', async () => {
    await using folder = await temporaryFolder();
    await using emulator = await startEmulator({ tls: inFolder(folder) });
    const ca = readFileSync(emulator.caFile ?? '', 'utf8');
    const url = `https://localhost:${emulator.port}/.well-known/jwks.json`;
    expect((await get(url, ca)).status).toBe(200);
  });

  it('is refused by a client that does not trust the CA, and no request arrives', async () => {
    await using folder = await temporaryFolder();
    await using emulator = await startEmulator({ tls: inFolder(folder) });
    await expect(get(emulator.issuer)).rejects.toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
    expect(emulator.journal.entries).toEqual([]);
  });

  it('is kept from start to start, its key for the owner alone, and the CA cannot sign more', async () => {
    await using folder = await temporaryFolder();
    const tls = inFolder(folder);
    const cas: string[] = [];
    for (let start = 0; start < 2; start += 1) {
      await using emulator = await startEmulator({ tls });
      cas.push(readFileSync(emulator.caFile ?? '', 'utf8'));
    }
    expect(cas[0]).toBe(cas[1]);
    expect(statSync(join(tls.folder, 'key.pem')).mode & 0o077).toBe(0);
    const key = new X509Certificate(readFileSync(join(tls.folder, 'cert.pem'))).publicKey;
    const caKey = new X509Certificate(cas[0] ?? '').publicKey;
    expect(caKey.equals(key)).toBe(false);
  });

  it('is made again where what is kept is broken', async () => {
    await using folder = await temporaryFolder();
    const tls = inFolder(folder);
    await (await startEmulator({ tls })).close();
    writeFileSync(join(tls.folder, 'cert.pem'), 'no certificate');
    await using emulator = await startEmulator({ tls });
    const ca = readFileSync(emulator.caFile ?? '', 'utf8');
    expect((await get(`${emulator.issuer}.well-known/jwks.json`, ca)).status).toBe(200);
  });

  it('a Node program trusts it by NODE_EXTRA_CA_CERTS', async () => {
    await using folder = await temporaryFolder();
    await using emulator = await startEmulator({ tls: inFolder(folder) });
    const script = join(folder.path, 'client.mjs');
    const url = `${emulator.issuer}.well-known/jwks.json`;
    writeFileSync(script, `console.log('status', (await fetch('${url}')).status);`);
    const { caFile: NODE_EXTRA_CA_CERTS } = emulator;
    await using trusting = startNode([script], { ...process.env, NODE_EXTRA_CA_CERTS });
    expect(await trusting.ended).toBe(0);
    expect(trusting.output()).toContain('status 200');
    await using other = startNode([script]);
    expect(await other.ended).toBe(1);
    expect(other.output()).not.toContain('status');
  });
});

describe('TLS with a given key pair', () => {
  it('is served as it is, and no CA is named', async () => {
    await using folder = await temporaryFolder();
    const tls = inFolder(folder);
    await (await startEmulator({ tls })).close();
    const files = { keyFile: join(tls.folder, 'key.pem'), certFile: join(tls.folder, 'cert.pem') };
    await using emulator = await startEmulator({ tls: files });
    expect(emulator.caFile).toBeUndefined();
    const ca = readFileSync(join(tls.folder, 'ca.pem'), 'utf8');
    expect((await get(`${emulator.issuer}.well-known/jwks.json`, ca)).status).toBe(200);
  });

  it('that is not there is named, with the way out', async () => {
    const tls = { keyFile: '/nowhere/key.pem', certFile: '/nowhere/cert.pem' };
    await expect(startEmulator({ tls })).rejects.toThrow(/\/nowhere\/key\.pem .*ENOENT.*--tls/);
  });
});
