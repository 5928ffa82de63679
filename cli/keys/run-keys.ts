import { resolveTemporalConfig } from '../../temporal/config.ts';
import { connectTemporalClient } from '../../temporal/connection.ts';
import { FILE_ENVELOPE } from '../../temporal/encryption/key-envelope.ts';
import {
  KeyringError,
  type KeyringFile,
  newKeyring,
  rotated,
  withNewKey,
  withoutKey,
} from '../../temporal/encryption/keyring-file.ts';
import { changeKeyring, readKeyring } from './locked-keyring.ts';
import { openEnrollmentsUnder } from './open-enrollments.ts';

export type KeysCall =
  | { readonly command: 'new' | 'rotate' | 'list' }
  | { readonly command: 'retire'; readonly kid: string };

/** @returns the keyring as it is after the command. @throws EnrollmentError */
export async function changedKeyring(
  call: KeysCall,
  file: string,
  env: NodeJS.ProcessEnv,
): Promise<KeyringFile> {
  const now = new Date();
  switch (call.command) {
    case 'new':
      return changeKeyring(file, (ring) =>
        ring === undefined ? newKeyring(FILE_ENVELOPE, now) : withNewKey(ring, FILE_ENVELOPE, now),
      );
    case 'rotate':
      return changeKeyring(file, (ring) => rotated(present(ring, file), FILE_ENVELOPE, now));
    case 'retire':
      return changeKeyring(file, async (ring) => {
        const after = withoutKey(present(ring, file), call.kid);
        await refuseWhileNeeded(call.kid, env);
        return after;
      });
    case 'list':
      return present(await readKeyring(file), file);
  }
}

/** @throws KeyringError with the number of open enrollments that need the key */
async function refuseWhileNeeded(kid: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { address, namespace, connectionOptions } = resolveTemporalConfig(env);
  // Without the keyring: only what is in clear beside a ciphertext is looked at.
  const client = await connectTemporalClient({ address, namespace, connectionOptions });
  try {
    const needing = await openEnrollmentsUnder(client, kid);
    if (needing === 0) return;
    throw new KeyringError(
      `${needing} open enrollment${needing === 1 ? ' needs' : 's need'} the key ${kid} in ` +
        `namespace ${namespace}; retire it when they have ended. It still decrypts; nothing was changed.`,
    );
  } finally {
    await client.connection.close();
  }
}

function present(ring: KeyringFile | undefined, file: string): KeyringFile {
  if (ring !== undefined) return ring;
  throw new KeyringError(`There is no keyring ${file}. Make one with: npm run -s mfa -- keys new`);
}

/** No key is ever printed. */
export function shown({ primary, keys }: KeyringFile, json: boolean): string {
  const rows = keys.map(({ kid, createdAt }) => ({ kid, createdAt }));
  if (json) return JSON.stringify({ primary, keys: rows });
  return rows
    .map(({ kid, createdAt }) => `${kid}  ${createdAt}${kid === primary ? '  primary' : ''}`)
    .join('\n');
}
