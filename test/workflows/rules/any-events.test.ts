import { describe, it } from '@jest/globals';
import { admitCode, numberRefusal, sendRefusal } from '../../../workflows/rules/admission.ts';
import {
  FACTORS,
  type FactorStatus,
  LIMITS,
  TIMELINE_ENTRIES_MAX,
} from '../../../workflows/contract/enroll-mfa.ts';
import type { EnrollmentEvent } from '../../../workflows/rules/enrollment-events.ts';
import {
  attemptsLeft,
  currentStep,
  type EnrollmentState,
  initialState,
  withinHour,
} from '../../../workflows/rules/enrollment-state.ts';
import { currentDetails } from '../../../workflows/rules/current-details.ts';
import { nextAction, phaseOf } from '../../../workflows/rules/progress-view.ts';
import { transition } from '../../../workflows/rules/transition.ts';
import { anyEvents, type At, EVENTS_START } from './any-events.ts';
import { checkAll } from '../repeatable.ts';

const RUNS = 2_000;

interface Change {
  readonly before: EnrollmentState;
  readonly after: EnrollmentState;
  readonly event: EnrollmentEvent;
  readonly now: number;
}

type LetIn = (state: EnrollmentState, event: EnrollmentEvent, now: number) => boolean;

/** Applies the events that are let in, and looks at every change. */
function play(events: readonly At[], letIn: LetIn, look: (change: Change) => void): void {
  let state = initialState({
    startedAt: EVENTS_START,
    deadlineMs: LIMITS.deadlineMsMax,
    factors: FACTORS,
    phoneNumber: '+14155550123',
  });
  let now = EVENTS_START;
  for (const { event, afterMs } of events) {
    now += afterMs;
    if (!letIn(state, event, now)) continue;
    const before = state;
    state = transition(before, event, now);
    look({ before, after: state, event, now });
  }
}

const everything: LetIn = () => true;

function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

function isActive(status: FactorStatus): boolean {
  return status === 'enrolled' || status === 'already-enrolled';
}

describe('any events at all, in any order,', () => {
  const hold = (rule: string, look: (change: Change) => void) => {
    it(rule, () => {
      checkAll(anyEvents, RUNS, (events) => {
        play(events, everything, look);
      });
    });
  };

  hold('change nothing once it has ended', ({ before, after }) => {
    demand(before.outcome === undefined || after === before, 'it has changed');
  });

  hold('never bring a number of a challenge back, nor open one twice', ({ before, after }) => {
    demand(after.challenges >= before.challenges, 'the count has shrunk');
    const [was, is] = [before.challenge, after.challenge];
    demand(is === undefined || is.number === after.challenges, 'a number of long ago');
    const reopened = is?.status === 'sending' && is.number === was?.number && was !== is;
    demand(!reopened || was.status === 'sending', 'it is open again');
  });

  hold('enroll a factor by a confirmation alone, and for good', ({ before, after, event }) => {
    after.steps.forEach(({ status }, i) => {
      const was = before.steps[i]?.status ?? 'pending';
      demand(!isActive(was) || isActive(status), 'an active factor is not any more');
      if (status !== 'enrolled' || was === 'enrolled') return;
      demand(event.type === 'confirmed' || event.type === 'active-already', event.type);
    });
  });

  hold('leave counts that can be shown, and a story that is bounded', ({ after, now }) => {
    for (const factor of FACTORS) demand(after.unconfirmed[factor] >= 0, 'less than none');
    demand(after.timeline.length <= TIMELINE_ENTRIES_MAX, 'the timeline is too long');
    demand(currentDetails(after, now).length < 2_000, 'the details are too long');
    const ended = after.outcome !== undefined || currentStep(after) === undefined;
    const waits = after.call !== undefined && after.outcome === undefined;
    const { type } = nextAction(after, now);
    demand(waits ? type === 'wait' : (type === 'nothing') === ended, `${phaseOf(after)}: ${type}`);
  });
});
/**
 * Lets in what the flow would: it asks its guards first, and every send has one answer. What has no
 * guard may happen at any time.
 */
function guarded(): LetIn {
  let answered = 0;
  return (state, event, now) => {
    const { challenge, session } = state;
    switch (event.type) {
      case 'associating': {
        const factor = currentStep(state)?.factor;
        if (factor === undefined || session === undefined) return false;
        return factor === 'totp' || sendRefusal(state, now) === undefined;
      }
      case 'associated':
      case 'not-sent':
      case 'number-refused': {
        if (challenge?.status !== 'sending' || challenge.number === answered) return false;
        if (event.type === 'number-refused' && challenge.factor === 'totp') return false;
        answered = challenge.number;
        return true;
      }
      case 'wrong-code':
      case 'code-attempt-unresolved':
      case 'confirmed': {
        return (
          challenge?.status === 'open' && admitCode(state, { code: '123456' }, now) === challenge
        );
      }
      case 'number-changed':
        return numberRefusal(state, event.phoneNumber, now) === undefined;
      default:
        return true;
    }
  };
}

function within(count: number, max: number, of: string): void {
  demand(count >= 0 && count <= max, `${count} ${of}`);
}

describe('events that the flow lets happen', () => {
  it('keep every count within its bounds', () => {
    checkAll(anyEvents, RUNS, (events) => {
      play(events, guarded(), ({ after, now }) => {
        within(after.sendsLeft, LIMITS.sendsPerEnrollment, 'sends left');
        within(after.numberChangesLeft, LIMITS.phoneNumberChanges, 'changes of number left');
        const { wrongCodes = 0 } = after.challenge ?? {};
        within(wrongCodes, LIMITS.wrongCodesPerChallenge, 'wrong codes for a challenge');
        const recent = withinHour(after.wrongCodesAt, now).length;
        within(recent, LIMITS.wrongCodesPerHour, 'wrong codes in an hour');
        within(attemptsLeft(after, now), LIMITS.wrongCodesPerChallenge, 'attempts left');
      });
    });
  });
});
