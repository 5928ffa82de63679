import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { resolveTemporalConfig, TemporalConfigError } from '../../temporal/config.ts';
import { connectTemporalClient, TemporalUnreachableError } from '../../temporal/connection.ts';
import { freeLoopbackPort } from '../../dev/loopback-port.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The profile of whoever runs the tests stays out. */
const NO_FILE = { TEMPORAL_CONFIG_FILE: '/no/such/file.toml' };

describe('where Temporal is', () => {
  it('is a local server unless something is set', () => {
    expect(resolveTemporalConfig(NO_FILE)).toEqual({
      address: '127.0.0.1:7233',
      namespace: 'default',
      connectionOptions: { address: '127.0.0.1:7233' },
    });
  });

  it('is read from the variables, and an API key turns TLS on', () => {
    const config = resolveTemporalConfig({
      ...NO_FILE,
      TEMPORAL_ADDRESS: 'eu-central-1.aws.api.temporal.io:7233',
      TEMPORAL_NAMESPACE: 'mfa.a1b2c',
      TEMPORAL_API_KEY: 'key',
    });
    expect(config.namespace).toBe('mfa.a1b2c');
    expect(config.connectionOptions).toMatchObject({ apiKey: 'key', tls: true });
  });

  it('is read without the white space that came with a variable', () => {
    const config = resolveTemporalConfig({
      ...NO_FILE,
      TEMPORAL_ADDRESS: ' eu-central-1.aws.api.temporal.io:7233\n',
      TEMPORAL_NAMESPACE: 'mfa.a1b2c\r\n',
      TEMPORAL_API_KEY: 'key\n',
      MFA_PAYLOAD_KEYS_FILE: '/run/secrets/payload-keys\n',
      MFA_REFUSE_PLAINTEXT: 'true\n',
    });
    expect(config).toMatchObject({
      ...{ address: 'eu-central-1.aws.api.temporal.io:7233', namespace: 'mfa.a1b2c' },
      connectionOptions: { apiKey: 'key' },
      encryption: { keysFile: '/run/secrets/payload-keys', refusePlaintext: true },
    });
  });

  it('names the keyring where payloads are to be encrypted', () => {
    const keysFile = '/run/secrets/payload-keys';
    const set = { ...NO_FILE, MFA_PAYLOAD_KEYS_FILE: keysFile };
    expect(resolveTemporalConfig(set).encryption).toEqual({ keysFile, refusePlaintext: false });
    expect(resolveTemporalConfig({ ...set, MFA_REFUSE_PLAINTEXT: 'true' }).encryption).toEqual({
      keysFile,
      refusePlaintext: true,
    });
  });

  it.each([{ MFA_REFUSE_PLAINTEXT: 'true' }, { MFA_REFUSE_PLAINTEXT: 'yes' }])(
    'does not pretend to encrypt: %j',
    (set) => {
      expect(() => resolveTemporalConfig({ ...NO_FILE, ...set })).toThrow(TemporalConfigError);
    },
  );

  it('does not connect without the keyring that is configured', async () => {
    const config = resolveTemporalConfig({ ...NO_FILE, MFA_PAYLOAD_KEYS_FILE: '/no/such/file' });
    await expect(connectTemporalClient(config)).rejects.toMatchObject({ name: 'KeyringError' });
  });

  it('is read from the profile in the file, below the variables', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'temporal.toml');
    await writeFile(file, '[profile.default]\naddress = "there:7233"\nnamespace = "staging"\n');
    const config = resolveTemporalConfig({
      TEMPORAL_CONFIG_FILE: file,
      TEMPORAL_NAMESPACE: 'mine',
    });
    expect(config).toMatchObject({ address: 'there:7233', namespace: 'mine' });
  });

  it.each([
    ...['http://there:7233', 'there', 'there:', 'there:7233/path', ''.padEnd(3)],
    ...['there:99999', 'there:0', '.there:7233', 'a..b:7233', '-a.b:7233', 'user@there:7233'],
    ...['there?:7233', 'there#:7233', '1.2.3.999:7233', '[::g]:7233', `${'a'.repeat(400)}:7233`],
  ])('is refused as %j', (address) => {
    expect(() => resolveTemporalConfig({ ...NO_FILE, TEMPORAL_ADDRESS: address })).toThrow(
      TemporalConfigError,
    );
  });

  it.each([
    ...['temporal:7233', 'Temporal_1:7233', '[::1]:7233', '10.0.0.1:65535'],
    'temporal.svc.cluster.local.:7233',
  ])('is taken as %s', (address) => {
    expect(resolveTemporalConfig({ ...NO_FILE, TEMPORAL_ADDRESS: address })).toMatchObject({
      ...{ address, connectionOptions: { address } },
    });
  });

  it.each([
    ['a file that is no TOML', 'address ='],
    ['a certificate that is not there', '[profile.default.tls]\nserver_ca_cert_path = "/no/ca"'],
  ])('is refused with what to check for %s', async (_what, content) => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'temporal.toml');
    await writeFile(file, content);
    expect(() => resolveTemporalConfig({ TEMPORAL_CONFIG_FILE: file })).toThrow(
      /cannot be read.*Check TEMPORAL_CONFIG_FILE/,
    );
  });

  it('is told apart from settings with which nobody can be asked', async () => {
    const config = resolveTemporalConfig({
      ...NO_FILE,
      TEMPORAL_TLS_CLIENT_CERT_DATA: 'no certificate',
      TEMPORAL_TLS_CLIENT_KEY_DATA: 'no key',
    });
    await expect(connectTemporalClient(config, 200)).rejects.toMatchObject({
      code: 'temporal-config',
      message: expect.stringContaining('TEMPORAL_TLS_'),
    });
  });

  it.each([
    ['16', 'UNAUTHENTICATED'],
    ['7', 'PERMISSION_DENIED'],
  ])('is told apart from somebody who answers %s', async (number, status) => {
    const headers = { 'content-type': 'application/grpc', 'grpc-status': number };
    const server = createServer().on('stream', (stream) => {
      stream.respond(headers, { endStream: true });
    });
    server.listen(await freeLoopbackPort(), '127.0.0.1');
    try {
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const config = resolveTemporalConfig({ ...NO_FILE, TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
      await expect(connectTemporalClient(config)).rejects.toMatchObject({
        ...{ code: 'temporal-refused', status },
      });
    } finally {
      server.close();
    }
  });

  it('is named where nobody answers, with what to do', async () => {
    const address = `127.0.0.1:${await freeLoopbackPort()}`;
    const config = resolveTemporalConfig({ ...NO_FILE, TEMPORAL_ADDRESS: address });
    const failure = await connectTemporalClient(config, 200).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TemporalUnreachableError);
    expect(failure).toMatchObject({ code: 'temporal-unreachable' });
    expect(String(failure)).toContain(`does not answer at ${address} within 0.2 s`);
    expect(String(failure)).toContain('set TEMPORAL_ADDRESS');
  });
});
