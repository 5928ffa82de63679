/**
 * What happens to a user's factors, as the tenant's log tells it (types: auth0-docs "Log Event Type
 * Codes"). There is no type for an e-mail that was not sent: nothing is written then.
 */
import type { Authenticator, AuthenticatorKind } from './authenticator.ts';
import type { Verdict } from './one-time-codes.ts';
import type { PushRequest } from './push-requests.ts';
import type { LogSubject, LogType, TenantLog } from './tenant-log.ts';

const SENT = {
  sms: ['gd_send_sms', 'SMS sent'],
  voice: ['gd_send_voice', 'Voice call made'],
  email: ['gd_send_email', 'Email sent'],
  push: ['gd_send_pn', 'Push notification sent'],
} as const;

const NOT_SENT = {
  sms: ['gd_send_sms_failure', 'Too many SMS sent by the user'],
  voice: ['gd_send_voice_failure', 'Too many SMS sent by the user'],
  email: undefined,
  push: ['gd_send_pn_failure', 'Too many push notifications sent by the user'],
} as const;

const RECOVERY: Readonly<Record<Verdict, readonly [LogType, string]>> = {
  right: ['gd_recovery_succeed', 'Recovery success'],
  wrong: ['gd_recovery_failed', 'Recovery failed'],
  'too-many': ['gd_recovery_rate_limit_exceed', 'Too many failures'],
};

export class FactorEvents {
  readonly #log: TenantLog;

  constructor(log: TenantLog) {
    this.#log = log;
  }

  enrollmentStarted(user: LogSubject, authenticator: Authenticator): void {
    this.#log.write('gd_start_enroll', user, 'Enroll started', about(authenticator));
  }

  /** Of the user's first factor only. */
  enrolled(user: LogSubject, authenticator: Authenticator): void {
    const description = `Guardian - Enrollment complete (${named(authenticator.kind)})`;
    this.#log.write('gd_enrollment_complete', user, description, about(authenticator));
  }

  /** One for a device, however many entries it had. */
  unenrolled(user: LogSubject, { id }: Authenticator): void {
    this.#log.write('gd_unenroll', user, 'Unenroll device account', { authenticator: { id } });
  }

  challenged(user: LogSubject): void {
    this.#log.write('gd_start_auth', user, 'Second factor started');
  }

  sent(user: LogSubject, channel: keyof typeof SENT, to: string): void {
    const [type, description] = SENT[channel];
    this.#log.write(type, user, description, { to });
  }

  /** The user's quota was spent. */
  notSent(user: LogSubject, channel: keyof typeof NOT_SENT, to: string): void {
    const event = NOT_SENT[channel];
    if (event !== undefined) this.#log.write(event[0], user, event[1], { to });
  }

  judged(user: LogSubject, verdict: Verdict, kind: AuthenticatorKind, proven?: Authenticator) {
    const details = proven === undefined ? null : about(proven);
    if (verdict === 'right') {
      this.#log.write('gd_auth_succeed', user, `MFA Auth success (${named(kind)})`, details);
    } else if (verdict === 'wrong') {
      this.#log.write('gd_auth_failed', user, `MFA Auth failed: wrong code (${named(kind)})`);
    } else {
      this.#log.write('gd_otp_rate_limit_exceed', user, 'Too many failures');
    }
  }

  recoveryJudged(user: LogSubject, verdict: Verdict): void {
    const [type, description] = RECOVERY[verdict];
    this.#log.write(type, user, description);
  }

  /** In the app. That an enrollment's barcode was scanned ends nothing yet. */
  answered(user: LogSubject, { purpose, answer, authenticator }: PushRequest): void {
    if (answer === 'denied') {
      this.#log.write('gd_auth_rejected', user, 'MFA Auth rejected (push)', about(authenticator));
    } else if (purpose === 'challenge') {
      this.judged(user, 'right', 'push', authenticator);
    }
  }
}

function named(kind: AuthenticatorKind): string {
  return kind === 'totp' ? 'otp' : kind;
}

/** What the log may say of an authenticator: no secret. */
function about({ id, phoneNumber, email }: Authenticator) {
  return {
    authenticator: {
      id,
      ...(phoneNumber !== undefined && { phone_number: phoneNumber }),
      ...(email !== undefined && { email }),
    },
  };
}
