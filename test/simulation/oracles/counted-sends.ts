/** Texts that went out count, and so do those that may have; what the list shows never to have been made does not. */
import type { AssociateInput, Authenticator } from '../../../activities/enrollment-activities.ts';
import { LIMITS } from '../../../workflows/contract/enroll-mfa.ts';
import type { Call, Story } from '../story.ts';
import { type StepOracle, violation } from './violation.ts';

/** The list is believed to show nothing when it has been read twice. */
const LOOKS = 2;
/** So many that a list shows nothing of are given back. */
const REFUNDS_MAX = LIMITS.sendsPerEnrollment;

export const sendsAreCounted: StepOracle = ({ story, tenant }, { at, atRest, progress }) => {
  const { next } = progress;
  if (!atRest || !('sendsLeft' in next)) return [];
  const counted = LIMITS.sendsPerEnrollment - next.sendsLeft;
  const made = tenant.journal.texts.filter((text) => text.code !== '' && text.at <= at).length;
  const unsettled = Math.max(notMade(story).length - refundable(story), 0);
  return [
    ...(counted < made
      ? [violation('a text that went out is not counted', at, `${counted} of ${made}`)]
      : []),
    ...(counted > made + unsettled
      ? [violation('a text that was never made is counted', at, `${counted}, made ${made}`)]
      : []),
  ];
};

/** Requests that may have been sent, for all that the run was told, and made nothing. */
function notMade(story: Story): readonly Call[] {
  return story
    .callsOf('associate')
    .filter(({ activity }) => (activity.input as AssociateInput).factor === 'sms')
    .filter(({ resolution, attempts }) => resolution !== undefined && isOpen(attempts));
}

function isOpen(attempts: Call['attempts']): boolean {
  const { failure } = attempts.at(-1) ?? {};
  const doubt =
    failure === 'ambiguous' || failure === 'timed out' || failure === 'unexpected-response';
  return doubt && attempts.every(({ effectAt }) => effectAt === undefined);
}

/** Those of them of which the list was seen, twice, to hold nothing that is unconfirmed; one in doubt makes all after it doubtful. */
function refundable(story: Story): number {
  const calls = story.callsOf('associate');
  const open = notMade(story);
  const first = open.findIndex((call) => {
    const next = calls[calls.indexOf(call) + 1]?.activity.at ?? Infinity;
    const lists = story
      .callsOf('listAuthenticators')
      .filter(({ activity }) => activity.at >= (call.resolution?.at ?? 0) && activity.at <= next)
      .flatMap(({ resolution }) =>
        resolution?.ok ? [resolution.value as readonly Authenticator[]] : [],
      );
    const empty = lists
      .slice(0, LOOKS)
      .every((list) => list.every((entry) => entry.kind !== 'sms' || entry.active === true));
    return lists.length < LOOKS || !empty;
  });
  return Math.min(first === -1 ? open.length : first, REFUNDS_MAX);
}
