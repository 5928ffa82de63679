/** A plan drawn by a seed: the same seed, the same plan. */
import type { Dice } from '../support/dice.ts';
import type { Presence, Plan, Setting } from './plan.ts';
import { diceFor } from './random.ts';
import { drawFates, drawOutages } from './seeded-fates.ts';
import {
  drawExchangedKey,
  drawIntentions,
  drawLateCode,
  drawStuckProgram,
} from './seeded-intentions.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DEADLINES = [10 * MINUTE, HOUR, HOUR, DAY, DAY, 2 * DAY, 6 * DAY] as const;
const HELD_PERCENT = 3;
const WRONG_CODES = 4;
const FOR_EVER = 10 * DAY;

export function seededPlan(seed: number): Plan {
  const setting = drawSetting(diceFor(seed, 'setting'));
  const { mood } = setting;
  const held = drawHeldCleanUp(diceFor(seed, 'held clean-up'));
  return {
    seed,
    setting,
    presences: drawPresences(diceFor(seed, 'presences'), setting),
    intentions: [
      ...drawIntentions(diceFor(seed, 'intentions'), setting),
      ...drawLateCode(diceFor(seed, 'late code')),
      ...drawExchangedKey(diceFor(seed, 'exchanged key')),
      ...drawStuckProgram(diceFor(seed, 'stuck program')),
      ...held.intentions,
    ],
    fates: [...drawFates(diceFor(seed, 'fates'), mood), ...held.fates],
    outages: drawOutages(diceFor(seed, 'outages'), mood),
  };
}

function drawSetting(dice: Dice): Setting {
  const mood = dice.oneOf<Setting['mood']>('calm', 'calm', 'uneasy', 'uneasy', 'burning');
  const withLogin = dice.percent(15);
  const device = dice.oneOf('A', 'A', 'none' as const);
  return {
    mood,
    factors: dice.oneOf<Setting['factors']>(
      ['sms', 'totp'],
      ['sms', 'totp'],
      ['totp', 'sms'],
      ['sms'],
      ['totp'],
    ),
    deadlineMs: dice.oneOf<number>(...DEADLINES),
    before: dice.percent(75)
      ? 'nothing'
      : dice.oneOf<Setting['before']>('active-sms', 'active-totp', 'unconfirmed-sms'),
    reusesEntries: dice.percent(30),
    recoveryCodes: dice.percent(70),
    number: dice.percent(85) ? 'own' : dice.oneOf('wrong', 'refused' as const),
    ...(withLogin && { loginAtStart: { on: device, way: dice.oneOf('signal', 'update') } }),
  };
}

/** Four wrong codes spend a set-up, Auth0 puts its clean-up off, and meanwhile somebody cancels. */
function drawHeldCleanUp(dice: Dice): Pick<Plan, 'fates' | 'intentions'> {
  if (!dice.percent(HELD_PERCENT)) return { fates: [], intentions: [] };
  const nth = dice.from(1, 2);
  const call = 'listAuthenticators';
  const retryInMs = dice.from(2 * MINUTE, 8 * MINUTE);
  const fate = { is: 'fails', type: 'rate-limited', effect: 'none', retryInMs } as const;
  const cancel = dice.percent(70)
    ? ({ is: 'cancel', way: 'signal', by: 'administrator' } as const)
    : ({ is: 'cancel-through-temporal' } as const);
  const after = { call, nth } as const;
  const at = dice.from(2 * SECOND, MINUTE);
  const guess = { is: 'type-code', way: 'update', digits: 'wrong', names: 'current' } as const;
  const guesses = dice.times(WRONG_CODES, WRONG_CODES, () => dice.from(SECOND, 15 * SECOND));
  return {
    fates: [{ id: 'held', call, nth, fate }],
    intentions: [
      ...guesses.map((each, index) => ({
        ...{ id: `held-guess${index + 1}`, at: each, who: 'person' as const, does: guess },
        after: { phase: 'awaiting-otp' as const },
      })),
      { id: 'held-cancel', at, after, who: 'administrator', does: cancel },
    ],
  };
}

/** Who looks, and how often: patient, hasty, slow, with two devices, away for days, nobody. */
function drawPresences(dice: Dice, { deadlineMs }: Setting): readonly Presence[] {
  const habit = dice.oneOf('patient', 'patient', 'hasty', 'slow', 'two devices', 'away', 'nobody');
  const reactions = {
    patient: [5 * SECOND, 50 * SECOND],
    hasty: [400, 3 * SECOND],
    slow: [2 * MINUTE, 7 * MINUTE],
  } as const;
  const way = () => dice.oneOf<Presence['way']>('update', 'update', 'signal');
  const presence = (id: string, from: number, until: number): Presence => ({
    ...{ id, from, until, device: 'A', way: way() },
    reactionMs: reactions[habit === 'hasty' || habit === 'slow' ? habit : 'patient'],
  });
  const from = dice.from(0, 20 * SECOND);
  switch (habit) {
    case 'nobody':
      return [];
    case 'two devices': {
      const change = from + dice.from(5 * SECOND, 5 * MINUTE);
      const first = presence('first', from, change + dice.oneOf(0, MINUTE, 20 * MINUTE));
      return [first, { ...presence('second', change, FOR_EVER), device: 'B' }];
    }
    case 'away': {
      const leaves = from + dice.from(5 * SECOND, 10 * MINUTE);
      const back = leaves + dice.oneOf(HOUR, 10 * HOUR, Math.min(2 * DAY, deadlineMs));
      return [presence('before', from, leaves), presence('after', back, FOR_EVER)];
    }
    case 'patient':
    case 'hasty':
    case 'slow':
      return [presence('person', from, FOR_EVER)];
  }
}
