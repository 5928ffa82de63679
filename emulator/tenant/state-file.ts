/** What a tenant knows, in a file: read at the start, written while it runs and at the end. */
import { readFileSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { Bucket } from '../http/bucket.ts';
import { codeOf, messageOf } from '../http/node-error.ts';
import type { ClientConfig } from './client-config.ts';
import type { Tenant } from './tenant.ts';
import type { User } from './user.ts';

/** Much may happen in a second; it is written once. */
const WRITE_INTERVAL_MS = 1_000;
/** It holds passwords, secrets and keys. */
const OWNER_ONLY = 0o600;

const bucketSchema = z.object({ level: z.number(), at: z.number().optional() });

/** As `SigningKeys` saves them, private halves and all. */
export const keysSchema = z.array(
  z.looseObject({ kid: z.string(), kty: z.literal('RSA'), d: z.string() }),
);

const stateSchema = z.object({
  version: z.literal(1),
  clockOffsetMs: z.int().min(0),
  /** Bytes of the seed's stream that were used up. */
  drawn: z.int().min(0),
  keys: keysSchema,
  settings: z.record(z.string(), z.unknown()),
  clients: z.array(z.looseObject({ clientId: z.string(), redirectUris: z.array(z.string()) })),
  users: z.array(
    z.looseObject({
      userId: z.string(),
      email: z.string(),
      password: z.string(),
      name: z.string(),
      authenticators: z.array(
        z.looseObject({ id: z.string(), kind: z.string(), active: z.boolean() }),
      ),
    }),
  ),
});
export type State = z.infer<typeof stateSchema>;

/** Its message says what is wrong with which file, and the way out. */
class StateFileError extends Error {
  override readonly name = 'StateFileError';
}

export class StateFile {
  readonly #path: string;
  #written = '';
  #collect: (() => Promise<Omit<State, 'version'>>) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** `undefined`: there is no such file yet. */
  read(): State | undefined {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw this.#refusal(messageOf(error));
    }
    const state = stateSchema.safeParse(json(text));
    if (!state.success) throw this.#refusal(z.prettifyError(state.error));
    return state.data;
  }

  #refusal(why: string): StateFileError {
    return new StateFileError(
      `The state file ${this.#path} can't be read: ${why}\nMove it away to start over.`,
    );
  }

  /** From now on this is what it keeps; the first write says at once whether it can. */
  async keep(collect: () => Promise<Omit<State, 'version'>>): Promise<void> {
    this.#collect = collect;
    try {
      await this.flush();
    } catch (error) {
      const why = messageOf(error);
      throw new StateFileError(
        `The state file ${this.#path} can't be written: ${why}\nGive --state a path in a folder that is yours.`,
      );
    }
  }

  /** Something may have changed. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // Told by the next write that is waited for: the one at the end.
      this.flush().catch(() => undefined);
    }, WRITE_INTERVAL_MS).unref();
  }

  /** Writes what is not written yet; one after another. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    if (this.#collect === undefined) return;
    const state = { version: 1, ...(await this.#collect()) };
    const text = JSON.stringify(state, (_key, value: unknown) =>
      value instanceof Set ? [...value] : value,
    );
    if (text === this.#written) return;
    await writeFileAtomic(this.#path, text, { mode: OWNER_ONLY });
    this.#written = text;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Everything of a user, whatever fields a user has. */
export function keptUsers(tenant: Tenant): State['users'] {
  return [...tenant.users.values()].map((user) => ({
    ...user,
    authenticators: user.authenticators.map((authenticator) => ({ ...authenticator })),
  }));
}

/** Fields that the file does not have are those of a new user. */
export function restoreUser(tenant: Tenant, kept: State['users'][number]): User {
  const { userId, email, password, name } = kept;
  const user = tenant.addUser({ userId, email, password, name });
  const fields = new Map<string, unknown>(Object.entries(user));
  for (const [field, value] of Object.entries(kept)) {
    const fresh = fields.get(field);
    if (fresh instanceof Bucket) fresh.restore(bucketState(value));
    else if (fresh instanceof Set) for (const item of list(value)) fresh.add(item);
    else Object.assign(user, { [field]: value });
  }
  return user;
}

function bucketState(value: unknown) {
  const { level, at } = bucketSchema.parse(value);
  return { level, ...(at !== undefined && { at }) };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function restoreClient(tenant: Tenant, client: State['clients'][number]): void {
  const restored: ClientConfig = client;
  tenant.clients.set(restored.clientId, restored);
}
