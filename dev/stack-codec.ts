import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { tokenHash } from '../temporal/codec-server/config.ts';
import { startCodecServer } from '../temporal/codec-server/server.ts';
import { EncryptionPlugin } from '../temporal/encryption/encryption-plugin.ts';
import { FILE_ENVELOPE } from '../temporal/encryption/key-envelope.ts';
import { FileKeyring } from '../temporal/encryption/keyring.ts';
import { newKeyring, printKeyringFile } from '../temporal/encryption/keyring-file.ts';
import { createLogger } from '../temporal/logging/logger.ts';
import { LOOPBACK } from './loopback-port.ts';
import { writeIfAbsent } from './worker-keys-file.ts';

/** What the local stack keeps of its encryption, in its folder. */
export const CODEC_FILES = {
  keys: 'payload-keys.json',
  token: 'codec-token',
  log: 'codec-server.log',
} as const;

export interface StackCodecOptions {
  readonly folder: string;
  readonly port: number;
  /** The Web UI's. */
  readonly origin: string;
  readonly namespace: string;
}

export interface StackCodec {
  /** For `--ui-codec-endpoint`: whoever has the address reads, for the local Web UI has no logins. */
  readonly uiEndpoint: string;
  close(): Promise<void>;
}

/** A keyring of the stack's own, and a codec server on loopback for its Web UI and the CLI. */
export async function startStackCodec(options: StackCodecOptions): Promise<StackCodec> {
  const { folder, port, origin, namespace } = options;
  const keysFile = join(folder, CODEC_FILES.keys);
  const tokenFile = join(folder, CODEC_FILES.token);
  await writeIfAbsent(
    keysFile,
    printKeyringFile(await newKeyring(FILE_ENVELOPE, new Date())),
    0o600,
  );
  await writeIfAbsent(tokenFile, newToken(), 0o600);
  const uiToken = newToken();
  const keys = await FileKeyring.open(keysFile);
  const server = await startCodecServer(
    {
      ...{ host: LOOPBACK, port, origin, namespace, keysFile },
      tokens: [
        { name: 'cli', sha256: tokenHash(await readFile(tokenFile, 'utf8')), inPath: false },
        { name: 'web-ui', sha256: tokenHash(uiToken), inPath: true },
      ],
    },
    {
      codec: new EncryptionPlugin({ keys, namespace }).codec(),
      logger: createLogger({
        ...{ service: 'mfa-codec-server', level: 'info' },
        destination: pino.destination({
          dest: join(folder, CODEC_FILES.log),
          sync: true,
          mode: 0o600,
        }),
      }),
    },
  );
  return { uiEndpoint: `${server.url}/${uiToken}`, close: () => server.close() };
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}
