/**
 * Auth0 as it would be if nothing ever went wrong on the way: it confirms right codes, says "wrong" to
 * others, sends one text for each associate, and loses no answer. It takes no time.
 */
import type {
  Association,
  Authenticator,
  DeviceSealed,
  PublicSealingKey,
  Session,
} from '../../../activities/enrollment-activities.ts';
import type { Factor, LoginProof, Refusal } from '../../../workflows/contract/enroll-mfa.ts';
import { maskPhoneNumber } from '../../../workflows/progress-view.ts';
import type { Device } from './messages.ts';
import type { Beginning } from './steps.ts';

export const TOKEN_LIFE_MS = 600_000;
/** Five minutes from the answer on, as the flow counts them; a call takes at most a quarter of one. */
const TEXT_LIFE_MS = 315_000;
const AUTHORIZATION_CODE_LIFE_MS = 600_000;
/** A user's bucket of texts, which logins draw on too; what it gets back in an hour is left out. */
const TEXTS_MAX = 10;
export const PHONE_BEFORE = '+14155550100';
const PREMIUM = /^\+1900/;

interface Entry extends Authenticator {
  readonly kind: Factor;
  active: boolean;
  readonly phoneNumber?: string;
}

interface Login {
  readonly at: number;
  /** Whether an active factor was challenged. */
  readonly challenged: boolean;
  exchanged: boolean;
}

interface Transaction {
  readonly number: number;
  readonly entry: Entry;
  readonly code: string;
  readonly expiresAt: number;
}

/** One code that reached Auth0. */
export interface Judged {
  readonly at: number;
  /** The associate that it answers. */
  readonly of: number;
  readonly factor: Factor;
  readonly right: boolean;
}

export type Answer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

const good = <T>(value: T): Answer<T> => ({ ok: true, value });
const bad = (refusal: Refusal) => ({ ok: false, refusal }) as const;

export class IdealTenant {
  readonly #now: () => number;
  readonly reuses: boolean;
  readonly #logins = new Map<string, Login>();
  readonly #transactions = new Map<string, Transaction>();
  readonly entries: Entry[] = [];
  /** What the app shows for the newest set-up. */
  otp = '';
  readonly texts: { readonly at: number; readonly to: string; readonly code: string }[] = [];
  loginTexts = 0;
  /** Authenticators made; associates that sent nothing do not count. */
  associates = 0;
  readonly judged: Judged[] = [];
  /** Codes for what is confirmed already or has expired: none should get here. */
  judgedDead = 0;
  /** Factors that were active before. */
  readonly before: readonly Factor[];
  #associatedBefore: boolean;

  constructor(now: () => number, { active, reuseSameNumber }: Omit<Beginning, 'factors'>) {
    this.#now = now;
    this.reuses = reuseSameNumber;
    this.before = active === 'nothing' ? [] : [active];
    this.#associatedBefore = active !== 'nothing';
    if (active === 'nothing') return;
    const phoneNumber = active === 'sms' ? PHONE_BEFORE : undefined;
    this.entries.push(entryOf('before', active, phoneNumber, true));
  }

  /** The factor that a login is challenged with. */
  get challenging(): Factor | undefined {
    const kind = this.entries.find(({ active }) => active)?.kind;
    return kind === 'sms' || kind === 'totp' ? kind : undefined;
  }

  get canLogIn(): boolean {
    return this.challenging !== 'sms' || this.texts.length + this.loginTexts < TEXTS_MAX;
  }

  inactive(factor: Factor): number {
    return this.entries.filter(({ kind, active }) => kind === factor && !active).length;
  }

  logIn(on: Device | 'no-device'): LoginProof {
    if (this.challenging === 'sms') this.loginTexts += 1;
    const code = `login-${this.#logins.size + 1}`;
    const challenged = this.challenging !== undefined;
    this.#logins.set(code, { at: this.#now(), challenged, exchanged: false });
    const rest = { codeVerifier: 'v', redirectUri: 'r', nonce: 'n' };
    return { code, ...rest, ...(on !== 'no-device' && { sealTo: keyOf(on) }) };
  }

