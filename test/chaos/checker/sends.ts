/** I2: how many texts and authenticators there may be. */
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

/**
 * Each opened session may ask once by itself, and so may each request of the person for another text.
 * A request that was cut off may be repeated once the list was read, but the repeat may not.
 */
function checkDecisions(evidence: Evidence): readonly string[] {
  const logins = exchanges(evidence).map(({ at }) => at);
  const resends = evidence.sent.filter(({ kind }) => kind === 'resend').map(({ at }) => at);
  const cuts = disturbed(evidence, 'associate').map(({ at }) => at);
  const served = new Set<number>();
  let answered = 0;
  let last: { readonly at: number; readonly repeat: boolean } | undefined;
  return sendRequests(evidence).flatMap(({ at }, index) => {
    const session = logins.filter((login) => login <= at).length;
    const cutOff = last !== undefined && cuts.some(between(last.at - KILL_TAKES_MS, at));
    const repeat = served.has(session) && cutOff && last?.repeat === false;
    const since = last?.at ?? 0;
    last = { at, repeat };
    if (repeat) {
      const settled = resends.some(between(since, at)) || read(evidence, since, at);
      return settled ? [] : [`I2: associate ${index + 1} repeats one without reading the list`];
    }
    if (session > 0 && !served.has(session)) {
      served.add(session);
      return [];
    }
    answered += 1;
    if (resends.filter((resend) => resend <= at).length >= answered) return [];
    return [
      `I2: associate ${index + 1} follows from no login, no request for a text and no call cut off`,
    ];
  });
}

function between(from: number, until: number): (at: number) => boolean {
  return (at) => at >= from && at <= until;
}
