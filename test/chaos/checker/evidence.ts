/**
 * What the checker reads of one enrollment: what the tenant saw (journal, texts, authenticators), how
 * the run ended, and what was done to it. Plain data; times are epoch ms on the tenant's clock where
 * nothing else is said.
 */
import type { JournalEntry, Message } from '@durable-mfa/tenant-emulator';

/** The calls that an enrollment makes, as the tenant tells them apart. */
export type Call = 'login' | 'list' | 'associate' | 'confirm' | 'delete';

/** Something broke: a process was killed, or a connection, or the tenant misbehaved. */
export interface Disturbance {
  readonly at: number;
  readonly what: string;
  readonly kind: 'kill' | 'fault';
  /** Which calls it can have cut off; none where nothing was in flight. */
  readonly calls: readonly Call[];
}

/** One message that was sent to the run; the same update id sent twice is one message. */
export interface SentMessage {
  readonly at: number;
  readonly kind: 'login' | 'code' | 'resend' | 'cancel' | 'noise';
  /**
   * What a code can be judged against: the challenge open then, one that was not open yet, or none
   * (it names an earlier challenge, or it repeats a message that is in flight).
   */
  readonly applies?: 'now' | 'later' | 'never';
}

export interface AuthenticatorEntry {
  readonly id: string;
  readonly kind: string;
  readonly active: boolean;
}

export interface FinalState {
  readonly status: 'completed' | 'failed' | 'other';
  readonly outcome?: string;
  /** Why it failed. */
  readonly reason?: string;
  readonly factors: readonly { readonly factor: string; readonly status: string }[];
  readonly orphans: readonly { readonly factor: string; readonly authenticatorId?: string }[];
  /** Of the run's own clock, which may have been skipped ahead. */
  readonly closedAt?: number;
  readonly deadlineAt: number;
}

export interface Evidence {
  readonly userId: string;
  /** From the start of the enrollment on, whoever asked. */
  readonly journal: readonly JournalEntry[];
  /** To this user's number, since the start. */
  readonly texts: readonly Message[];
  readonly before: readonly AuthenticatorEntry[];
  readonly after: readonly AuthenticatorEntry[];
  readonly final: FinalState;
  readonly sent: readonly SentMessage[];
  /** Nothing was sent but what the enrollment asked for. */
  readonly plain: boolean;
  readonly disturbances: readonly Disturbance[];
  /** Workflow tasks that a worker reported as failed, by their messages. */
  readonly failedTasks: readonly string[];
  /** The history as the server keeps it, one character a byte. */
  readonly history: string;
  /** TOTP secrets that were handed out. */
  readonly secrets: readonly string[];
}

const ASSOCIATE = 'POST /mfa/associate';
const LIST = 'GET /mfa/authenticators';
const TOKEN = 'POST /oauth/token';
const CONFIRM_GRANT = /mfa-(oob|otp)$/;
const JUDGED = ['code-judged-wrong', 'authenticator-confirmed', 'tokens-issued'];

/** Calls that made an authenticator; for `oob` a text went out too. */
export function associations(evidence: Evidence): readonly JournalEntry[] {
  return evidence.journal.filter(
    ({ endpoint, effect }) => endpoint === ASSOCIATE && effect === 'authenticator-created',
  );
}

/** Calls that may have made one, as far as the service can know: of one that Auth0 refuses nothing was done. */
export function sendRequests(evidence: Evidence): readonly JournalEntry[] {
  return evidence.journal.filter(
    ({ endpoint, status = 0, effect }) =>
      endpoint === ASSOCIATE && !(status >= 400 && status < 500 && effect === 'none'),
  );
}

export function isText(entry: JournalEntry): boolean {
  return entry.request['authenticator_types'] === 'oob';
}

/** Calls in which a code for an enrollment was judged. */
export function judgements(evidence: Evidence): readonly JournalEntry[] {
  return evidence.journal.filter(
    ({ endpoint, grantType = '', effect }) =>
      endpoint === TOKEN && CONFIRM_GRANT.test(grantType) && JUDGED.includes(effect),
  );
}

/** Whether the list was asked for between the two times. */
export function read(evidence: Evidence, from: number, until: number): boolean {
  return evidence.journal.some(({ endpoint, at }) => endpoint === LIST && at > from && at < until);
}

/** Logins whose code was exchanged by the enrollment. */
export function exchanges(evidence: Evidence): readonly JournalEntry[] {
  return evidence.journal.filter(
    ({ effect, userId }) => effect === 'code-exchanged' && userId === evidence.userId,
  );
}

export function disturbed(evidence: Evidence, call: Call): readonly Disturbance[] {
  return evidence.disturbances.filter(({ calls }) => calls.includes(call));
}
