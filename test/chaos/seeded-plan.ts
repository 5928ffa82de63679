/** A plan drawn by a seed: the same seed, the same plan. */
import type { FaultRule } from '@durable-mfa/tenant-emulator';
import { Dice } from '../support/dice.ts';
import type { Aside, Kill, Plan, PlannedFault, Quirk } from './plan.ts';

/** The happy path has 72 events; what goes wrong adds to them. */
const EVENTS_MAX = 90;
const ACTIONS_MAX = 6;
/** Below the service's deadline of 5 s for a call: the reply still counts. */
const DELAY_MS_MAX = 2_000;
const RETRY_AFTER_S_MAX = 20;
/** The shortest that the service takes. */
const SHORT_DEADLINE_MS = 60_000;

/** With how often an enrollment calls each; the calls with effects count twice. */
const ENDPOINTS = [
  ['POST /oauth/token', 5],
  ['POST /oauth/token', 5],
  ['POST /mfa/associate', 3],
  ['POST /mfa/associate', 3],
  ['GET /mfa/authenticators', 3],
  ['DELETE /mfa/authenticators/{id}', 1],
] as const;

export function seededPlan(seed: number): Plan {
  const dice = new Dice(seed);
  const kills = drawKills(dice);
  const faults = dice.times(0, 2, () => drawFault(dice));
  const asides = dice.times(0, 3, () => drawAside(dice));
  const quirks = dice.times(0, 3, () => drawQuirk(dice));
  const ending = dice.from(1, 100);
  const event = dice.from(1, EVENTS_MAX);
  const ends: readonly Aside[] =
    ending <= 10
      ? [{ event, send: 'cancel' }]
      : ending <= 20
        ? [{ event, send: 'deadline-passes' }]
        : [];
  return {
    name: `seed ${seed}`,
    replay: `--seed ${seed}`,
    ...{ kills, faults, quirks },
    asides: [...asides, ...ends],
    ...(dice.percent(15) && { smsActiveBefore: true }),
    ...(ending > 10 && ending <= 20 && { deadlineMs: SHORT_DEADLINE_MS }),
  };
}

function drawKills(dice: Dice): readonly Kill[] {
  const kill = (what: Kill['what']) => ({ what, event: dice.from(1, EVENTS_MAX) });
  const workers = Array.from({ length: dice.oneOf(0, 0, 1, 1, 2, 3) }, () => kill('worker'));
  return dice.percent(40) ? [...workers, kill('server')] : workers;
}

function drawFault(dice: Dice): PlannedFault {
  const [endpoint, calls] = dice.oneOf<(typeof ENDPOINTS)[number]>(...ENDPOINTS);
  const nth = dice.from(1, calls);
  const times = dice.percent(25) ? 2 : 1;
  const kind = dice.oneOf('drop', 'error', 'delay', 'killed', 'limited');
  // An answer of 429 says that nothing was done, so it is given only where that is true.
  const when = kind === 'limited' ? 'before' : dice.oneOf<FaultRule['when']>('before', 'after');
  const rule = { endpoint, nth, times, when };
  switch (kind) {
    case 'drop':
      return { ...rule, action: 'drop' };
    case 'error':
      return { ...rule, action: { status: dice.oneOf(500, 502, 503) } };
    case 'delay':
      return { ...rule, action: { delayMs: dice.from(1, DELAY_MS_MAX) } };
    case 'killed':
      return { ...rule, times: 1, killsWorker: true, action: { delayMs: dice.from(100, 500) } };
    case 'limited': {
      const headers = { 'retry-after': String(dice.from(1, RETRY_AFTER_S_MAX)) };
      return { ...rule, action: { status: 429, body: { error: 'too_many_requests' }, headers } };
    }
  }
}

function drawAside(dice: Dice): Aside {
  const send = dice.oneOf<Aside['send']>(
    'unknown-signal',
    'malformed-code',
    'early-code',
    'future-code',
    'old-code',
    'last-code-again',
    'last-login-again',
    'resend',
    'login-on-another-device',
    'login-of-somebody-else',
    'recovery-code-saved',
  );
  return { event: dice.from(1, EVENTS_MAX), send };
}

function drawQuirk(dice: Dice): Quirk {
  const how = dice.oneOf<Quirk['how']>(
    'by-signal',
    'by-signal',
    'twice',
    'twice-by-signal',
    'wrong-first',
    'wrong-beside',
    'overtaken',
  );
  return { action: dice.from(1, ACTIONS_MAX), how };
}
