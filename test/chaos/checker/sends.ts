/** I2: how many texts and authenticators there may be. */
import type { JournalEntry } from '@durable-mfa/tenant-emulator';
import {
  associations,
  disturbed,
  type Evidence,
  exchanges,
  isText,
  read,
  sendRequests,
} from './evidence.ts';

const TEXTS_MAX = 5;
/** A worker that is being killed may still write what it has begun. */
const KILL_TAKES_MS = 1_000;

export function checkSends(evidence: Evidence): readonly string[] {
  return [...checkTexts(evidence), ...checkDecisions(evidence)];
}

function checkTexts(evidence: Evidence): readonly string[] {
  const texts = associations(evidence).filter(isText).length;
  const atLogin = evidence.journal.filter(
    ({ effect, userId }) => effect === 'sms-sent' && userId === evidence.userId,
  ).length;
  const arrived = evidence.texts.length;
  return [
    ...(texts > TEXTS_MAX ? [`I2: ${texts} texts were sent, ${TEXTS_MAX} are allowed`] : []),
    ...(arrived !== texts + atLogin
      ? [`I2: ${arrived} texts arrived, ${texts} were asked for and ${atLogin} sent at login`]
      : []),
  ];
}

interface Decision {
  readonly entry: JournalEntry;
  /** `session`: an opened session's first; `repeat`: of the one before, which was cut off. */
  readonly why: 'session' | 'repeat' | 'asked for' | 'nothing';
  /** For a repeat: the list was read before, or the person asked. */
  readonly settled: boolean;
}

/**
 * Each opened session may ask once by itself, and so may each request of the person for another text.
 * A request that was cut off may be repeated once the list was read, but the repeat may not.
 */
function decisions(evidence: Evidence): readonly Decision[] {
  const logins = exchanges(evidence).map(({ at }) => at);
  const resends = evidence.sent.filter(({ kind }) => kind === 'resend').map(({ at }) => at);
  const cuts = disturbed(evidence, 'associate').map(({ at }) => at);
  const served = new Set<number>();
  let answered = 0;
  let last: Decision | undefined;
  return sendRequests(evidence).map((entry) => {
    const { at } = entry;
    const since = last?.entry.at ?? 0;
    const session = logins.filter((login) => login <= at).length;
    const cutOff = last !== undefined && cuts.some(between(since - KILL_TAKES_MS, at));
    const why = (): Decision['why'] => {
      if (served.has(session) && cutOff && last?.why !== 'repeat') return 'repeat';
      if (session > 0 && !served.has(session)) {
        served.add(session);
        return 'session';
      }
      answered += 1;
      return resends.filter((resend) => resend <= at).length >= answered ? 'asked for' : 'nothing';
    };
    const settled = resends.some(between(since, at)) || read(evidence, since, at);
    last = { entry, why: why(), settled };
    return last;
  });
}

function checkDecisions(evidence: Evidence): readonly string[] {
  return decisions(evidence).flatMap(({ why, settled }, index) => {
    if (why === 'repeat' && !settled) {
      return [`I2: associate ${index + 1} repeats one without reading the list`];
    }
    if (why !== 'nothing') return [];
    return [
      `I2: associate ${index + 1} follows from no login, no request for a text and no call cut off`,
    ];
  });
}

/** Texts that went out although the one before had, its answer lost: what I2 cannot rule out. */
export function secondTexts(evidence: Evidence): number {
  const sent = (decision: Decision | undefined) =>
    decision?.entry.effect === 'authenticator-created' && isText(decision.entry);
  return decisions(evidence).filter(
    (decision, index, all) => decision.why === 'repeat' && sent(decision) && sent(all[index - 1]),
  ).length;
}

function between(from: number, until: number): (at: number) => boolean {
  return (at) => at >= from && at <= until;
}
