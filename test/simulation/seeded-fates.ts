/** What goes wrong with calls, drawn from a seed. */
import type { Dice } from '../support/dice.ts';
import { FAILURE_TYPES, ORIGINS } from './failures.ts';
import type { Fate, Outage, PlannedFate, Setting } from './plan.ts';
import type { ActivityName } from './scheduled-activity.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** With how often a run makes each; those that matter most come up twice. */
const CALLS: readonly (readonly [ActivityName, number])[] = [
  ['openSession', 3],
  ['associate', 5],
  ['associate', 3],
  ['confirm', 6],
  ['confirm', 2],
  ['listAuthenticators', 4],
  ['listAuthenticators', 1],
  ['deleteAuthenticator', 2],
];
const FATES_MAX: Record<Setting['mood'], number> = { calm: 0, uneasy: 3, burning: 9 };
const OUTAGE_PERCENT: Record<Setting['mood'], number> = { calm: 0, uneasy: 20, burning: 50 };
/** The likeliest in life. */
const COMMON = ['ambiguous', 'rate-limited', 'unavailable', 'ambiguous', 'rate-limited'] as const;

export function drawFates(dice: Dice, mood: Setting['mood']): readonly PlannedFate[] {
  const fates = dice.times(0, FATES_MAX[mood], () => {
    const [call, most] = dice.oneOf(CALLS[0] ?? (['openSession', 1] as const), ...CALLS);
    return { call, nth: dice.from(1, most), fate: drawFate(dice, call) };
  });
  return fates.map((fate, index) => ({ id: `fate${index + 1}`, ...fate }));
}

function drawFate(dice: Dice, call: ActivityName): Fate {
  switch (dice.oneOf('fails', 'fails', 'fails', 'fails', 'slow', 'times-out', 'unreadable')) {
    case 'slow':
      return { is: 'slow', ms: dice.from(SECOND, 16 * SECOND) };
    case 'times-out': {
      const by = dice.oneOf('START_TO_CLOSE' as const, 'HEARTBEAT' as const);
      return { is: 'times-out', by, effect: dice.oneOf('none' as const, 'before' as const) };
    }
    case 'unreadable':
      return dice.percent(40) ? { is: 'unreadable' } : { is: 'slow', ms: dice.from(SECOND, 5_000) };
    case 'fails':
      return drawFailure(dice, call);
  }
}

function drawFailure(dice: Dice, call: ActivityName): Fate {
  const possible = FAILURE_TYPES.filter((type) => ORIGINS[type].of.includes(call));
  const common = COMMON.filter((type) => possible.includes(type));
  const type = dice.percent(60)
    ? dice.oneOf('unavailable' as const, ...common)
    : dice.oneOf('unavailable' as const, ...possible);
  const effect = dice.oneOf('none' as const, ...ORIGINS[type].effects);
  const waits = type === 'rate-limited' || type === 'too-many-wrong-codes';
  const retryInMs = dice.oneOf(2 * SECOND, 40 * SECOND, 5 * MINUTE, 20 * MINUTE);
  return { is: 'fails', type, effect, ...(waits && dice.percent(80) && { retryInMs }) };
}

export function drawOutages(dice: Dice, mood: Setting['mood']): readonly Outage[] {
  if (!dice.percent(OUTAGE_PERCENT[mood])) return [];
  return dice
    .times(1, 2, () => {
      const from = dice.oneOf(0, dice.from(0, 3 * MINUTE), dice.from(0, 30 * MINUTE));
      const lasts = dice.oneOf(20 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, 3 * HOUR);
      const as = dice.oneOf<Outage['as']>(
        ...(['rate-limited', 'unavailable', 'misconfigured', 'no-worker'] as const),
      );
      return { from, until: from + lasts, as };
    })
    .map((outage, index) => ({ id: `outage${index + 1}`, ...outage }));
}
