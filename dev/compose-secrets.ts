/** Writes the secret files that docker-compose.yml mounts, once; keeps those that are there. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureSealKeysFile, writeIfAbsent } from './seal-keys-file.ts';

const folder = process.argv[2] ?? join('.local', 'compose');
await mkdir(folder, { recursive: true });
// The password file must be readable inside containers that run as other users; outside, this
// folder keeps everybody out.
await chmod(folder, 0o700);
const password = randomBytes(24).toString('base64url');
await writeIfAbsent(join(folder, 'postgres-password'), password, 0o644);
await writeIfAbsent(join(folder, 'client-secret'), 'mfa-enrollment-secret', 0o600);
await ensureSealKeysFile(join(folder, 'seal-keys.json'), 'compose-1');
console.log(`${folder} is ready. Next: HOST_UID=$(id -u) docker compose up --build`);
