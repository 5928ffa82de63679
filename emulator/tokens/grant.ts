import type { User } from '../tenant/user.ts';

/** What a login asked for; tokens that it ends in are made from this. */
export interface Grant {
  readonly user: User;
  readonly clientId: string;
  readonly audience: string;
  readonly scope: string;
  readonly nonce?: string;
  /** Epoch seconds. */
  readonly authTime: number;
  /** `max_age` or `prompt=login` was asked for, and the ID token has to say when the user logged in. */
  readonly authTimeAsked?: boolean;
  /** The browser's session. */
  readonly sid?: string;
  readonly amr: readonly string[];
  /** The second factor was proven at the MFA API, not on the tenant's pages. */
  readonly byMfaApi?: boolean;
  /** Devices that were proven in this login, where a tenant asks for more than one. */
  readonly proven?: readonly string[];
}
