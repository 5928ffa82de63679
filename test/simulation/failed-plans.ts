/** Plans that showed a mistake once, of the engine or of an oracle, and must not again. */
import { readFileSync } from 'node:fs';
import type { Plan } from './plan.ts';

interface FailedPlan {
  /** What was wrong. */
  readonly sentence: string;
  readonly plan: Plan;
}

export const FAILED_PLANS = JSON.parse(
  readFileSync(new URL('failed-plans.json', import.meta.url), 'utf8'),
) as readonly FailedPlan[];
