import { chmod, writeFile } from 'node:fs/promises';
import { FILE_ENVELOPE } from '../../temporal/encryption/key-envelope.ts';
import { newKeyring, printKeyringFile } from '../../temporal/encryption/keyring-file.ts';

interface BrokenKeyring {
  readonly what: string;
  /** What a person must be told: which rule, and the way out. */
  readonly told: readonly string[];
  /** Puts it there; `good` is a whole one. */
  readonly put: (file: string, good: string) => Promise<void>;
}

const KEYS_MAX_BYTES = 64 * 1024;

/** Every way in which a keyring cannot be used, for programs that are started with one. */
export const BROKEN_KEYRINGS: readonly BrokenKeyring[] = [
  {
    what: 'missing',
    told: ['does not exist', 'npm run -s mfa -- keys new'],
    put: () => Promise.resolve(),
  },
  {
    what: 'open to others',
    told: ['is open to others', 'chmod it to 600'],
    put: async (file, good) => {
      await writeFile(file, good);
      await chmod(file, 0o644);
    },
  },
  {
    what: 'too large',
    told: ['at most 65536 bytes', 'the right one'],
    put: (file, good) => put(file, ' '.repeat(KEYS_MAX_BYTES) + good),
  },
  {
    what: 'no JSON',
    told: ['must be JSON', 'Put its backup back'],
    put: (file, good) => put(file, good.slice(0, -9)),
  },
  {
    what: 'without its primary key',
    told: ['primary: must name a key of the file', 'Put its backup back'],
    put: (file, good) => put(file, good.replace(/"primary": "[^"]+"/, '"primary": "no-such-key"')),
  },
  {
    what: 'with a key twice',
    told: ['keys: two have the same kid', 'Put its backup back'],
    put: (file, good) => put(file, good.replace(/"keys": \[([^\]]+)\]/, '"keys": [$1, $1]')),
  },
];

export async function goodKeyring(): Promise<string> {
  return printKeyringFile(await newKeyring(FILE_ENVELOPE, new Date()));
}

/** Of none of its keys anything may be repeated. */
export function secretOf(keyring: string): string {
  const [, key = ''] = /"key": "([^"]+)"/.exec(keyring) ?? [];
  if (key === '') throw new Error('The keyring has no key.');
  return key;
}

function put(file: string, text: string): Promise<void> {
  return writeFile(file, text, { mode: 0o600 });
}
