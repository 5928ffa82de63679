/** It ends in time, by whom and as it should; what ends it is heard whatever it waits for. */
import type { EnrollMfaResult } from '../../../workflows/contract/enroll-mfa.ts';
import type { World } from '../world.ts';
import { cancelsOf, firstCancel, grantedDeadline, workedOnFrom } from './administration.ts';
import { outcomeOf, phaseAt } from './answers.ts';
import { disturbedBetween, type EndOracle, type Violation, violation } from './violation.ts';

/** A running call ends first: an attempt of 15 s, and what the server adds to it. */
const HEARD_MS_MAX = 20_000;
const CLEANED_MS_MAX = 90_000;
const TOKEN_LIFE_MS = 600_000;
const ENDING = ['cleaning-up', 'enrolled', 'expired', 'cancelled', 'failed'];
const BEGUN = ['openSession', 'associate', 'confirm'];

/** Past this a run that is still open will not close by itself. */
export function closedBy(world: World): number {
  return (
    workedOnFrom(world, grantedDeadline(world, world.now).latest) + CLEANED_MS_MAX + TOKEN_LIFE_MS
  );
}

export const closes: EndOracle = (world) => {
  if (world.run.closing !== undefined || world.run.failedTasks.length > 0) return [];
  const ended = outcomeShown(world);
  if (ended === undefined && !Number.isFinite(world.nextAt)) {
    return [violation('nothing will ever happen', world.now)];
  }
  return ended === undefined
    ? [violation("open after its deadline and a token's life", world.now)]
    : [violation('it has ended and never closes', world.now, JSON.stringify(ended))];
};

function outcomeShown({ story }: World): unknown {
  return story.steps.at(-1)?.attributes['MfaOutcome'];
}

export const cancelIsHeard: EndOracle = (world) => {
  const cancel = firstCancel(world);
  if (cancel === undefined) return [];
  const begun = world.story.calls
    .filter(({ task, activity }) => task > cancel.task && BEGUN.includes(activity.name))
    .map(({ activity }) => violation(`after a cancel begun: ${activity.name}`, activity.at));
  return [...begun, ...heard(world, cancel.at, 'a cancel')];
};

export const deadlineIsHeard: EndOracle = (world) => {
  const { at, doubtful } = grantedDeadline(world, world.now);
  if (doubtful || world.now < at) return [];
  return heard(world, at, 'the deadline');
};

function heard(world: World, at: number, what: string): readonly Violation[] {
  const { story, run, plan, startedAt } = world;
  const running = story.calls
    .filter(({ activity, resolution }) => activity.at <= at && (resolution?.at ?? Infinity) >= at)
    .map(({ resolution }) => resolution?.at ?? at);
  const by = Math.max(at, ...running) + HEARD_MS_MAX;
  const away = plan.outages.some(
    ({ as, from, until }) =>
      as === 'no-worker' && startedAt + from <= by && startedAt + until >= at,
  );
  // That it never closes is told by another oracle.
  if (run.closing === undefined && outcomeShown(world) !== undefined) return [];
  const closedAt = run.closing?.at ?? world.now;
  if (away || closedAt <= by) return [];
  const phase = phaseAt(world, by);
  const deaf = ENDING.includes(phase)
    ? []
    : [violation(`${what} is not heard in ${phase}`, at, `closed ${closedAt - at} ms later`)];
  const slow =
    closedAt > by + CLEANED_MS_MAX && !disturbedBetween(world, heldSince(world, at), closedAt)
      ? [violation(`${what} is heard late in ${phaseAt(world, at)}`, at, `${closedAt - at} ms`)]
      : [];
  return [...deaf, ...slow];
}

/** A clean-up may be held by what struck before. */
function heldSince({ story }: World, at: number): number {
  const until = story.steps.filter((step) => step.at <= at);
  if (until.at(-1)?.progress.phase !== 'cleaning-up') return at;
  return until.findLast(({ progress }) => progress.phase !== 'cleaning-up')?.at ?? at;
}

export const whoCancelledIsTold: EndOracle = (world) => {
  const cancel = firstCancel(world);
  const { closing } = world.run;
  if (cancel?.by === undefined || closing === undefined) return [];
  if (closing.status === 'cancelled') {
    return [violation('who cancelled is erased by a later cancel through Temporal', closing.at)];
  }
  if (outcomeOf(world) !== 'cancelled' || closing.status !== 'completed') return [];
  const { cancelledBy } = closing.result as EnrollMfaResult;
  // Of a signal and an update in one task, which came first is not known.
  return cancelsOf(world, cancel.task).includes(cancelledBy ?? '')
    ? []
    : [
        violation(
          'who cancelled is erased by a later cancel',
          closing.at,
          `${cancel.by}, not told`,
        ),
      ];
};

/** Of the plan: five texts in an enrollment. */
const TEXTS_MAX = 5;

/** What only the sender of a message or an operator can mend is no end; that nothing can be texted any more is one. */
export const faultsDoNotEnd: EndOracle = ({ run, story }) => {
  if (run.closing?.status !== 'failed') return [];
  const { type, at } = run.closing;
  if (type === 'no-number-changes-left') return [];
  if (type === 'no-sends-left') {
    const asked = story.callsOf('associate').length;
    return asked < TEXTS_MAX ? [violation('it ends for want of texts that were left', at)] : [];
  }
  const [last] = story.calls.flatMap(({ attempts }) => attempts.at(-1)?.failure ?? []).slice(-1);
  const causes = story.calls.flatMap(({ attempts }) =>
    attempts.flatMap(({ failure }) => failure ?? []),
  );
  const cause =
    (['PayloadKeyMissing', 'configuration-fault', 'unexpected-response'] as const).find((type) =>
      causes.includes(type),
    ) ?? last;
  return [violation(`one ${cause ?? 'unknown cause'} ends the enrollment`, run.closing.at)];
};

export const deadlineIsTheLatest: EndOracle = (world) =>
  world.story.steps.flatMap(({ at, atRest, progress }) => {
    const granted = grantedDeadline(world, at);
    const shown = Date.parse(progress.deadline);
    if (!atRest || granted.doubtful || progress.outcome !== undefined) return [];
    return shown < granted.at
      ? [violation('a shorter extension replaces a longer one', at, progress.deadline)]
      : shown > granted.at
        ? [violation('a deadline that nobody granted', at, progress.deadline)]
        : [];
  });
