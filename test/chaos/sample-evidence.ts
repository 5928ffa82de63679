/** An enrollment in which nothing went wrong, by its traces, and what its tests change about it. */
import type { JournalEntry } from '@durable-mfa/tenant-emulator';
import { violations } from './checker/checker.ts';
import type { Call, Disturbance, Evidence, SentMessage } from './checker/evidence.ts';

export const USER = 'auth0|ada';
export const SMS = { id: 'sms|dev_1', kind: 'sms', active: true };
export const TOTP = { id: 'totp|dev_2', kind: 'totp', active: true };

type Entry = Partial<JournalEntry> & Pick<JournalEntry, 'at' | 'endpoint' | 'effect'>;

export function entry(given: Entry): JournalEntry {
  const path = given.endpoint.split(' ')[1] ?? '';
  return {
    id: String(given.at),
    method: 'POST',
    path,
    status: 200,
    userId: USER,
    request: {},
    ...given,
  };
}

export function exchange(at: number, userId = USER): JournalEntry {
  const grantType = 'authorization_code';
  return entry({ at, endpoint: 'POST /oauth/token', effect: 'code-exchanged', grantType, userId });
}

export function associate(
  at: number,
  type: 'oob' | 'otp',
  more: Partial<JournalEntry> = {},
): JournalEntry {
  const request = { authenticator_types: type };
  const endpoint = 'POST /mfa/associate';
  return entry({ at, endpoint, effect: 'authenticator-created', request, ...more });
}

export function judged(
  at: number,
  grant: 'oob' | 'otp',
  effect: JournalEntry['effect'],
): JournalEntry {
  const grantType = `http://auth0.com/oauth/grant-type/mfa-${grant}`;
  return entry({ at, endpoint: 'POST /oauth/token', effect, grantType });
}

export function list(at: number): JournalEntry {
  return entry({ at, method: 'GET', endpoint: 'GET /mfa/authenticators', effect: 'none' });
}

export function text(at: number) {
  const channel = 'sms' as const;
  return {
    ...{ id: String(at), to: '+14155550123', channel, text: 'code', code: '123456' },
    ...{ at, userId: USER },
  };
}

export function sent(
  at: number,
  kind: SentMessage['kind'],
  applies?: SentMessage['applies'],
): SentMessage {
  return { at, kind, ...(applies !== undefined && { applies }) };
}

export function cut(at: number, kind: Disturbance['kind'], ...calls: readonly Call[]): Disturbance {
  return { at, kind, what: 'worker', calls };
}

/** SMS, then TOTP, and nothing went wrong. */
export const JOURNAL = [
  exchange(1_000),
  associate(2_000, 'oob'),
  judged(3_000, 'oob', 'authenticator-confirmed'),
  entry({ at: 3_500, endpoint: 'POST /u/login', effect: 'sms-sent' }),
  exchange(4_000),
  associate(5_000, 'otp'),
  judged(6_000, 'otp', 'authenticator-confirmed'),
];

export const FINE: Evidence = {
  userId: USER,
  journal: JOURNAL,
  texts: [text(2_000), text(3_500)],
  before: [],
  after: [SMS, TOTP],
  final: {
    status: 'completed',
    outcome: 'enrolled',
    factors: [
      { factor: 'sms', status: 'enrolled' },
      { factor: 'totp', status: 'enrolled' },
    ],
    orphans: [],
    closedAt: 7_000,
    deadlineAt: 60_000,
  },
  sent: [
    sent(900, 'login'),
    sent(2_900, 'code', 'now'),
    sent(3_900, 'login'),
    sent(5_900, 'code', 'now'),
  ],
  plain: true,
  disturbances: [],
  failedTasks: [],
  history: '{"events":[]}',
  secrets: ['ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'],
};

/** What it says of this, and nothing of what is fine. */
export function said(changes: Partial<Evidence>): readonly string[] {
  // What is sent besides the happy path's messages is nothing that was asked for.
  return violations({ ...FINE, plain: changes.sent === undefined, ...changes });
}

export function ended(changes: Partial<Evidence['final']>): Evidence['final'] {
  return { ...FINE.final, ...changes };
}

/** The happy path with more in it, in the order of time. */
export function journalWith(...more: readonly JournalEntry[]): readonly JournalEntry[] {
  return [...JOURNAL, ...more].sort((a, b) => a.at - b.at);
}
