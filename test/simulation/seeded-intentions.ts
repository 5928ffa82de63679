/** What is done besides what `next` says, drawn from a seed: habits, each of one or several deeds. */
import type { Dice } from '../support/dice.ts';
import type { Deed, Intention, LoginFlaw, Naming, Occasion, Setting, Way } from './plan.ts';
import type { ActivityName } from './scheduled-activity.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const HABITS_MAX: Record<Setting['mood'], number> = { calm: 2, uneasy: 5, burning: 9 };
const LATE_PERCENT = 5;
const EXCHANGED_KEY_PERCENT = 3;
const STUCK_PERCENT = 3;
const NONSENSE_INDEX_MAX = 100;
/** More than Temporal lets wait in a run. */
const PRESSES = [9, 16] as const;
const PRESS_MS_MAX = 900;
const PHASES = [
  ...(['awaiting-sms-code', 'awaiting-otp', 'awaiting-resend', 'awaiting-phone-number'] as const),
  ...(['associating', 'confirming', 'cleaning-up', 'awaiting-operator'] as const),
] as const;
const FLAWS: readonly LoginFlaw[] = [
  'invalid-id-token',
  'invalid-access-token',
  'wrong-user',
  'wrong-audience',
  'missing-scope',
  'stale-login',
  'mfa-not-challenged',
];

interface Drawn {
  readonly at: number;
  readonly after?: Occasion;
  readonly who: Intention['who'];
  readonly does: Deed;
}

export function drawIntentions(dice: Dice, setting: Setting): readonly Intention[] {
  let at = 0;
  let after: Occasion | undefined;
  const habits = dice.times(0, HABITS_MAX[setting.mood], () => {
    // Things that happen together are what breaks programs.
    if (dice.percent(35)) at += dice.oneOf(0, 0, dice.from(1, 800));
    else {
      after = dice.percent(50) ? drawOccasion(dice) : undefined;
      at =
        after === undefined
          ? drawTime(dice, setting)
          : dice.oneOf(0, dice.from(1, 500), dice.from(1, 9_000));
    }
    const occasion = after === undefined ? {} : { after };
    return drawHabit(dice, setting, at).map((drawn) => ({ ...drawn, ...occasion }));
  });
  return habits
    .flat()
    .sort((one, other) => one.at - other.at)
    .map((drawn, index) => ({ id: `deed${index + 1}`, ...drawn }));
}

/** Somebody reads the text of a challenge that has expired and has not been replaced. */
export function drawLateCode(dice: Dice): readonly Intention[] {
  if (!dice.percent(LATE_PERCENT)) return [];
  const at = dice.from(5 * MINUTE, 9 * MINUTE);
  const way = dice.oneOf<Way>('signal', 'update');
  const does = { is: 'type-code', way, digits: 'right', names: 'current' } as const;
  return [{ id: 'late', at, after: { phase: 'awaiting-sms-code' }, who: 'person', does }];
}

/** Somebody has put another key into the proof of a login. */
export function drawExchangedKey(dice: Dice): readonly Intention[] {
  if (!dice.percent(EXCHANGED_KEY_PERCENT)) return [];
  const [at, way] = [dice.from(1, 20 * SECOND), dice.oneOf<Way>('signal', 'update')];
  const does = { is: 'log-in', way, on: 'B', flaw: 'device-key-mismatch' } as const;
  return [{ id: 'exchanged-key', at, who: 'stranger', does }];
}

/** A program delivers one login after the other that is of no use. */
export function drawStuckProgram(dice: Dice): readonly Intention[] {
  if (!dice.percent(STUCK_PERCENT)) return [];
  let at = dice.from(0, 10 * SECOND);
  const does = { is: 'log-in', way: 'signal', on: 'A', flaw: 'wrong-audience' } as const;
  return dice
    .times(22, 30, () => (at += dice.from(SECOND, 8 * SECOND)))
    .map((each, index) => ({ id: `stuck${index + 1}`, at: each, who: 'backend', does }));
}

/** While Auth0 is asked, or as soon as something is awaited. */
function drawOccasion(dice: Dice): Occasion {
  if (dice.percent(40)) return { phase: dice.oneOf<(typeof PHASES)[number]>(...PHASES) };
  const call = dice.oneOf<ActivityName>(
    ...(['openSession', 'associate', 'associate', 'confirm', 'confirm'] as const),
    ...(['listAuthenticators', 'listAuthenticators', 'deleteAuthenticator'] as const),
  );
  return { call, nth: dice.oneOf(1, 1, 2, 3) };
}

/** Mostly while things go on, sometimes long after, or at the very start. */
function drawTime(dice: Dice, { deadlineMs }: Setting): number {
  return dice.oneOf(
    0,
    dice.from(1, 4 * SECOND),
    dice.from(1, 40 * SECOND),
    dice.from(1, 3 * MINUTE),
    dice.from(1, 15 * MINUTE),
    dice.from(1, deadlineMs),
  );
}

type Habit =
  | 'logs in'
  | 'gives an old login'
  | 'types a code'
  | 'guesses'
  | 'thumb on send again'
  | 'changes the number'
  | 'changes the number and logs in'
  | 'saves the recovery code'
  | 'starts twice'
  | 'cancels'
  | 'cancels twice'
  | 'extends'
  | 'extends twice'
  | 'retries'
  | 'presses a key'
  | 'talks nonsense'
  | 'enrolls elsewhere';

