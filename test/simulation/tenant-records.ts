/** What the tenant keeps: authenticators, logins, challenges and tokens. Times are epoch ms. */
import type { Device, LoginFlaw } from './plan.ts';

export interface Entry {
  readonly id: string;
  readonly kind: 'sms' | 'totp' | 'recovery-code';
  active: boolean;
  readonly phoneNumber?: string;
  /** By this enrollment. */
  readonly ours: boolean;
}

export interface Login {
  readonly at: number;
  readonly on: Device;
  readonly flaw?: LoginFlaw;
  readonly challenged: boolean;
  exchanged: boolean;
}

export interface Transaction {
  readonly entry: Entry;
  readonly code: string;
  readonly expiresAt: number;
}

export interface Token {
  readonly expiresAt: number;
  readonly on: Device;
}
