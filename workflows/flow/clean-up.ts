/**
 * Removes the unconfirmed authenticators that this enrollment made (I8). A deletion is always
 * preceded by a read of the list and takes only entries that the read shows as inactive and that
 * nobody else can have made.
 */
import { proxyActivities } from '@temporalio/workflow';
import type {
  Authenticator,
  EnrollmentActivities,
} from '../../activities/enrollment-activities.ts';
import { type Factor, FACTORS, type Orphan } from '../contract/enroll-mfa.ts';
import {
  doubtful,
  isMixed,
  newlyActive,
  oursIn,
  oursUnconfirmed,
  unconfirmedFactors,
} from '../rules/authenticator-list.ts';
import type { CallKind, EnrollmentState, OpenSession } from '../rules/enrollment-state.ts';
import { REPEATABLE } from './activity-policies.ts';
import type { EnrollmentRun } from './enrollment-run.ts';

const { listAuthenticators, deleteAuthenticator } =
  proxyActivities<Pick<EnrollmentActivities, 'listAuthenticators' | 'deleteAuthenticator'>>(
    REPEATABLE,
  );

/** A token needs to live this much longer for a read and a deletion to be worth trying. */
const TOKEN_LEFT_FOR_CLEAN_UP_MS = 5_000;

/** Reads the list with the token of `session`, then deletes. Says what is left where it could not. */
export async function cleanUp(run: EnrollmentRun, session: OpenSession | undefined): Promise<void> {
  if (unconfirmedFactors(run.state).length === 0) return;
  await run.calls.arrived();
  if (session === undefined || session.expiresAt - Date.now() < TOKEN_LEFT_FOR_CLEAN_UP_MS) {
    run.apply({ type: 'orphans-left', orphans: unread(run.state) });
    return;
  }
  const list = await readList(run, session, { summary: 'clean-up: read the list' });
  if (list === undefined) {
    run.apply({ type: 'orphans-left', orphans: unread(run.state) });
    return;
  }
  // A code whose answer was lost may have done its work.
  for (const active of newlyActive(run.state, list)) {
    if (active.ours) run.apply({ type: 'active-already', ...active });
  }
  await deleteOurs(run, session, list, FACTORS);
}

/** The list with the token of `session`; `undefined` where it cannot be had. */
export async function readList(
  run: EnrollmentRun,
  session: OpenSession,
  { summary, kind = 'cleaning-up' }: { readonly summary: string; readonly kind?: CallKind },
): Promise<readonly Authenticator[] | undefined> {
  const { accessToken } = session;
  const read = await run.calls.call({
    kind,
    message: 'clean-up',
    // Somebody waits for what a lost answer meant; a clean-up has the token's life.
    ...(kind === 'cleaning-up' ? patience(session) : { giveUpAt: 0 }),
    attempt: () =>
      listAuthenticators.executeWithOptions({ summary }, [
        { tenant: run.input.tenant, accessToken },
      ]),
  });
  if (read.ok) run.apply({ type: 'ours-seen', ours: oursIn(run.state, read.value) });
  return read.ok ? read.value : undefined;
}

function patience({ expiresAt }: OpenSession) {
  return { giveUpAt: expiresAt - TOKEN_LEFT_FOR_CLEAN_UP_MS };
}

/** By the ids that a list has shown, unless it has shown more than are left: one of them is confirmed. */
function unread(state: EnrollmentState): readonly Orphan[] {
  return unconfirmedFactors(state).flatMap((factor): readonly Orphan[] => {
    const left = state.unconfirmed[factor];
    // What could not be told apart when it was read cannot be now.
    const mixed = state.orphans.filter(
      (one) => one.factor === factor && one.why === 'cannot-tell-ours',
    );
    if (mixed.length > 0) return mixed;
    const seen = state.ours.filter((entry) => entry.factor === factor);
    const named =
      seen.length > left ? [] : seen.map(({ id }) => orphan(id, factor, 'no-live-token'));
    return named.length < left ? [...named, orphan('', factor, 'no-live-token')] : named;
  });
}

/** Deletes what `list`, read a moment ago, shows to be ours. */
export async function deleteOurs(
  run: EnrollmentRun,
  session: OpenSession,
  list: readonly Authenticator[],
  factors: readonly Factor[],
): Promise<void> {
  const orphans = run.state.orphans.filter(({ factor }) => !factors.includes(factor));
  for (const factor of factors) {
    const ours = oursUnconfirmed(run.state, list, factor);
    const doubts = doubtful(run.state, list, factor);
    const missing = run.state.unconfirmed[factor] - ours.length - doubts.length;
    const mixed = isMixed(run.state, list, factor);
    const unclear = mixed ? [...ours, ...doubts] : doubts;
    orphans.push(...unclear.map(({ id }) => orphan(id, factor, 'cannot-tell-ours')));
    if (mixed) continue;
    if (missing > 0) run.apply({ type: 'unconfirmed-gone', factor, count: missing });
    for (const { id } of ours) {
      if (await deleteOne(run, session, id, factor)) continue;
      orphans.push(orphan(id, factor, 'deletion-refused'));
    }
  }
  run.apply({ type: 'orphans-left', orphans });
}

function orphan(authenticatorId: string, factor: Factor, why: Orphan['why']): Orphan {
  return { ...(authenticatorId !== '' && { authenticatorId }), factor, why };
}

async function deleteOne(
  run: EnrollmentRun,
  session: OpenSession,
  authenticatorId: string,
  factor: Factor,
): Promise<boolean> {
  const deleted = await run.calls.call({
    kind: 'cleaning-up',
    message: 'clean-up',
    ...patience(session),
    attempt: () =>
      deleteAuthenticator.executeWithOptions(
        { summary: `clean-up: delete unconfirmed ${factor}` },
        [
          {
            tenant: run.input.tenant,
            accessToken: session.accessToken,
            authenticatorId,
            notAfter: session.expiresAt,
          },
        ],
      ),
  });
  if (deleted.ok) run.apply({ type: 'unconfirmed-gone', factor, count: 1, id: authenticatorId });
  return deleted.ok;
}