const drawWay = (dice: Dice): Way => dice.oneOf('signal', 'update', 'update');

function drawNaming(dice: Dice): Naming {
  return dice.oneOf('none', 'current', 'current', 'current', 'earlier', 'later');
}

function drawLogin(dice: Dice): Deed {
  const on = dice.oneOf('A', 'A', 'B', 'none' as const);
  const flaw = dice.percent(20) ? dice.oneOf<LoginFlaw>('login-code-refused', ...FLAWS) : undefined;
  return { is: 'log-in', way: drawWay(dice), on, ...(flaw && { flaw }) };
}

function drawNumber(dice: Dice): Deed {
  const to = dice.oneOf('another', 'another', 'the-same', 'a-refused-one' as const);
  return { is: 'change-number', way: drawWay(dice), to };
}

function drawCancel(dice: Dice, by: string): Deed {
  return dice.percent(30)
    ? { is: 'cancel-through-temporal' }
    : { is: 'cancel', way: drawWay(dice), by };
}

function drawExtension(dice: Dice, { deadlineMs: before }: Setting, by: string): Deed {
  const deadlineMs = before + dice.oneOf(HOUR, DAY, 2 * DAY, 8 * DAY);
  return { is: 'extend', way: drawWay(dice), deadlineMs, by };
}

function drawHabit(dice: Dice, setting: Setting, at: number): readonly Drawn[] {
  const one = (does: Deed, who: Drawn['who'] = 'person', later = 0): Drawn => {
    return { at: at + later, who, does };
  };
  const login = (): Drawn => one(drawLogin(dice));
  const extend = (by: string): Drawn => one(drawExtension(dice, setting, by), 'administrator');
  const again = <T>(min: number, max: number, draw: (later: number) => T): readonly T[] => {
    let later = 0;
    return dice.times(min, max, () => {
      later += dice.oneOf(0, dice.from(1, 2 * SECOND), dice.from(1, 12 * SECOND));
      return draw(later);
    });
  };
  const habit = dice.oneOf<Habit>(
    ...(['logs in', 'logs in', 'gives an old login', 'types a code', 'types a code'] as const),
    ...(['guesses', 'thumb on send again', 'changes the number', 'extends', 'cancels'] as const),
    ...(['changes the number and logs in', 'saves the recovery code', 'starts twice'] as const),
    ...(['extends twice', 'cancels twice', 'talks nonsense', 'enrolls elsewhere'] as const),
    ...(['retries', 'presses a key'] as const),
  );
  switch (habit) {
    case 'logs in':
      return [login()];
    case 'gives an old login':
      return [one({ is: 'give-old-login', way: drawWay(dice) })];
    case 'types a code': {
      const digits = dice.oneOf('right', 'right', 'wrong', 'again', 'old' as const);
      return [one({ is: 'type-code', way: drawWay(dice), digits, names: drawNaming(dice) })];
    }
    case 'guesses':
      return again(3, 9, (later) =>
        one(
          { is: 'type-code', way: drawWay(dice), digits: 'wrong', names: 'current' },
          'person',
          later,
        ),
      );
    case 'thumb on send again':
      return again(2, 6, (later) =>
        one({ is: 'ask-again', way: drawWay(dice), names: drawNaming(dice) }, 'person', later),
      );
    case 'changes the number':
      return [one(drawNumber(dice))];
    case 'changes the number and logs in':
      return dice.percent(50) ? [one(drawNumber(dice)), login()] : [login(), one(drawNumber(dice))];
    case 'saves the recovery code':
      return [one({ is: 'save-recovery-code' })];
    case 'starts twice':
      return [one({ is: 'start-again', with: dice.oneOf('A', 'B' as const) }, 'backend')];
    case 'cancels':
      return dice.percent(40) ? [one(drawCancel(dice, 'first'), 'administrator')] : [];
    case 'cancels twice': {
      if (!dice.percent(40)) return [];
      const later = dice.from(0, 400);
      const cancel = { is: 'cancel', way: drawWay(dice), by: 'first' } as const;
      const first = one(cancel, 'administrator');
      return [first, one(drawCancel(dice, 'second'), 'administrator', later)];
    }
    case 'extends':
      return [extend('first')];
    case 'extends twice':
      return [extend('first'), extend('second')];
    case 'retries':
      return again(1, 3, (later) => one({ is: 'retry', by: 'first' }, 'administrator', later));
    case 'presses a key': {
      const does = dice.oneOf<Deed>(
        { is: 'type-code', way: 'update', digits: 'again', names: 'current' },
        { is: 'ask-again', way: 'update', names: 'current' },
        { is: 'give-old-login', way: 'update' },
      );
      return dice.times(...PRESSES, () => one(does, 'person', dice.from(0, PRESS_MS_MAX)));
    }
    case 'talks nonsense':
      return again(1, 4, (later) =>
        one({ is: 'talk-nonsense', index: dice.from(0, NONSENSE_INDEX_MAX) }, 'stranger', later),
      );
    case 'enrolls elsewhere': {
      const does = { is: 'enroll-elsewhere', factor: 'sms', active: dice.percent(50) } as const;
      return [one(dice.percent(70) ? does : { ...does, factor: 'totp' }, 'other enrollment')];
    }
  }
}
