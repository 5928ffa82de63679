/** What a tenant is started with, and what there is once it runs. */
import type { Neighbour, Serving } from './control/neighbours.ts';
import type { Faults } from './http/faults.ts';
import type { Journal } from './http/journal.ts';
import type { MfaRule } from './login/mfa-policy.ts';
import type { Authenticator } from './tenant/authenticator.ts';
import type { ClientConfig } from './tenant/client-config.ts';
import type { Clock } from './tenant/clock.ts';
import type { Inbox } from './tenant/inbox.ts';
import type { PushRequests } from './tenant/push-requests.ts';
import type { TenantSettings } from './tenant/settings.ts';
import type { TenantBeginnings } from './tenant/tenant-start.ts';
import type { User, UserConfig } from './tenant/user.ts';

export interface EmulatorOptions extends TenantBeginnings, Serving {
  /** Default 0: any free port. Of loopback, and nothing else: the emulator hands out tokens to whoever asks. */
  readonly port?: number;
  /** Where clients reach it, ending in a slash, where that is not its own address. */
  readonly issuer?: string;
  /** Who needs a second factor where `mfaPolicies` has `confidence-score`; default: `use_mfa` in the metadata. */
  readonly mfaRule?: MfaRule;
}

export interface Emulator extends Neighbour, AsyncDisposable {
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
