/** What is left at the tenant is named, and what was not ours is as it was. */
import type { Authenticator, Session } from '../../../activities/enrollment-activities.ts';
import type { Orphan } from '../../../workflows/contract/enroll-mfa.ts';
import type { World } from '../world.ts';
import { type EndOracle, violation } from './violation.ts';

/** An orphan's id is told wherever the run was ever told it. */
export const orphansKeepTheirIds: EndOracle = (world) => {
  const { closing } = world.run;
  if (closing === undefined || closing.status === 'cancelled') return [];
  const told = closing.status === 'completed' ? closing.result : closing.detail;
  const orphans = (told as { orphans: readonly Orphan[] } | undefined)?.orphans ?? [];
  const known = idsTold(world);
  const left = world.tenant.entries.filter(
    ({ id, ours, active, kind }) => ours && !active && kind !== 'recovery-code' && known.has(id),
  );
  return left
    .filter(({ id }) => !orphans.some(({ authenticatorId }) => authenticatorId === id))
    .map(({ id }) => violation('an orphan loses its id', closing.at, id));
};

/** Of entries in lists that reached the run. */
function idsTold({ story }: World): ReadonlySet<string> {
  const lists = story.calls.flatMap(({ activity: { name }, resolution }) => {
    if (resolution?.ok !== true) return [];
    if (name === 'listAuthenticators') return resolution.value as readonly Authenticator[];
    return name === 'openSession' ? (resolution.value as Session).authenticators : [];
  });
  return new Set(lists.map(({ id }) => id));
}

/** I1: nothing is deleted that somebody else has made. */
export const othersAreUntouched: EndOracle = ({ tenant, run }) =>
  tenant.deleted
    .filter(({ ours }) => !ours)
    .map(({ id }) => violation('an entry of somebody else is deleted', run.closing?.at ?? 0, id));

/** What is active is never deleted. */
export const activeIsUntouched: EndOracle = ({ tenant, run }) =>
  tenant.deleted
    .filter(({ active }) => active)
    .map(({ id }) => violation('an active entry is deleted', run.closing?.at ?? 0, id));
