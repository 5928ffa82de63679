/** `clean-up.ts` once more, where every read and every deletion succeeds. */
import type { Authenticator } from '../../../activities/enrollment-activities.ts';
import { oursUnconfirmed, unconfirmedFactors } from '../../../workflows/authenticator-list.ts';
import { type Factor, FACTORS } from '../../../workflows/contract/enroll-mfa.ts';
import type { ModelRun } from './model-run.ts';

export function giveUpSession(run: ModelRun, why: string): void {
  run.sessionEndAt = undefined;
  cleanUp(run);
  run.apply({ type: 'session-given-up', why });
}

export function cleanUp(run: ModelRun): void {
  const left = unconfirmedFactors(run.state);
  if (left.length === 0) return;
  if (run.state.session === undefined) {
    const orphans = left.map((factor) => ({ factor, why: 'no-live-token' }) as const);
    return run.apply({ type: 'orphans-left', orphans });
  }
  deleteOurs(
    run,
    run.call('cleaning-up', () => run.tenant.list()),
    FACTORS,
  );
}

export function deleteOurs(
  run: ModelRun,
  list: readonly Authenticator[],
  factors: readonly Factor[],
): void {
  for (const factor of factors) {
    const ours = oursUnconfirmed(run.state, list, factor);
    const missing = run.state.unconfirmed[factor] - ours.length;
    if (missing !== 0 && !run.tenant.reuses) run.miscounts += 1;
    if (missing > 0) run.apply({ type: 'unconfirmed-gone', factor, count: missing });
    for (const { id } of ours) {
      run.call('cleaning-up', () => run.tenant.delete(id));
      run.apply({ type: 'unconfirmed-gone', factor, count: 1 });
    }
  }
  run.apply({ type: 'orphans-left', orphans: [] });
}
