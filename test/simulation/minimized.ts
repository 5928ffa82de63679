/** The least of a plan that still shows a finding: entry after entry is taken away. */
import type { Plan, Setting } from './plan.ts';

const PLAYS_MAX = 600;

const PLAINER: readonly Partial<Setting>[] = [
  { before: 'nothing' },
  { number: 'own' },
  { recoveryCodes: false },
  { reusesEntries: false },
  { factors: ['sms'] },
  { factors: ['totp'] },
  { deadlineMs: 24 * 3_600_000 },
  { mood: 'calm' },
];

/** @param shows - plays a plan: whether it shows what is looked for */
export async function minimized(
  plan: Plan,
  shows: (candidate: Plan) => Promise<boolean>,
): Promise<Plan> {
  let plays = 0;
  let least = plan;
  for (let before: Plan | undefined; before !== least;) {
    before = least;
    for (const candidate of smaller(least)) {
      plays += 1;
      if (plays > PLAYS_MAX) return least;
      if (await shows(candidate)) {
        least = candidate;
        break;
      }
    }
  }
  return least;
}

/** Each with one thing less. */
function* smaller(plan: Plan): Generator<Plan> {
  const lists = ['outages', 'fates', 'intentions', 'presences'] as const;
  for (const list of lists) {
    for (const { id } of plan[list]) {
      const rest = (plan[list] as readonly { readonly id: string }[]).filter(
        (one) => one.id !== id,
      );
      yield { ...plan, [list]: rest };
    }
  }
  const { loginAtStart, ...setting } = plan.setting;
  if (loginAtStart !== undefined) yield { ...plan, setting };
  for (const change of PLAINER) {
    const changed = { ...plan.setting, ...change };
    if (JSON.stringify(changed) === JSON.stringify(plan.setting)) continue;
    const fewer = change.factors === undefined || plan.setting.factors.length > 1;
    if (fewer) yield { ...plan, setting: changed };
  }
}
