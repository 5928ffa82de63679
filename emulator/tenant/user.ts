/** Whom a tenant knows: what an administrator gives, and what the user has enrolled since. */
import type { Authenticator } from './authenticator.ts';
import type { Quotas } from './one-time-codes.ts';

export interface User extends Quotas {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly emailVerified: boolean;
  /** What a rule about MFA may look at. */
  readonly userMetadata: Readonly<Record<string, unknown>>;
  authenticators: Authenticator[];
  /** Given with the first associate ever; `undefined` until then. */
  recoveryCode?: string;
  associatedBefore: boolean;
  readonly usedTotpSteps: Set<string>;
  /** The entry that a verified address appears as by itself, once it was listed. */
  verifiedEmail?: Authenticator;
}

export interface UserConfig {
  readonly userId?: string;
  readonly email: string;
  readonly password: string;
  readonly name?: string;
  /** Default `false`. */
  readonly emailVerified?: boolean;
  readonly userMetadata?: Readonly<Record<string, unknown>>;
}
