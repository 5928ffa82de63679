/** What a tenant holds, and its rules about users, authenticators and codes. No HTTP here. */
import { type Authenticator, type AuthenticatorKind, isTwin } from './authenticator.ts';
import type { ClientConfig } from './client-config.ts';
import type { Clock } from './clock.ts';
import { FactorEvents } from './factor-events.ts';
import { kindOn } from './guardian.ts';
import type { Inbox } from './inbox.ts';
import {
  attemptsOf,
  type Channel,
  CODE_DIGITS,
  CODE_LIFE_MS,
  judgeRecoveryCode,
  judgeText,
  judgeTotp,
  newQuotas,
  newTotpSecret,
  same,
  type TextedCode,
  type Verdict,
} from './one-time-codes.ts';
import { PushRequests } from './push-requests.ts';
import type { Randomness } from './randomness.ts';
import type { Sent } from './sent.ts';
import type { TenantSettings } from './settings.ts';
import { TenantLog } from './tenant-log.ts';
import type { User, UserConfig } from './user.ts';
import { Users } from './users.ts';

/** What is enrolled; a phone number is texted unless it says otherwise. */
export type Made =
  | { readonly phoneNumber: string; readonly channel?: 'sms' | 'voice' }
  | { readonly email: string }
  | 'totp'
  | 'push';

const RECOVERY_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ123456789';

export class Tenant {
  readonly clock: Clock;
  readonly inbox: Inbox;
  readonly log: TenantLog;
  readonly randomness: Randomness;
  readonly pushes: PushRequests;
  settings: TenantSettings;
  readonly events: FactorEvents;
  readonly users = new Users();
  readonly clients = new Map<string, ClientConfig>();

  constructor(clock: Clock, inbox: Inbox, randomness: Randomness, settings: TenantSettings) {
    this.randomness = randomness;
    this.clock = clock;
    this.inbox = inbox;
    this.log = new TenantLog(clock);
    this.settings = settings;
    this.events = new FactorEvents(this.log);
    this.pushes = new PushRequests(clock, randomness, (request) => {
      this.events.answered(this.users.get(request.userId) ?? request, request);
    });
  }

  configure(changes: Partial<TenantSettings>): void {
    this.settings = { ...this.settings, ...changes };
  }

  addUser(config: UserConfig): User {
    const userId = config.userId ?? `auth0|${this.randomness.hex(12)}`;
    const user: User = {
      userId,
      email: config.email,
      password: config.password,
      name: config.name ?? config.email,
      emailVerified: config.emailVerified ?? false,
      userMetadata: config.userMetadata ?? {},
      authenticators: [],
      associatedBefore: false,
      usedTotpSteps: new Set(),
      ...newQuotas(),
    };
    this.users.set(userId, user);
    return user;
  }

  userByPassword(email: string, password: string): User | undefined {
    for (const user of this.users.byEmail(email)) {
      if (same(user.password, password)) return user;
    }
    return undefined;
  }

  /** Whether an authenticator of this kind may be enrolled: factors are the administrator's choice. */
  factorEnabled(kind: string): boolean {
    return kindOn(this.settings, kind);
  }

  active(user: User): readonly Authenticator[] {
    return user.authenticators.filter(({ active, kind }) => active && kind !== 'recovery-code');
  }

  /** Active factors that force a challenge: an e-mail alone does not (auth0-docs "Manage Authentication Factors with the MFA API"). */
  forcing(user: User): readonly Authenticator[] {
    return this.active(user).filter(({ kind }) => kind !== 'email');
  }

