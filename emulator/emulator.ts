/** What a tenant is started with, and what there is once it runs. */
import type { TlsOptions } from './http/certificates.ts';
import type { Faults } from './http/faults.ts';
import type { Journal } from './http/journal.ts';
import type { MfaRule } from './login/mfa-policy.ts';
import type { Authenticator } from './tenant/authenticator.ts';
import type { ClientConfig } from './tenant/client-config.ts';
import type { Clock } from './tenant/clock.ts';
import type { Inbox } from './tenant/inbox.ts';
import type { PushRequests } from './tenant/push-requests.ts';
import type { TenantSettings } from './tenant/settings.ts';
import type { SavedKey } from './tenant/signing-keys.ts';
import type { User, UserConfig } from './tenant/user.ts';

export interface EmulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Loopback, and nothing else: the emulator hands out tokens to whoever asks. */
  readonly host?: '127.0.0.1';
  /** Where clients reach it, ending in a slash, where that is not its own address. */
  readonly issuer?: string;
  /** HTTPS, with a certificate of its own kept in a folder, or with a key pair. Default `false`. */
  readonly tls?: TlsOptions;
  /** Whether `/_emulator/…` is there. Default `false`. */
  readonly control?: boolean;
  /** Who uses `/_emulator/…` must show it; without one it answers loopback only. */
  readonly controlToken?: string;
  readonly clients?: readonly ClientConfig[];
  readonly users?: readonly UserConfig[];
  readonly settings?: Partial<TenantSettings>;
  /** Who needs a second factor where `mfaPolicies` has `confidence-score`; default: `use_mfa` in the metadata. */
  readonly mfaRule?: MfaRule;
  /** Makes codes, ids and secrets the same in every run that asks the same. Default none. */
  readonly seed?: string;
  /** Signs first, in place of a new one: making one is most of a start, where many are started. */
  readonly signingKey?: SavedKey;
  /** Survives a restart: users, authenticators, buckets, keys, clients, settings, the clock. */
  readonly stateFile?: string;
  /** Epoch ms; the tenant's clock starts from it. Default `Date.now`. */
  readonly now?: () => number;
}

export interface Emulator extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/` where none was given; with the slash, as Auth0 has it. */
  readonly issuer: string;
  /** `127.0.0.1:PORT` */
  readonly domain: string;
  /** The MFA API's. */
  readonly audience: string;
  readonly port: number;
  /** What a client must trust, where the emulator made its certificate itself. */
  readonly caFile?: string;
  /** Method and route of everything that it answers. */
  readonly endpoints: readonly string[];
  readonly settings: TenantSettings;
  /** Turns switches while it runs, as `PATCH /_emulator/settings` does. */
  configure(changes: Partial<TenantSettings>): void;
  readonly inbox: Inbox;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly faults: Faults;
  /** What a Guardian app is asked; answers in its stead. */
  readonly pushes: PushRequests;
  addUser(user: UserConfig): Pick<User, 'userId' | 'email' | 'name'>;
  addClient(client: ClientConfig): void;
  /** Signs with a new key from now on; what the one before has signed is still good. */
  rotateKeys(): Promise<void>;
  authenticators(userId: string): readonly Readonly<Omit<Authenticator, 'secret'>>[];
  /** Nothing listens any more and every connection is cut: who asks is refused a connection. */
  goDown(): Promise<void>;
  /** It listens on its port again and knows what it knew. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}
