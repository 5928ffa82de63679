/** What is left at the tenant is named, and what was not ours is as it was. */
import type {
  AssociateInput,
  Authenticator,
  Session,
} from '../../../activities/enrollment-activities.ts';
import type { Orphan } from '../../../workflows/contract/enroll-mfa.ts';
import type { Story } from '../story.ts';
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
export const othersAreUntouched: EndOracle = ({ tenant, run, story }) =>
  tenant.deleted
    .filter(({ ours, kind }) => !ours && !isTakenForOurs(story, kind))
    .map(({ id }) => violation('an entry of somebody else is deleted', run.closing?.at ?? 0, id));

/**
 * An unconfirmed TOTP entry has nothing that tells whose it is. So one that another enrollment has made is taken
 * for that of an association whose answer was lost, and which had made none.
 */
function isTakenForOurs(story: Story, kind: string): boolean {
  return (
    kind === 'totp' &&
    story
      .callsOf('associate')
      .some(
        ({ activity, attempts }) =>
          (activity.input as AssociateInput).factor === 'totp' &&
          attempts.some(({ failure, effectAt }) => failure !== undefined && effectAt === undefined),
      )
  );
}

/** What is active is never deleted. */
export const activeIsUntouched: EndOracle = ({ tenant, run }) =>
  tenant.deleted
    .filter(({ active }) => active)
    .map(({ id }) => violation('an active entry is deleted', run.closing?.at ?? 0, id));

/** What this enrollment has confirmed is not told as there before. */
export const oursIsToldAsOurs: EndOracle = ({ tenant, run, story, plan: { intentions } }) => {
  const plan = story.steps.at(-1)?.progress.plan ?? [];
  // Nothing tells whose a TOTP entry is: with that of another enrollment there it may be either's.
  const elsewhere = intentions.some(
    ({ does }) => does.is === 'enroll-elsewhere' && does.factor === 'totp',
  );
  return plan
    .filter(
      ({ status, factor }) => status === 'already-enrolled' && !(factor === 'totp' && elsewhere),
    )
    .flatMap(({ factor }) => {
      const active = tenant.entries.filter(({ kind, active: is }) => kind === factor && is);
      return active.length > 0 && active.every(({ ours }) => ours)
        ? [violation(`ours is told as there before: ${factor}`, run.closing?.at ?? 0)]
        : [];
    });
};
