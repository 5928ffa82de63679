/** I1 to I8 by the checker that judges chaos. */
import { violations } from '../../chaos/checker/checker.ts';
import { evidenceOf } from './evidence.ts';
import { type EndOracle, violation } from './violation.ts';

/** What differs from run to run is no part of a finding's kind. */
const VARIABLE = /\b(sms|totp|recovery-code)\|dev_\d+|\b(sms|totp)\b|\d+/g;
/** Told by another oracle, with its cause. */
const TOLD_ELSEWHERE = 'I7: it ended failed';

export const invariantsHold: EndOracle = (world) => {
  // That it does not end is told by another oracle, and what follows from it is no news.
  if (world.run.closing === undefined) return [];
  const lines = violations(evidenceOf(world)).filter((line) => !line.startsWith(TOLD_ELSEWHERE));
  return lines.map((line) => {
    const [invariant = '', ...rest] = line.split(': ');
    const kind = `${invariant}: ${rest.join(': ').replace(VARIABLE, '#')}`;
    return violation(kind, world.run.closing?.at ?? world.now, line);
  });
};
