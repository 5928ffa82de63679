/**
 * The tenant's log: what `GET /api/v2/logs` tells (types: auth0-docs "Log Event Type Codes"; fields as
 * recorded by go-auth0). No code, secret or token is ever in it.
 */
import type { Clock } from './clock.ts';

export type LogType =
  | 'gd_auth_failed'
  | 'gd_auth_succeed'
  | 'gd_enrollment_complete'
  | 'gd_otp_rate_limit_exceed'
  | 'gd_recovery_failed'
  | 'gd_recovery_rate_limit_exceed'
  | 'gd_recovery_succeed'
  | 'gd_send_email'
  | 'gd_send_pn'
  | 'gd_send_pn_failure'
  | 'gd_send_sms'
  | 'gd_send_sms_failure'
  | 'gd_send_voice'
  | 'gd_send_voice_failure'
  | 'gd_auth_rejected'
  | 'gd_start_auth'
  | 'gd_start_enroll'
  | 'gd_start_enroll_failed'
  | 'gd_unenroll'
  | 'feccft'
  | 'seccft'
  | 'sapi';

export interface LogEntry {
  readonly _id: string;
  readonly log_id: string;
  /** ISO 8601. */
  readonly date: string;
  readonly type: LogType;
  readonly description: string;
  readonly client_id: string;
  readonly ip: string;
  readonly user_id: string;
  readonly user_name: string;
  readonly details: Readonly<Record<string, unknown>> | null;
}

/** Whose event it is, as far as it is known. */
export interface LogSubject {
  readonly userId?: string;
  readonly email?: string;
  readonly clientId?: string;
}

/** A tenant keeps them for days; older ones give way here. */
const LOG_ENTRIES_MAX = 10_000;
/** Nobody else can reach the emulator. */
const IP = '127.0.0.1';
/** Ids are as long as recorded ones: `900`, the time to the millisecond, and these digits. */
const SEQUENCE_DIGITS = 36;

export class TenantLog {
  readonly #clock: Clock;
  #entries: LogEntry[] = [];
  #written = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Oldest first. */
  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  write(
    type: LogType,
    subject: LogSubject,
    description: string,
    details: Readonly<Record<string, unknown>> | null = null,
  ): void {
    this.#written += 1;
    const date = new Date(this.#clock.now()).toISOString();
    const stamp = date.replaceAll(/\D/g, '');
    const id = `900${stamp}${String(this.#written).padStart(SEQUENCE_DIGITS, '0')}`;
    this.#entries.push({
      _id: id,
      log_id: id,
      date,
      type,
      description,
      client_id: subject.clientId ?? '',
      ip: IP,
      user_id: subject.userId ?? '',
      user_name: subject.email ?? '',
      details,
    });
    if (this.#entries.length > LOG_ENTRIES_MAX) this.#entries.shift();
  }
}
