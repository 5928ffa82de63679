import { parseArgs } from 'node:util';
import { EnrollmentError } from '../../client/errors.ts';
import { EXIT } from '../../temporal/exit-codes.ts';
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

const USAGE = `npm run -s keys -- <command> [--file FILE]
  new          makes a keyring with one key; where there is one, adds a decrypt-only key
  rotate       makes the newest key primary (a new one, where the newest is primary)
  retire KID   takes a key out; refused while open enrollments need it
  list         the keys: JSON, without the keys themselves
--file FILE    default MFA_PAYLOAD_KEYS_FILE. retire asks the Temporal of TEMPORAL_ADDRESS and
               TEMPORAL_NAMESPACE. With several machines: new, copy the file to all, then rotate.
Exit codes: 0 done, 1 refused or failed, 2 called wrongly.`;

export interface KeysSurroundings {
  readonly env: NodeJS.ProcessEnv;
  /** JSON for machines. */
  readonly stdout: (line: string) => void;
  /** Words for a person. */
  readonly stderr: (line: string) => void;
}

const COMMANDS = ['new', 'rotate', 'retire', 'list'] as const;

interface Call {
  readonly command: (typeof COMMANDS)[number];
  readonly file: string;
  readonly kid: string;
}

/** @returns the exit code; no key is ever printed */
export async function runKeys(
  words: readonly string[],
  surroundings: KeysSurroundings,
): Promise<number> {
  const call = parse(words, surroundings.env);
  if (call === undefined) {
    surroundings.stderr(USAGE);
    return EXIT.usage;
  }
  try {
    const ring = await act(call, surroundings);
    surroundings.stdout(JSON.stringify(shown(ring)));
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof EnrollmentError)) throw error;
    surroundings.stderr(error.message);
    return EXIT.failed;
  }
}

async function act({ command, file, kid }: Call, { env }: KeysSurroundings): Promise<KeyringFile> {
  const now = new Date();
  switch (command) {
    case 'new':
      return changeKeyring(file, (ring) =>
        ring === undefined ? newKeyring(FILE_ENVELOPE, now) : withNewKey(ring, FILE_ENVELOPE, now),
      );
    case 'rotate':
      return changeKeyring(file, (ring) => rotated(present(ring, file), FILE_ENVELOPE, now));
    case 'retire':
      return changeKeyring(file, async (ring) => {
        const after = withoutKey(present(ring, file), kid);
        await refuseWhileNeeded(kid, env);
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
  throw new KeyringError(`There is no keyring ${file}. Make one with: npm run keys -- new`);
}

function shown({ primary, keys }: KeyringFile): object {
  return {
    primary,
    keys: keys.map(({ kid, createdAt }) => ({ kid, createdAt })),
  };
}

function parse(words: readonly string[], env: NodeJS.ProcessEnv): Call | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { file: { type: 'string' } },
      allowPositionals: true,
    });
    const [command, kid = '', ...more] = positionals;
    const file = values.file ?? env['MFA_PAYLOAD_KEYS_FILE'] ?? '';
    if (file === '' || more.length > 0 || !isCommand(command)) return undefined;
    // One takes the name of a key.
    return (command === 'retire') === (kid !== '') ? { command, file, kid } : undefined;
  } catch {
    return undefined;
  }
}

function isCommand(word: string | undefined): word is Call['command'] {
  return COMMANDS.some((command) => command === word);
}
