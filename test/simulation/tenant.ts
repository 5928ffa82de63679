/**
 * One user's tenant: what Auth0 holds of them, and how it answers what the activities ask. It loses no
 * answer and takes no time; what goes wrong on the way is `calls.ts`'. It knows nothing of the flow.
 */
import type {
  AssociateInput,
  Association,
  Authenticator,
  ConfirmInput,
  EnrollmentActivities,
  OpenSessionInput,
  PublicDeviceKey,
} from '../../activities/enrollment-activities.ts';
import type { CodeProof, Factor } from '../../workflows/contract/enroll-mfa.ts';
import { Bucket } from './bucket.ts';
import { keyOf, otpPeriod, otpShown, sealedTo } from './devices.ts';
import type { Device, LoginFlaw, Setting } from './plan.ts';
import type { ActivityName } from './scheduled-activity.ts';
import { TenantJournal } from './tenant-journal.ts';
import type { Entry, Login, Token, Transaction } from './tenant-records.ts';
import type { FailureType } from '../../activities/failure-types.ts';

export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly type: FailureType; readonly retryAt?: number };

type Input<A extends ActivityName> = Parameters<EnrollmentActivities[A]>[0];

const MINUTE = 60_000;
const TOKEN_LIFE_MS = 10 * MINUTE;
const CODE_LIFE_MS = 5 * MINUTE;
const AUTHORIZATION_CODE_LIFE_MS = 10 * MINUTE;
const LIFE_LEFT_MS_MIN = 2 * MINUTE;
const REFUSED_NUMBER = /^\+1900/;
export const NUMBER_BEFORE = '+14155550100';
export const NUMBER_ELSEWHERE = '+4915112345678';

/** Refused before the code is exchanged: the login stays good. */
const NOT_SPENT: readonly string[] = ['login-code-refused'];

export class Tenant {
  readonly journal: TenantJournal;
  readonly entries: Entry[] = [];
  readonly deleted: Entry[] = [];
  /** Codes for what was confirmed, replaced or expired since then. */
  readonly deadCodes: { readonly at: number; readonly since: number }[] = [];
  /** How an entry stands in the list; tenants differ in what they say. */
  listing = (entry: Authenticator): Authenticator => entry;
  /** As it was at the start. */
  readonly before: readonly Readonly<Entry>[];
  readonly #setting: Setting;
  readonly #logins = new Map<string, Login>();
  readonly #tokens = new Map<string, Token>();
  readonly #transactions = new Map<string, Transaction>();
  readonly #texts = new Bucket(10, 60 * MINUTE);
  readonly #wrongCodes = new Bucket(10, 6 * MINUTE);
  readonly #otpsUsed = new Set<string>();
  #recoveryCodeDue: boolean;
  #made = 0;

  constructor(userId: string, setting: Setting) {
    this.journal = new TenantJournal(userId);
    this.#setting = setting;
    this.#recoveryCodeDue = setting.recoveryCodes && setting.before === 'nothing';
    if (setting.before !== 'nothing') {
      const [status, kind] = setting.before.split('-') as ['active' | 'unconfirmed', Factor];
      this.#add(kind, { active: status === 'active', ours: false, phoneNumber: NUMBER_BEFORE });
    }
    this.before = this.entries.map((entry) => ({ ...entry }));
  }

  /** The active factor that a login is challenged with. */
  get challenging(): 'sms' | 'totp' | undefined {
    const active = this.entries.filter((entry) => entry.active);
    return active.some(({ kind }) => kind === 'totp')
      ? 'totp'
      : active.some(({ kind }) => kind === 'sms')
        ? 'sms'
        : undefined;
  }

