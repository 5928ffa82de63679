/** A tenant as it begins: what was kept of an earlier life first, then what the options add. */
import type { ClientConfig } from './client-config.ts';
import { Clock } from './clock.ts';
import { Inbox } from './inbox.ts';
import { Randomness } from './randomness.ts';
import { defined, settingsSchema } from './schemas.ts';
import { SETTINGS_DEFAULT, type TenantSettings } from './settings.ts';
import type { SavedKey } from './signing-keys.ts';
import {
  keptUsers,
  keysSchema,
  restoreClient,
  restoreUser,
  type State,
  StateFile,
} from './state-file.ts';
import { Tenant } from './tenant.ts';
import type { UserConfig } from './user.ts';

export interface TenantBeginnings {
  readonly clients?: readonly ClientConfig[];
  readonly users?: readonly UserConfig[];
  readonly settings?: Partial<TenantSettings>;
  /** Makes codes, ids and secrets the same in every run that asks the same. Default none. */
  readonly seed?: string;
  /** Signs first, in place of a new one: making one is most of a start, where many are started. */
  readonly signingKey?: SavedKey;
  /** Survives a restart: users, authenticators, buckets, keys, clients, settings, the clock. */
  readonly stateFile?: string;
  /** Epoch ms; the tenant's clock starts from it. Default `Date.now`. */
  readonly now?: () => number;
}

export interface BegunTenant {
  readonly tenant: Tenant;
  /** `undefined`: it has none yet. */
  readonly savedKeys?: readonly SavedKey[];
  /** Something may have changed. */
  changed(): void;
  /** To be called once, when everything stands that has to be kept. */
  keep(keys: () => Promise<readonly SavedKey[]>): Promise<void>;
  flush(): Promise<void>;
}

export function beginTenant(
  options: TenantBeginnings,
  clientsDefault: readonly ClientConfig[],
): BegunTenant {
  const file = options.stateFile === undefined ? undefined : new StateFile(options.stateFile);
  const state = file?.read();
  const clock = new Clock(options.now, state?.clockOffsetMs);
  const inbox = new Inbox(() => clock.now());
  const tenant = new Tenant(clock, inbox, new Randomness(options.seed, state?.drawn), {
    ...SETTINGS_DEFAULT,
    ...options.settings,
    ...(state !== undefined && defined(settingsSchema.parse(state.settings))),
  });
  populate(tenant, state, options, clientsDefault);
  const changed = (): void => file?.changed();
  clock.watch(() => {
    inbox.arriveLate();
    changed();
  });
  return {
    ...{ tenant, changed },
    ...(state !== undefined
      ? { savedKeys: state.keys }
      : options.signingKey !== undefined && { savedKeys: [options.signingKey] }),
    keep: async (keys) => file?.keep(async () => collect(tenant, await keys())),
    flush: async () => file?.flush(),
  };
}

/** What the file knows wins: it was changed after the options were written. */
function populate(
  tenant: Tenant,
  state: State | undefined,
  options: TenantBeginnings,
  clientsDefault: readonly ClientConfig[],
): void {
  for (const client of state?.clients ?? []) restoreClient(tenant, client);
  for (const client of options.clients ?? clientsDefault) {
    if (!tenant.clients.has(client.clientId)) tenant.clients.set(client.clientId, client);
  }
  for (const user of state?.users ?? []) restoreUser(tenant, user);
  const known = new Set(state?.users.flatMap(({ userId, email }) => [userId, email]));
  for (const user of options.users ?? []) {
    if (!known.has(user.userId ?? user.email)) tenant.addUser(user);
  }
}

function collect(tenant: Tenant, keys: readonly SavedKey[]): Omit<State, 'version'> {
  return {
    clockOffsetMs: tenant.clock.offsetMs,
    drawn: tenant.randomness.drawn,
    keys: keysSchema.parse(keys),
    settings: { ...tenant.settings },
    clients: [...tenant.clients.values()].map((client) => ({
      ...client,
      redirectUris: [...client.redirectUris],
    })),
    users: keptUsers(tenant),
  };
}
