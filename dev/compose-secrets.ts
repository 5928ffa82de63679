/** Writes the secret files that docker-compose.yml mounts, once; keeps those that are there. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tokenHash } from '../temporal/codec-server/config.ts';
import { FILE_ENVELOPE } from '../temporal/encryption/key-envelope.ts';
import { newKeyring, printKeyringFile } from '../temporal/encryption/keyring-file.ts';
import { ensureWorkerKeysFile, writeIfAbsent } from './worker-keys-file.ts';

const folder = process.argv[2] ?? join('.local', 'compose');

/** @returns what the file holds, from now on or from before */
async function secret(name: string, mode: number): Promise<string> {
  const file = join(folder, name);
  await writeIfAbsent(file, randomBytes(32).toString('base64url'), mode);
  return readFile(file, 'utf8');
}

await mkdir(folder, { recursive: true });
// Two files must be readable inside containers that run as other users; outside, this folder keeps
// everybody out.
await chmod(folder, 0o700);
await secret('postgres-password', 0o644);
await writeIfAbsent(join(folder, 'client-secret'), 'mfa-enrollment-secret', 0o600);
await ensureWorkerKeysFile(join(folder, 'worker-keys.json'), 'compose-1');
const keyring = await newKeyring(FILE_ENVELOPE, new Date());
await writeIfAbsent(join(folder, 'payload-keys.json'), printKeyringFile(keyring), 0o600);
const tokens = [
  { name: 'cli', sha256: tokenHash(await secret('codec-token', 0o600)) },
  { name: 'web-ui', sha256: tokenHash(await secret('codec-ui-token', 0o644)), inPath: true },
];
await writeIfAbsent(join(folder, 'codec-tokens.json'), `${JSON.stringify({ tokens })}\n`, 0o600);
console.log(`${folder} is ready. Next: HOST_UID=$(id -u) docker compose up --build`);
