/** I3: how often a code may be judged. */
import { associations, disturbed, type Evidence, judgements, read } from './evidence.ts';

const WRONG_PER_CHALLENGE_MAX = 4;

export function checkCodes(evidence: Evidence): readonly string[] {
  const first = associations(evidence)[0]?.at ?? Number.POSITIVE_INFINITY;
  const unasked = judgements(evidence).filter(({ at }) => at < first).length;
  return [
    ...(unasked > 0 ? [`I3: ${unasked} codes were judged before there was a challenge`] : []),
    ...checkChallenges(evidence),
    ...checkConfirmations(evidence),
  ];
}

/** A challenge lives from the associate that made it to the next one. */
function checkChallenges(evidence: Evidence): readonly string[] {
  const starts = associations(evidence).map(({ at }) => at);
  return starts.flatMap((from, index) => {
    const until = starts[index + 1] ?? Number.POSITIVE_INFINITY;
    const previous = starts[index - 1] ?? Number.NEGATIVE_INFINITY;
    const within = ({ at }: { readonly at: number }) => at >= from && at < until;
    const judged = judgements(evidence).filter(within);
    const wrong = judged.filter(({ effect }) => effect === 'code-judged-wrong').length;
    const codes =
      evidence.sent.filter(({ applies }) => applies === 'now').filter(within).length +
      // Sent while there was no challenge yet, it may be taken for the one that is being made.
      evidence.sent.filter(({ applies, at }) => applies === 'later' && at >= previous && at < until)
        .length;
    // A code whose call was cut off may be repeated once, after the list was read.
    const cuts = disturbed(evidence, 'confirm').filter(within).length;
    const accounted = codes + Math.min(codes, cuts);
    const [begun = 0, ended = 0] = [judged[0]?.at, judged.at(-1)?.at];
    const repeated = judged.length > codes && judged.length <= accounted;
    const blindly = repeated && !read(evidence, begun, ended);
    return [
      ...(blindly
        ? [`I3: challenge ${index + 1}: a code was repeated without reading the list`]
        : []),
      ...(wrong > WRONG_PER_CHALLENGE_MAX
        ? [`I3: challenge ${index + 1} had ${wrong} wrong codes judged`]
        : []),
      ...(judged.length > accounted
        ? [`I3: challenge ${index + 1}: ${judged.length} judgements, ${accounted} accounted for`]
        : []),
    ];
  });
}

function checkConfirmations(evidence: Evidence): readonly string[] {
  return ['mfa-oob', 'mfa-otp'].flatMap((grant) => {
    const confirmed = judgements(evidence).filter(
      ({ effect, grantType = '' }) =>
        effect === 'authenticator-confirmed' && grantType.endsWith(grant),
    ).length;
    return confirmed > 1 ? [`I3: ${grant} confirmed ${confirmed} authenticators`] : [];
  });
}