  /** @returns the login's proof; nothing where no text can be sent for its challenge */
  logIn(now: number, on: Device, flaw?: LoginFlaw): CodeProof | undefined {
    const { challenging } = this;
    if (challenging === 'sms') {
      if (!this.#texts.take(now)) return undefined;
      this.journal.text(now, NUMBER_BEFORE, '');
    }
    this.journal.writeLogin(now, challenging === 'sms');
    const code = `login-${this.#logins.size + 1}`;
    this.#logins.set(code, {
      ...{ at: now, on, exchanged: false, challenged: challenging !== undefined },
      ...(flaw !== undefined && { flaw }),
    });
    const rest = { codeVerifier: 'v'.repeat(43), redirectUri: 'https://app.example/cb' };
    return { code, ...rest, nonce: 'n', ...(on !== 'none' && { sealTo: keyOf(on) }) };
  }

  exchanged(code: string): boolean {
    return this.#logins.get(code)?.exchanged === true;
  }

  /** The device whose login a token came from. */
  deviceOf(token: string): Device | undefined {
    return this.#tokens.get(token)?.on;
  }

  enrollElsewhere(kind: Factor, active: boolean, phoneNumber = NUMBER_ELSEWHERE): void {
    this.#add(kind, { active, ours: false, phoneNumber });
  }

  answer(call: ActivityName, input: unknown, now: number): Outcome {
    switch (call) {
      case 'openSession':
        return this.#openSession(input as Input<'openSession'>, now);
      case 'associate':
        return this.#associate(input as Input<'associate'>, now);
      case 'confirm':
        return this.#confirm(input as Input<'confirm'>, now);
      case 'listAuthenticators':
        return this.#withToken(call, input, now, () => {
          this.journal.write(now, call, { effect: 'none', status: 200 });
          return good(this.#list());
        });
      case 'deleteAuthenticator':
        return this.#withToken(call, input, now, () => {
          const { authenticatorId } = input as Input<'deleteAuthenticator'>;
          const index = this.entries.findIndex(({ id }) => id === authenticatorId);
          if (index !== -1) this.deleted.push(...this.entries.splice(index, 1));
          const effect = index === -1 ? 'none' : 'authenticator-deleted';
          this.journal.write(now, call, { effect, status: index === -1 ? 404 : 204 });
          return good(null);
        });
    }
  }

  #openSession(input: OpenSessionInput, now: number): Outcome {
    const { proof, confirmedAt, deviceKeyRequired } = input;
    if (deviceKeyRequired && proof.sealTo === undefined) return bad('device-key-missing');
    const code = 'code' in proof ? proof.code : '';
    const login = this.#logins.get(code);
    // By its nonce, before Auth0 is asked.
    if (login?.flaw === 'device-key-mismatch') return bad(login.flaw);
    const dead =
      login === undefined || login.exchanged || now - login.at >= AUTHORIZATION_CODE_LIFE_MS;
    if (dead || NOT_SPENT.includes(login.flaw ?? '')) {
      return this.#refuse('openSession', now, 'login-code-refused', { status: 403 });
    }
    login.exchanged = true;
    const other = login.flaw === 'wrong-user' ? { userId: 'auth0|somebody-else' } : {};
    this.journal.write(now, 'openSession', { effect: 'code-exchanged', status: 200, ...other });
    if (login.flaw !== undefined) return bad(login.flaw);
    if (confirmedAt !== undefined && Math.floor(login.at / 1000) < confirmedAt) {
      return bad('stale-login');
    }
    if (this.challenging !== undefined && !login.challenged) return bad('mfa-not-challenged');
    const accessToken = `sealed-token-${this.#tokens.size + 1}`;
    const expiresAt = now + TOKEN_LIFE_MS;
    this.#tokens.set(accessToken, { expiresAt, on: login.on });
    if (expiresAt - now < LIFE_LEFT_MS_MIN) return bad('token-expired');
    return good({ accessToken, expiresAt, authenticators: this.#list() });
  }

  #associate(input: AssociateInput, now: number): Outcome {
    const { factor, phoneNumber = '', sealTo } = input;
    return this.#withToken('associate', input, now, () => {
      if (factor === 'totp' && sealTo === undefined) return bad('device-key-missing');
      if (factor === 'sms' && REFUSED_NUMBER.test(phoneNumber)) {
        return this.#refuse('associate', now, 'phone-number-refused', { status: 400, factor });
      }
      if (factor === 'sms' && !this.#texts.take(now)) {
        return this.#refuse('associate', now, 'sms-quota-spent', { status: 429, factor });
      }
      const entry = this.#entryFor(factor, phoneNumber);
      const told = { effect: 'authenticator-created', status: 200, factor } as const;
      this.journal.write(now, 'associate', told);
      return good({ ...this.#begin(entry, now, sealTo), ...this.#recoveryCode(sealTo) });
    });
  }

  #begin(entry: Entry, now: number, sealTo: PublicDeviceKey | undefined): Association {
    if (entry.kind === 'totp') {
      this.#transactions.set('totp', { entry, code: entry.id, expiresAt: Infinity });
      return sealTo === undefined ? {} : { setUp: sealedTo(sealTo, entry.id) };
    }
    const code = String(100_000 + this.journal.texts.length);
    const oobCode = `sealed-oob-${code}`;
    this.journal.text(now, entry.phoneNumber ?? '', code);
    this.#transactions.set(oobCode, { entry, code, expiresAt: now + CODE_LIFE_MS });
    return { oobCode };
  }

  #recoveryCode(sealTo: PublicDeviceKey | undefined): Association {
    if (!this.#recoveryCodeDue) return {};
    this.#recoveryCodeDue = false;
    this.#add('recovery-code', { active: true, ours: true });
    return { recoveryCode: sealTo === undefined ? 'lost' : sealedTo(sealTo, 'recovery-code') };
  }

  #confirm(input: ConfirmInput, now: number): Outcome {
    const { factor, code, oobCode = 'totp' } = input;
    return this.#withToken('confirm', input, now, () => {
      const transaction = this.#transactions.get(oobCode);
      const told = { status: 403, factor } as const;
      if (transaction === undefined || now >= transaction.expiresAt) {
        this.deadCodes.push({ at: now, since: transaction?.expiresAt ?? 0 });
        return this.#refuse('confirm', now, 'code-expired', told);
      }
      if (this.#wrongCodes.left(now) === 0) {
        return this.#refuse('confirm', now, 'too-many-wrong-codes', { ...told, status: 429 });
      }
      if (!this.#isRight(factor, transaction, code, now)) {
        this.#wrongCodes.take(now);
        this.journal.write(now, 'confirm', { ...told, effect: 'code-judged-wrong' });
        return bad('wrong-code');
      }
      transaction.entry.active = true;
      this.#transactions.delete(oobCode);
      this.journal.write(now, 'confirm', {
        factor,
        effect: 'authenticator-confirmed',
        status: 200,
      });
      return good({ confirmedAt: Math.floor(now / 1000) });
    });
  }

  #isRight(factor: Factor, transaction: Transaction, code: string, now: number): boolean {
    if (factor === 'sms') return transaction.code === code;
    const period = otpPeriod(now);
    const shown = [period, period - 1].map((one) => otpShown(transaction.code, one));
    if (!shown.includes(code) || this.#otpsUsed.has(code)) return false;
    this.#otpsUsed.add(code);
    return true;
  }

  #withToken(call: ActivityName, input: unknown, now: number, ask: () => Outcome): Outcome {
    const token = this.#tokens.get((input as { accessToken: string }).accessToken);
    if (token !== undefined && now < token.expiresAt) return ask();
    return this.#refuse(call, now, 'token-expired', { status: 401 });
  }

  #refuse(
    call: ActivityName,
    now: number,
    type: FailureType,
    told: { readonly status: number; readonly factor?: Factor },
  ): Outcome {
    this.journal.write(now, call, { effect: 'none', ...told });
    return bad(type);
  }

  #entryFor(factor: Factor, phoneNumber: string): Entry {
    const pending = this.entries.find(
      (entry) => entry.kind === 'sms' && !entry.active && entry.phoneNumber === phoneNumber,
    );
    if (factor === 'sms' && this.#setting.reusesEntries && pending !== undefined) return pending;
    return this.#add(factor, { active: false, ours: true, phoneNumber });
  }

  #add(kind: Entry['kind'], rest: Omit<Entry, 'id' | 'kind'>): Entry {
    this.#made += 1;
    const { phoneNumber = '', ...states } = rest;
    const id = `${kind}|dev_${this.#made}`;
    const entry = { id, kind, ...states, ...(kind === 'sms' && { phoneNumber }) };
    this.entries.push(entry);
    return entry;
  }

  #list(): readonly Authenticator[] {
    const masked = (phoneNumber: string) => ({ maskedName: `XXXXXXXX${phoneNumber.slice(-4)}` });
    return this.entries.map(({ id, kind, active, phoneNumber }) =>
      this.listing({ id, kind, active, ...(phoneNumber !== undefined && masked(phoneNumber)) }),
    );
  }
}

function good(value: unknown): Outcome {
  return { ok: true, value };
}

function bad(type: FailureType): Outcome {
  return { ok: false, type };
}
