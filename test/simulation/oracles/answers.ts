/** Every accepted update is answered once, in time, and with what happened. */
import type { JournalEntry } from '@durable-mfa/tenant-emulator';
import type { NextAction } from '../../../workflows/contract/enroll-mfa.ts';
import type { Delivery } from '../story.ts';
import type { World } from '../world.ts';
import {
  type EndOracle,
  refusalOf,
  statusOf,
  type StepOracle,
  type Violation,
  violation,
} from './violation.ts';

/** What it waits behind ends with a login's life, and so does what it asked for; each has its calls besides. */
const ANSWERED_MS_MAX = 2 * 600_000 + 60_000;
const NOT_KNOWN = ['code-unresolved'];

export const answersCome: EndOracle = (world) => {
  // Where it never closes, that is told, and who waits for ever is why.
  if (world.run.closing === undefined) return [];
  return updates(world).flatMap((delivery) => {
    const { update, at = 0, name } = delivery;
    if (update?.state === 'rejected' || update === undefined) return [];
    const waited = (update.answeredAt ?? world.now) - at;
    const late =
      waited > ANSWERED_MS_MAX && !taskless(world, at, at + ANSWERED_MS_MAX)
        ? [
            violation(
              `no answer in two lives of a login while ${phaseAt(world, at + ANSWERED_MS_MAX)}`,
              at,
            ),
          ]
        : [];
    const never =
      update.state === 'completed' ? [] : [violation(`never answered: ${name}`, at, delivery.id)];
    return [...late, ...never];
  });
};

/** Nothing is running or held, so nothing can be waited for. */
export const nobodyIsForgotten: StepOracle = ({ story }, { atRest, progress, at }) => {
  if (!atRest || progress.next.type === 'wait') return [];
  return story.deliveries
    .filter(({ update }) => update?.state === 'accepted')
    .map(({ name, id }) => violation(`forgotten in ${progress.phase}: ${name}`, at, id));
};

/** What is told is what the tenant did. */
export const answersAreTrue: EndOracle = (world) =>
  updates(world).flatMap((delivery) => [
    ...checkAccepted(world, delivery),
    ...checkCode(world, delivery),
  ]);

function checkAccepted(world: World, delivery: Delivery): readonly Violation[] {
  const { name, update, at = 0, input, id } = delivery;
  if (statusOf(delivery) !== 'accepted') return [];
  const { next } = update?.answer as { next: NextAction };
  const answeredAt = update?.answeredAt ?? at;
  if (next.type === 'nothing' && outcomeOf(world) !== 'enrolled') {
    return [violation('a fault told as accepted, with nothing next', answeredAt, id)];
  }
  if (name === 'completeLogin' && !world.tenant.exchanged((input as { code: string }).code)) {
    return [violation('a login told as accepted that was not exchanged', answeredAt, id)];
  }
  const sends = name === 'resendCode' || name === 'changePhoneNumber';
  const sent = world.story
    .callsOf('associate')
    .some(({ activity }) => activity.at >= at && activity.at <= answeredAt);
  return sends && next.type === 'enter-sms-code' && !sent
    ? [violation(`${name} told as accepted, and no text was asked for`, answeredAt, id)]
    : [];
}

function checkCode(world: World, delivery: Delivery): readonly Violation[] {
  const { name, update, at = 0, input, id } = delivery;
  const { code } = (input ?? {}) as { code?: string };
  const answeredAt = update?.answeredAt;
  // A validator's refusal is about the message, whatever else is sent with the same digits.
  if (name !== 'submitCode' || answeredAt === undefined || update?.state === 'rejected') return [];
  const status = statusOf(delivery);
  const asked = world.story
    .callsOf('confirm')
    .filter(({ activity }) => (activity.input as { code: string }).code === code);
  const within = ({ at: seenAt }: JournalEntry) => seenAt >= at && seenAt <= answeredAt;
  const effects = world.tenant.journal.entries.filter(within).map(({ effect }) => effect);
  if (status === 'confirmed') {
    const { factor } = update?.answer as { factor: string };
    const active = world.tenant.entries.some(
      ({ kind, active: is, ours }) => kind === factor && is && ours,
    );
    return active ? [] : [violation('a code told as confirmed that was not', answeredAt, id)];
  }
  const confirmed = asked.some(({ attempts, activity }) =>
    attempts.some(({ effectAt = Infinity }) => activity.at >= at && effectAt <= answeredAt),
  );
  if (
    status === 'wrong-code' &&
    !effects.includes('code-judged-wrong') &&
    !joins(world, delivery)
  ) {
    return [violation('a code told as wrong that nobody judged', answeredAt, id)];
  }
  const refusal = refusalOf(delivery) ?? (status === 'wrong-code' ? status : undefined);
  return confirmed && refusal !== undefined && !NOT_KNOWN.includes(refusal)
    ? [violation(`a code that did its work told as ${refusal}`, answeredAt, id)]
    : [];
}

/** The same digits were in flight already, and it takes part in their verdict. */
function joins({ story }: World, { input, at = 0, id }: Delivery): boolean {
  const { code } = input as { code: string };
  return story.deliveries.some(
    (other) =>
      other.id !== id &&
      (other.at ?? Infinity) <= at &&
      ((other.input as { code?: string } | null | undefined)?.code ?? other.input) === code,
  );
}

function updates({ story }: World): readonly Delivery[] {
  return story.deliveries.filter(({ way, at }) => way === 'update' && at !== undefined);
}

export function phaseAt({ story }: World, at: number): string {
  return story.steps.filter((step) => step.at <= at).at(-1)?.progress.phase ?? 'not started';
}

/** Nobody took tasks for all that time. */
function taskless({ plan, startedAt }: World, from: number, until: number): boolean {
  return plan.outages.some(
    (outage) =>
      outage.as === 'no-worker' &&
      startedAt + outage.from <= until &&
      startedAt + outage.until >= from,
  );
}

export function outcomeOf({ run }: World): string {
  const { closing } = run;
  if (closing === undefined) return 'open';
  if (closing.status !== 'completed') return closing.status;
  return (closing.result as { outcome: string }).outcome;
}
