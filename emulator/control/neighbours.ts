import type { TlsOptions } from '../http/certificates.ts';
import type { TenantDescription } from '../tenant/description.ts';

/** What every tenant of a process is served with. */
export interface Serving {
  /** HTTPS, with a certificate of its own kept in a folder, or with a key pair. Default `false`. */
  readonly tls?: TlsOptions;
  /** Whether `/_emulator/…` is there. Default `false`. */
  readonly control?: boolean;
  /** Who uses `/_emulator/…` must show it; without one it answers loopback only. */
  readonly controlToken?: string;
}

/** A tenant of the same process, and where it is found. */
export interface Neighbour {
  /** `http://127.0.0.1:PORT/` where none was given; with the slash, as Auth0 has it. */
  readonly issuer: string;
  /** `127.0.0.1:PORT` */
  readonly domain: string;
  /** The MFA API's. */
  readonly audience: string;
  readonly port: number;
}

/** What the control API of one tenant may do about the others. */
export interface Neighbours {
  readonly running: ReadonlyMap<string, Neighbour>;
  /** @throws TenantError where the name is taken or there is no room */
  add(options: Serving & TenantDescription & { readonly name: string }): Promise<Neighbour>;
  /** `false`: there is none of this name. */
  remove(name: string): Promise<boolean>;
}

export class TenantError extends Error {
  override readonly name = 'TenantError';
}