  /** Everything that the MFA API lists; verified addresses appear by themselves. */
  listed(user: User): readonly Authenticator[] {
    const { factors } = this.settings;
    if (!user.emailVerified || !factors.includes('email')) return user.authenticators;
    if (user.authenticators.some(({ email }) => email === user.email)) return user.authenticators;
    const { email } = user;
    user.verifiedEmail ??= { ...this.#new('email', this.#device(), { email }), active: true };
    return [...user.authenticators, user.verifiedEmail];
  }

  /** Adds an unconfirmed authenticator, with its twin; with the user's first one comes the recovery code. */
  associate(user: User, made: Made): { authenticator: Authenticator; recoveryCode?: string } {
    const [authenticator, ...twins] = this.#made(user, made);
    for (const entry of [authenticator, ...twins]) {
      if (!user.authenticators.includes(entry)) user.authenticators.push(entry);
    }
    this.events.enrollmentStarted(user, authenticator);
    const first = !user.associatedBefore;
    user.associatedBefore = true;
    if (!first || !this.settings.recoveryCodes) return { authenticator };
    const recoveryCode = this.newRecoveryCode(user);
    user.authenticators.push(this.#new('recovery-code', this.#device(), {}));
    return { authenticator, recoveryCode };
  }

  #made(user: User, made: Made): readonly [Authenticator, ...Authenticator[]] {
    if (made === 'totp')
      return [this.#new('totp', this.#device(), { secret: newTotpSecret(this.randomness) })];
    if (made === 'push') {
      const device = this.#device();
      const secret = newTotpSecret(this.randomness);
      return [this.#new('push', device, { secret }), this.#new('totp', device, { secret })];
    }
    if ('email' in made) return [this.#new('email', this.#device(), { email: made.email })];
    const { phoneNumber, channel = 'sms' } = made;
    const pending = user.authenticators.find(
      (entry) => entry.kind === channel && entry.phoneNumber === phoneNumber && !entry.active,
    );
    if (this.settings.reuseSameNumber && pending !== undefined) return [pending];
    const device = this.#device();
    const other = channel === 'sms' ? 'voice' : 'sms';
    const phone = this.#new(channel, device, { phoneNumber });
    if (!this.settings.messageTypes.includes(other)) return [phone];
    return [phone, this.#new(other, device, { phoneNumber })];
  }

  #device(): string {
    return `dev_${this.randomness.alphanumeric(16)}`;
  }

  #new(
    kind: AuthenticatorKind,
    device: string,
    more: Pick<Authenticator, 'phoneNumber' | 'email' | 'secret'>,
  ): Authenticator {
    return { id: `${kind}|${device}`, kind, active: false, createdAt: this.clock.now(), ...more };
  }

  /** Twins go together; with its entry the recovery code is gone, too. */
  remove(user: User, authenticator: Authenticator): void {
    user.authenticators = user.authenticators.filter((entry) => !isTwin(entry, authenticator));
    if (authenticator.kind === 'recovery-code') delete user.recoveryCode;
    this.events.unenrolled(user, authenticator);
  }

  /** Has the user prove an active authenticator; `undefined`: the quota of what would be sent is spent. */
  challenge(user: User, authenticator: Authenticator): Sent | undefined {
    const { kind, phoneNumber, email } = authenticator;
    if (kind === 'push') return this.#push(user, authenticator);
    const channel = kind === 'voice' || kind === 'email' ? kind : 'sms';
    const texted = this.text(user, phoneNumber ?? email ?? '', channel);
    return texted && { texted };
  }

  #push(user: User, authenticator: Authenticator): Sent | undefined {
    const at = this.clock.now();
    const { id: to } = authenticator;
    if (!user.pushes.take(at)) {
      this.events.notSent(user, 'push', to);
      return undefined;
    }
    const push = this.pushes.open(user.userId, authenticator, 'challenge');
    const text = `Is it you who is logging in as ${user.email}?`;
    const { userId } = user;
    this.inbox.deliver({ to, channel: 'push', code: '', at, userId, text, pushId: push.id });
    this.events.sent(user, 'push', to);
    return { push };
  }

  /** `undefined`: the user's bucket of texts, or of e-mails, is empty. */
  text(user: User, to: string, channel: Channel = 'sms'): TextedCode | undefined {
    const at = this.clock.now();
    const bucket = channel === 'email' ? user.emails : user.texts;
    if (!bucket.take(at)) {
      this.events.notSent(user, channel, to);
      return undefined;
    }
    const code = this.randomness.digits(CODE_DIGITS);
    const { userId } = user;
    this.inbox.deliver({ to, channel, code, at, userId, text: `${code} is your code.` });
    this.events.sent(user, channel, to);
    return { channel, code, expiresAt: at + CODE_LIFE_MS, spent: false };
  }

  judgeText(user: User, texted: TextedCode, code: string): Verdict {
    const attempts = attemptsOf(user, this.settings, texted.channel);
    const verdict = judgeText(attempts, texted, code, this.clock.now());
    this.events.judged(user, verdict, texted.channel);
    return verdict;
  }

  judgeTotp(user: User, candidates: readonly Authenticator[], code: string) {
    const attempts = attemptsOf(user, this.settings, 'totp');
    const judged = judgeTotp(user, attempts, candidates, code, this.clock.now());
    if (typeof judged === 'string') this.events.judged(user, judged, 'totp');
    else this.events.judged(user, 'right', 'totp', judged);
    return judged;
  }

  judgeRecoveryCode(user: User, code: string): Verdict {
    const verdict = judgeRecoveryCode(user, code, this.clock.now());
    this.events.recoveryJudged(user, verdict);
    return verdict;
  }

  /** The old one is spent. */
  newRecoveryCode(user: User): string {
    user.recoveryCode = this.randomness.text(RECOVERY_ALPHABET, 24);
    return user.recoveryCode;
  }

  /** As an administrator asks for it; a user who has enrolled in nothing gets one too, as recorded. */
  regenerateRecoveryCode(user: User): string {
    if (!user.authenticators.some(({ kind }) => kind === 'recovery-code')) {
      const active = this.active(user).length > 0;
      user.authenticators.push({ ...this.#new('recovery-code', this.#device(), {}), active });
    }
    return this.newRecoveryCode(user);
  }

  /** With its twin, and with the recovery code, which waits for a first confirmed factor. */
  activate(user: User, authenticator: Authenticator): void {
    const now = this.clock.now();
    if (this.active(user).length === 0) this.events.enrolled(user, authenticator);
    authenticator.enrolledAt ??= now;
    authenticator.lastAuthAt = now;
    for (const entry of user.authenticators) {
      if (entry.kind === 'recovery-code' || isTwin(entry, authenticator)) entry.active = true;
    }
  }
}