  exchanged(code: string): boolean {
    return this.#logins.get(code)?.exchanged === true;
  }

  openSession(proof: LoginProof, confirmedAt: number | undefined): Answer<Session> {
    const login = 'code' in proof ? this.#logins.get(proof.code) : undefined;
    const now = this.#now();
    if (login === undefined || login.exchanged || now - login.at >= AUTHORIZATION_CODE_LIFE_MS) {
      return bad('login-code-refused');
    }
    login.exchanged = true;
    if (confirmedAt !== undefined && Math.floor(login.at / 1000) < confirmedAt) {
      return bad('stale-login');
    }
    if (this.challenging !== undefined && !login.challenged) return bad('mfa-not-challenged');
    const session = { accessToken: 'sealed', expiresAt: now + TOKEN_LIFE_MS };
    return good({ ...session, authenticators: this.list() });
  }

  associate(factor: Factor, to: string, sealTo: PublicSealingKey | undefined): Answer<Association> {
    if (factor === 'sms' && PREMIUM.test(to)) return bad('phone-number-refused');
    this.associates += 1;
    const number = this.associates;
    const entry = this.#entry(number, factor, to);
    const recoveryCode = this.#associatedBefore ? undefined : sealed(sealTo);
    this.#associatedBefore = true;
    const brought = recoveryCode === undefined ? {} : { recoveryCode };
    const code = String(100_000 + number);
    if (factor === 'totp') {
      this.otp = code;
      const expiresAt = Number.POSITIVE_INFINITY;
      this.#transactions.set('totp', { number, entry, code, expiresAt });
      const setUp = sealed(sealTo);
      return setUp === 'lost' ? bad('sealing-key-missing') : good({ setUp, ...brought });
    }
    const at = this.#now();
    this.texts.push({ at, to, code });
    this.#transactions.set(code, { number, entry, code, expiresAt: at + TEXT_LIFE_MS });
    return good({ oobCode: code, ...brought });
  }

  #entry(number: number, factor: Factor, to: string): Entry {
    const pending = this.entries.find(({ phoneNumber, active }) => phoneNumber === to && !active);
    if (factor === 'sms' && this.reuses && pending !== undefined) return pending;
    const made = entryOf(`made-${number}`, factor, factor === 'sms' ? to : undefined, false);
    this.entries.push(made);
    return made;
  }

  confirm(oobCode: string | undefined, code: string): Answer<{ confirmedAt: number }> {
    const transaction = this.#transactions.get(oobCode ?? 'totp');
    const now = this.#now();
    if (transaction === undefined || now >= transaction.expiresAt) {
      this.judgedDead += 1;
      return bad('code-expired');
    }
    const right = transaction.code === code;
    const { number, entry } = transaction;
    this.judged.push({ at: now, of: number, factor: entry.kind, right });
    if (!right) return bad('wrong-code');
    entry.active = true;
    this.#transactions.delete(oobCode ?? 'totp');
    return good({ confirmedAt: Math.floor(now / 1000) });
  }

  list(): readonly Authenticator[] {
    return this.entries.map(({ id, kind, active, maskedName }) => ({
      ...{ id, kind, active },
      ...(maskedName !== undefined && { maskedName }),
    }));
  }

  delete(id: string): void {
    const index = this.entries.findIndex((entry) => entry.id === id);
    if (index !== -1) this.entries.splice(index, 1);
  }
}

function entryOf(
  id: string,
  kind: Factor,
  phoneNumber: string | undefined,
  active: boolean,
): Entry {
  if (phoneNumber === undefined) return { id, kind, active };
  return { id, kind, active, phoneNumber, maskedName: maskPhoneNumber(phoneNumber) };
}

function keyOf(device: Device): PublicSealingKey {
  return { kty: 'EC', crv: 'P-256', x: device.repeat(43), y: device.repeat(43) };
}

/** The thumbprint is the device's letter. */
function sealed(to: PublicSealingKey | undefined): DeviceSealed | 'lost' {
  return to === undefined ? 'lost' : { kid: to.x.slice(0, 1), jwe: 'sealed' };
}
