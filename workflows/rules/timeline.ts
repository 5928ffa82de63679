/** The enrollment's story in lines for an administrator: no code, no number, no token. */
import { type Settlement, TIMELINE_ENTRIES_MAX } from '../contract/enroll-mfa.ts';
import { definitionOf } from '../contract/factors.ts';
import { verbatim } from '../contract/markdown.ts';
import type { EnrollmentEvent } from './enrollment-events.ts';
import { currentStep, type EnrollmentState } from './enrollment-state.ts';

const SETTLED: Record<Settlement, string> = {
  made: 'the answer was lost; the list shows what it made',
  'not-made': 'the answer was lost; the list shows nothing new',
  confirmed: 'the answer to the code was lost, or a refusal; the list shows the factor active',
  'not-confirmed': 'the answer to the code was lost, or not known; the list shows no effect',
  'cannot-tell': 'the answer was lost; the list cannot tell, so the person is asked',
};

export function withTimelineEntry(
  after: EnrollmentState,
  before: EnrollmentState,
  event: EnrollmentEvent,
  now: number,
): EnrollmentState {
  const what = timelineText(before, event);
  // A storm of equal refusals is one line, or it would push out what happened before it.
  if (what === undefined || after.timeline.at(-1)?.what === what) return after;
  const timeline = [...after.timeline, { at: now, what }].slice(-TIMELINE_ENTRIES_MAX);
  return { ...after, timeline };
}

function timelineText(before: EnrollmentState, event: EnrollmentEvent): string | undefined {
  const factor = before.challenge?.factor ?? currentStep(before)?.factor ?? '';
  switch (event.type) {
    case 'session-opened':
      return `logged in for ${factor}`;
    case 'session-given-up':
      return `session closed: ${event.why}`;
    case 'active-already':
      return `${event.factor} is active already`;
    case 'associated':
      return `challenge ${before.challenges}: ${definitionOf(before.challenge)?.made ?? ''}`;
    case 'not-sent':
      // What the list has said of it stands there already.
      if (before.challenge?.settled === true) return undefined;
      return `challenge ${before.challenges}: nothing was sent`;
    case 'challenge-spent':
      return `challenge ${before.challenges} ${event.unsent === true ? 'was not sent' : 'is spent'}`;
    case 'number-refused':
      return 'the phone number was refused';
    case 'settled':
      return `challenge ${before.challenges}: ${SETTLED[event.verdict]}`;
    case 'wrong-code':
      return `challenge ${before.challenges}: wrong code ${(before.challenge?.wrongCodes ?? 0) + 1}`;
    case 'code-attempt-unresolved':
      return `challenge ${before.challenges}: the answer to a code was lost`;
    case 'confirmed':
      return `${factor} confirmed`;
    case 'number-changed':
      return 'phone number changed';
    case 'deadline-extended':
      return `deadline extended by ${verbatim(event.by)}`;
    case 'recovery-code-saved':
      return 'recovery code saved';
    case 'unconfirmed-gone':
      return event.count > 0 ? `unconfirmed ${event.factor} removed: ${event.count}` : undefined;
    case 'refused':
      return `${event.refusal.message} refused: ${event.refusal.refusal}`;
    case 'ended':
      return `${event.outcome}: ${event.ending.reason}`;
    case 'parked':
      return `parked: ${event.reason}`;
    case 'login-tried':
    case 'call-started':
    case 'answered':
    case 'tenant-served':
    case 'call-ended':
    case 'list-read':
    case 'ours-seen':
    case 'associating':
    case 'send-refused':
    case 'orphans-left':
      return undefined;
  }
}
