/** `next` can be done by a person who does just that, and leads on. */
import type { Step } from '../story.ts';
import type { World } from '../world.ts';
import {
  disturbedBetween,
  type EndOracle,
  refusalOf,
  type StepOracle,
  violation,
} from './violation.ts';

/** Honest refusals of what `next` said: quotas that the user has spent elsewhere. */
const OF_THE_TENANT = ['sms-quota-spent', 'phone-number-refused'];
/** A factor takes two actions; who needs so many goes round in a circle. */
const ACTIONS_MAX = 12;
const REACTION_MS_MAX = 60_000;
/** A code's life begins when it is sent, and is counted from the answer: a call may lie between. */
const EXPIRES_BEFORE_MS = 20_000;
const WAIT_MS_MAX = 3_600_000;

export const nextCanBeDone: EndOracle = (world) => {
  // Another enrollment of the user changes what Auth0 asks for.
  if (world.plan.intentions.some(({ does }) => does.is === 'enroll-elsewhere')) return [];
  return world.story.deliveries.flatMap((delivery) => {
    const { by, saw, sentAt, update, name } = delivery;
    const refusal = refusalOf(delivery);
    const answeredAt = update?.answeredAt;
    if (by !== 'follower' || saw === undefined || refusal === undefined) return [];
    if (answeredAt === undefined || OF_THE_TENANT.includes(refusal)) return [];
    if (refusal === 'ended' && endedByTenant(world)) return [];
    // A set-up for another device asks nobody to log in; who does so takes it over, within the limit.
    const asked = saw.next.type === 'log-in' || name !== 'completeLogin';
    if (refusal === 'too-many-logins' && !asked) return [];
    // While Auth0 is asked, what was awaited before is still shown.
    const seen = lookedAt(world, sentAt);
    if (seen?.atRest !== true || seen.progress.next.type === 'wait') return [];
    const alone = world.story.deliveries.every(
      (other) => other === delivery || (other.at ?? 0) < seen.at || other.sentAt > answeredAt,
    );
    if (!alone || disturbedBetween(world, sentAt, answeredAt)) return [];
    // It was true when it was looked at, and time has passed on the way.
    const { next } = saw;
    const over =
      next.type !== 'nothing' && Date.parse(next.until) - EXPIRES_BEFORE_MS <= answeredAt;
    if (over || changedOnTheWay(world, sentAt, answeredAt)) return [];
    return [violation(`next is ${saw.next.type}, and ${name} is refused: ${refusal}`, answeredAt)];
  });
};

/** What was asked for was done, and Auth0's answer left the step no way on. */
function endedByTenant({ run }: World): boolean {
  return run.closing?.status === 'failed' && run.closing.type === 'no-number-changes-left';
}

function lookedAt({ story }: World, now: number): Step | undefined {
  return story.steps.filter(({ at }) => at <= now).at(-1);
}

function changedOnTheWay({ story }: World, from: number, until: number): boolean {
  return story.steps.some(({ at, timersFired }) => at >= from && at <= until && timersFired > 0);
}

/** Nobody has done anything but what was asked, nothing was lost, and still it does not end. */
export const nextLeadsOn: EndOracle = (world) => {
  const { plan, story } = world;
  const prompt = plan.presences.every(({ reactionMs: [, max] }) => max <= REACTION_MS_MAX);
  if (!prompt || plan.presences.length !== 1 || plan.setting.mood !== 'calm') return [];
  const actions = story.deliveries.filter(({ by }) => by === 'follower');
  if (actions.length !== story.deliveries.length || actions.length <= ACTIONS_MAX) return [];
  const [one, two] = actions.slice(-2).map(({ saw }) => saw?.next.type);
  return [violation(`next goes round: ${one}, ${two}`, world.now, `${actions.length} actions`)];
};

export const somethingCanBeDone: StepOracle = (world, step) => {
  const { next, outcome } = step.progress;
  if (outcome !== undefined || !step.atRest) return [];
  if (next.type === 'nothing') return [violation('nothing is next, and it has not ended', step.at)];
  if (next.type === 'change-phone-number' && next.changesLeft === 0) {
    return [violation('next is another number, and no change is left', step.at)];
  }
  if (next.type !== 'wait' || Date.parse(next.until) - step.at < WAIT_MS_MAX) return [];
  const made = world.tenant.journal.texts.filter(({ code }) => code !== '').length;
  const lost = made < world.story.callsOf('associate').length;
  return [
    lost
      ? violation('texts are counted that were never made, and there is no way on', step.at)
      : violation('no text is left, and there is no way on', step.at),
  ];
};

/** What is shown of attempts and texts is possible. */
export const nextIsOfToday: StepOracle = (_world, { progress, at, atRest }) => {
  const { next, deadline, outcome } = progress;
  if (outcome !== undefined || !atRest || next.type === 'nothing') return [];
  // What is waited for beyond the deadline is a clean-up.
  if (at < Date.parse(deadline) && Date.parse(next.until) > Date.parse(deadline)) {
    return [violation(`next is ${next.type} until after the deadline`, at, next.until)];
  }
  const codes = next.type === 'enter-sms-code' || next.type === 'scan-and-enter-otp';
  return codes && next.attemptsLeft < 1
    ? [violation(`next is ${next.type}, and no attempt is left`, at)]
    : [];
};
