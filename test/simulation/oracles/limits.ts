/** What Auth0 and the person are spared: texts too soon, codes too many, codes that are dead. */
import type { World } from '../world.ts';
import { type EndOracle, violation } from './violation.ts';

const HOUR_MS = 3_600_000;
const LOGINS_AN_HOUR_MAX = 20;
const TOO_MANY_REQUESTS = 429;
/** Of Auth0's bucket of ten, which the challenge at login draws on, too. */
const WRONG_CODES_AN_HOUR_MAX = 8;
/** Before the second text; doubles with each further one. */
const COOL_DOWN_MS = 30_000;
/** A code's life is counted from the answer, and its own request takes time. */
const EXPIRED_ON_THE_WAY_MS = 30_000;

/** I2: a text follows the one before when that has cooled down. */
export const textsCoolDown: EndOracle = (world) => {
  if (disturbed(world)) return [];
  const sent = world.story
    .callsOf('associate')
    .filter(({ activity: { input } }) => (input as { factor: string }).factor === 'sms')
    .filter(({ resolution }) => resolution?.ok)
    .map(({ activity }) => activity.at);
  const hasty = sent.find((at, index) => {
    const before = sent[index - 1];
    return before !== undefined && at - before < COOL_DOWN_MS * 2 ** (index - 1);
  });
  return hasty === undefined
    ? []
    : [violation('a text before the last one has cooled down', hasty)];
};

/** The tenant's rate is for all: no more logins reach Auth0 than a person can need. One that it puts off comes again. */
export const loginsAreBounded: EndOracle = ({ tenant }) => {
  const logins = tenant.journal.entries.filter(
    ({ grantType, status }) => grantType === 'authorization_code' && status !== TOO_MANY_REQUESTS,
  );
  return tooMany(
    'more logins in an hour than allowed',
    logins.map(({ at }) => at),
    LOGINS_AN_HOUR_MAX,
  );
};

/** I3: no more wrong codes reach Auth0 than it takes, the login's share left over. */
export const wrongCodesAreBounded: EndOracle = ({ tenant }) => {
  const wrong = tenant.journal.entries
    .filter(({ effect }) => effect === 'code-judged-wrong')
    .map(({ at }) => at);
  return tooMany('more wrong codes in an hour than allowed', wrong, WRONG_CODES_AN_HOUR_MAX);
};

function tooMany(kind: string, times: readonly number[], anHourMax: number) {
  const over = times.find((at, index) => {
    const earlier = times[index - anHourMax];
    return earlier !== undefined && at - earlier < HOUR_MS;
  });
  return over === undefined ? [] : [violation(kind, over)];
}

/** I3: late codes, and those of an earlier challenge, are refused without a request. */
export const deadCodesAreSpared: EndOracle = (world) =>
  disturbed(world)
    ? []
    : world.tenant.deadCodes
        .filter(({ at, since }) => at - since > EXPIRED_ON_THE_WAY_MS)
        .map(({ at }) => violation('a code for a challenge that is dead reaches Auth0', at));

/** Challenges are numbered upwards: what was answered once never opens again. */
export const challengesGrow: EndOracle = ({ story }) => {
  let before = 0;
  for (const { at, progress, resolved } of story.steps) {
    const made = resolved.some(
      ({ activity, resolution }) => activity.name === 'associate' && resolution?.ok,
    );
    const { challenge = 0 } = progress;
    if (challenge < before) return [violation('a challenge opens again', at)];
    if (made && challenge === 0) return [violation('a challenge has no number', at)];
    before = challenge;
  }
  const made = story.callsOf('associate').filter(({ resolution }) => resolution?.ok).length;
  return before < made ? [violation('two challenges have one number', 0)] : [];
};

/** Where an answer was lost, a code or a text goes twice. */
function disturbed({ story }: World): boolean {
  return story.calls.some(
    ({ activity: { name }, attempts }) =>
      (name === 'associate' || name === 'confirm') &&
      attempts.some(({ fate }) => fate !== 'natural'),
  );
}
