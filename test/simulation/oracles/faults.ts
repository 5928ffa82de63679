/** What an operator has to mend holds an enrollment up, is told where administrators look, and ends nothing. */
import { type StepOracle, violation } from './violation.ts';

/** Once it is mended, everything goes on by itself within ten minutes. */
const PAUSE_MS_MAX = 600_000;
const REASONS = ['configuration-fault', 'unexpected-response'];

export const parkedIsTold: StepOracle = (_world, { progress, attributes, at }) => {
  const { phase, next, reason } = progress;
  if (phase !== 'awaiting-operator') return [];
  const shown = attributes['MfaReason'];
  return [
    ...(shown !== reason || !REASONS.includes(String(shown))
      ? [violation('it is parked, and no reason is shown', at, String(shown))]
      : []),
    ...(next.type !== 'wait' || Date.parse(next.until) - at > PAUSE_MS_MAX
      ? [violation('it is parked for longer than ten minutes', at, JSON.stringify(next))]
      : []),
  ];
};
