/** What a tenant holds, and its rules about users, authenticators and codes. No HTTP here. */
import { timingSafeEqual } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { Bucket } from './bucket.ts';
import type { Clock } from './clock.ts';
import type { Inbox } from './inbox.ts';
import type { Randomness } from './randomness.ts';
import type { TenantSettings } from './settings.ts';

export type AuthenticatorKind = 'sms' | 'totp' | 'recovery-code';

export interface Authenticator {
  /** `sms|dev_` and sixteen characters, as recorded from real tenants. */
  readonly id: string;
  readonly kind: AuthenticatorKind;
  active: boolean;
  readonly phoneNumber?: string;
  /** Base32. */
  readonly secret?: string;
}

export interface User {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
  readonly name: string;
  authenticators: Authenticator[];
  /** Given with the first associate ever; `undefined` until then. */
  recoveryCode?: string;
  associatedBefore: boolean;
  readonly texts: Bucket;
  readonly wrongCodes: Bucket;
  readonly usedTotpSteps: Set<string>;
}

export interface UserConfig {
  readonly userId?: string;
  readonly email: string;
  readonly password: string;
  readonly name?: string;
}

export interface ClientConfig {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly redirectUris: readonly string[];
  readonly grantTypes?: readonly string[];
}

/** A texted code: six digits, five minutes, once (auth0-docs "Authenticate using ROPG with MFA"). */
export interface TextedCode {
  readonly code: string;
  readonly expiresAt: number;
  spent: boolean;
}

export const AUTHENTICATORS_MAX = 51;
const CODE_LIFE_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
const TOTP_PERIOD_S = 30;
/** 32 characters of base32, as recorded. */
const TOTP_SECRET_BYTES = 20;
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const RECOVERY_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ123456789';

export class Tenant {
  readonly clock: Clock;
  readonly inbox: Inbox;
  readonly randomness: Randomness;
  settings: TenantSettings;
  readonly users = new Map<string, User>();
  readonly clients = new Map<string, ClientConfig>();

  constructor(clock: Clock, inbox: Inbox, randomness: Randomness, settings: TenantSettings) {
    this.randomness = randomness;
    this.clock = clock;
    this.inbox = inbox;
    this.settings = settings;
  }

  addUser(config: UserConfig): User {
    const userId = config.userId ?? `auth0|${this.randomness.hex(12)}`;
    const user: User = {
      userId,
      email: config.email,
      password: config.password,
      name: config.name ?? config.email,
      authenticators: [],
      associatedBefore: false,
      texts: new Bucket(10, HOUR_MS),
      wrongCodes: new Bucket(10, HOUR_MS / 10),
      usedTotpSteps: new Set(),
    };
    this.users.set(userId, user);
    return user;
  }

  userByPassword(email: string, password: string): User | undefined {
    for (const user of this.users.values()) {
      if (user.email === email && same(user.password, password)) return user;
    }
    return undefined;
  }

  active(user: User): readonly Authenticator[] {
    return user.authenticators.filter(({ active, kind }) => active && kind !== 'recovery-code');
  }

  /** Adds an unconfirmed authenticator; with the user's first one comes the recovery code. */
  associate(user: User, made: { phoneNumber: string } | 'totp') {
    const authenticator =
      made === 'totp'
        ? this.#new('totp', { secret: this.#newSecret() })
        : this.#forNumber(user, made.phoneNumber);
    if (!user.authenticators.includes(authenticator)) user.authenticators.push(authenticator);
    const first = !user.associatedBefore;
    user.associatedBefore = true;
    if (!first || !this.settings.recoveryCodes) return { authenticator };
    user.recoveryCode = this.randomness.text(RECOVERY_ALPHABET, 24);
    user.authenticators.push(this.#new('recovery-code', {}));
    return { authenticator, recoveryCode: user.recoveryCode };
  }

  #forNumber(user: User, phoneNumber: string): Authenticator {
    const pending = user.authenticators.find(
      (entry) => entry.phoneNumber === phoneNumber && !entry.active,
    );
    if (this.settings.reuseSameNumber && pending !== undefined) return pending;
    return this.#new('sms', { phoneNumber });
  }

  #new(kind: AuthenticatorKind, more: { phoneNumber?: string; secret?: string }): Authenticator {
    const id = `${kind}|dev_${this.randomness.text(ALPHANUMERIC, 16)}`;
    return { id, kind, active: false, ...more };
  }

  /** `undefined`: the user's bucket of texts is empty. */
  text(user: User, to: string): TextedCode | undefined {
    const now = this.clock.now();
    if (!user.texts.take(now)) return undefined;
    const code = this.randomness.digits(6);
    this.inbox.deliver({ to, code, at: now, userId: user.userId, text: `${code} is your code.` });
    return { code, expiresAt: now + CODE_LIFE_MS, spent: false };
  }

  /** Judges a texted code; a wrong one costs an attempt. */
  judgeText(user: User, texted: TextedCode, code: string): 'right' | 'wrong' | 'too-many' {
    const now = this.clock.now();
    if (user.wrongCodes.left(now) < 1) return 'too-many';
    if (!texted.spent && now < texted.expiresAt && same(texted.code, code)) {
      texted.spent = true;
      return 'right';
    }
    user.wrongCodes.take(now);
    return 'wrong';
  }

  /** The authenticator whose secret gives this code now or gave it one step ago, each step once. */
  judgeTotp(
    user: User,
    candidates: readonly Authenticator[],
    code: string,
  ): Authenticator | 'wrong' | 'too-many' {
    const now = this.clock.now();
    if (user.wrongCodes.left(now) < 1) return 'too-many';
    const step = Math.floor(now / 1000 / TOTP_PERIOD_S);
    for (const candidate of candidates) {
      if (candidate.secret === undefined) continue;
      const totp = new TOTP({ secret: Secret.fromBase32(candidate.secret) });
      for (const at of [step, step - 1]) {
        const key = `${candidate.id} ${at}`;
        if (user.usedTotpSteps.has(key)) continue;
        if (!same(totp.generate({ timestamp: at * TOTP_PERIOD_S * 1000 }), code)) continue;
        user.usedTotpSteps.add(key);
        return candidate;
      }
    }
    user.wrongCodes.take(now);
    return 'wrong';
  }

  #newSecret(): string {
    return new Secret({ buffer: new Uint8Array(this.randomness.bytes(TOTP_SECRET_BYTES)).buffer })
      .base32;
  }

  /** The old one is spent. */
  newRecoveryCode(user: User): string {
    user.recoveryCode = this.randomness.text(RECOVERY_ALPHABET, 24);
    return user.recoveryCode;
  }

  activate(user: User, authenticator: Authenticator): void {
    authenticator.active = true;
    for (const entry of user.authenticators) {
      if (entry.kind === 'recovery-code') entry.active = true;
    }
  }
}

export function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
