/**
 * Codes that prove a second factor, and the quotas that guard them (auth0-docs "Essentials and
 * Professional", Additional MFA rate limits). A quota is a user's, not a session's, and is not given
 * back by success.
 */
import { timingSafeEqual } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { Bucket } from '../http/bucket.ts';
import type { Authenticator } from './authenticator.ts';
import type { Randomness } from './randomness.ts';
import type { TenantSettings } from './settings.ts';

/** A code that was sent: six digits, five minutes, once (auth0-docs "Authenticate using ROPG with MFA"). */
export interface TextedCode {
  readonly channel: Channel;
  readonly code: string;
  readonly expiresAt: number;
  spent: boolean;
}

/** What becomes of a code; `too-many`: the quota is spent, and it was not looked at. */
export type Verdict = 'right' | 'wrong' | 'too-many';

/** How a code is sent. */
export type Channel = 'sms' | 'voice' | 'email';

export interface Quotas {
  /** SMS and calls together. */
  readonly texts: Bucket;
  readonly emails: Bucket;
  readonly pushes: Bucket;
  /** Six digits, however they came. */
  readonly wrongCodes: Bucket;
  /** In the place of it for e-mail and OTP, where the tenant is set so. */
  readonly wrongCodesSoon: Bucket;
  readonly wrongRecoveryCodes: Bucket;
}

/** Whoever's codes these are. */
interface Owner extends Quotas {
  /** `<authenticator id> <step>` */
  readonly usedTotpSteps: Set<string>;
  readonly recoveryCode?: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const TOTP_PERIOD_S = 30;
/** 32 characters of base32, as recorded. */
const TOTP_SECRET_BYTES = 20;

export const CODE_LIFE_MS = 5 * MINUTE_MS;
export const CODE_DIGITS = 6;

export function newQuotas(): Quotas {
  return {
    texts: new Bucket(10, HOUR_MS),
    emails: new Bucket(20, MINUTE_MS),
    pushes: new Bucket(5, MINUTE_MS / 5),
    wrongCodes: new Bucket(10, HOUR_MS / 10),
    wrongCodesSoon: new Bucket(5, MINUTE_MS),
    wrongRecoveryCodes: new Bucket(10, HOUR_MS / 10),
  };
}

/** Base32. */
export function newTotpSecret(randomness: Randomness): string {
  return new Secret({ buffer: new Uint8Array(randomness.bytes(TOTP_SECRET_BYTES)).buffer }).base32;
}

/** What a wrong code costs an attempt of. */
export function attemptsOf(
  owner: Quotas,
  { wrongCodes }: Pick<TenantSettings, 'wrongCodes'>,
  how: Channel | 'totp',
): Bucket {
  const soon = wrongCodes === 'five-per-five-minutes' && (how === 'email' || how === 'totp');
  return soon ? owner.wrongCodesSoon : owner.wrongCodes;
}

/** A wrong one costs an attempt. */
export function judgeText(
  attempts: Bucket,
  texted: TextedCode,
  code: string,
  now: number,
): Verdict {
  if (attempts.left(now) < 1) return 'too-many';
  if (!texted.spent && now < texted.expiresAt && same(texted.code, code)) {
    texted.spent = true;
    return 'right';
  }
  attempts.take(now);
  return 'wrong';
}

/** The authenticator whose secret gives this code now or gave it one step ago, each step once. */
export function judgeTotp(
  { usedTotpSteps }: Owner,
  attempts: Bucket,
  candidates: readonly Authenticator[],
  code: string,
  now: number,
): Authenticator | Exclude<Verdict, 'right'> {
  if (attempts.left(now) < 1) return 'too-many';
  const step = Math.floor(now / 1000 / TOTP_PERIOD_S);
  for (const candidate of candidates) {
    if (candidate.secret === undefined) continue;
    const totp = new TOTP({ secret: Secret.fromBase32(candidate.secret) });
    for (const at of [step, step - 1]) {
      const key = `${candidate.id} ${at}`;
      if (usedTotpSteps.has(key)) continue;
      if (!same(totp.generate({ timestamp: at * TOTP_PERIOD_S * 1000 }), code)) continue;
      forgetBefore(usedTotpSteps, step - 1);
      usedTotpSteps.add(key);
      return candidate;
    }
  }
  attempts.take(now);
  return 'wrong';
}

/** A step that no code is taken of any more need not be remembered as used. */
function forgetBefore(used: Set<string>, step: number): void {
  for (const key of used) {
    if (Number(key.slice(key.lastIndexOf(' ') + 1)) < step) used.delete(key);
  }
}

export function judgeRecoveryCode(owner: Owner, code: string, now: number): Verdict {
  if (owner.wrongRecoveryCodes.left(now) < 1) return 'too-many';
  if (owner.recoveryCode !== undefined && same(owner.recoveryCode, code)) return 'right';
  owner.wrongRecoveryCodes.take(now);
  return 'wrong';
}

export function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
