import { describe, expect, it } from '@jest/globals';
import type { EnrollmentEvent } from '../../../workflows/rules/enrollment-events.ts';
import {
  attemptsLeft,
  currentStep,
  type EnrollmentState,
  hourSpentUntil,
  initialState,
} from '../../../workflows/rules/enrollment-state.ts';
import { nextAction, phaseOf } from '../../../workflows/rules/progress-view.ts';
import { transition } from '../../../workflows/rules/transition.ts';

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const SESSION = { accessToken: 'sealed', expiresAt: START + 10 * MINUTE };
const OPENED: EnrollmentEvent = { type: 'session-opened', session: SESSION };
const ASSOCIATING: EnrollmentEvent = { type: 'associating' };
const SENT: EnrollmentEvent = { type: 'associated', oobCode: 'sealed' };
const WRONG: EnrollmentEvent = { type: 'wrong-code' };

function enrollment(factors: readonly ('sms' | 'totp')[] = ['sms', 'totp']): EnrollmentState {
  return initialState({
    startedAt: START,
    deadlineMs: 24 * 60 * MINUTE,
    factors,
    phoneNumber: '+14155550123',
  });
}

function play(state: EnrollmentState, events: readonly EnrollmentEvent[], at = START) {
  return events.reduce((before, event) => transition(before, event, at), state);
}

const ENDING = { reason: 'cancel-requested', awaited: { type: 'nothing' } } as const;

describe('a step', () => {
  it('goes from login over the text to the code, and only then to the next login', () => {
    let state = enrollment();
    expect(phaseOf(state)).toBe('awaiting-login');
    state = play(state, [OPENED, ASSOCIATING]);
    expect(phaseOf(state)).toBe('associating');
    state = play(state, [SENT]);
    expect(phaseOf(state)).toBe('awaiting-sms-code');
    state = play(state, [
      { type: 'confirmed', confirmedAt: 1 },
      { type: 'session-given-up', why: 'sms is confirmed' },
    ]);
    expect(phaseOf(state)).toBe('awaiting-login');
    expect(currentStep(state)?.factor).toBe('totp');
    expect(state.confirmedAt).toBe(1);
  });

  it.each(['sms', 'totp'] as const)(
    'of %s asks nothing of the person before it is made',
    (factor) => {
      const state = play(enrollment([factor]), [OPENED, ASSOCIATING]);
      expect(nextAction(state, START)).toMatchObject({ type: 'wait' });
    },
  );

  it('is not enrolled by anything but a confirmation (I1)', () => {
    const events: EnrollmentEvent[] = [
      OPENED,
      ASSOCIATING,
      SENT,
      WRONG,
      { type: 'code-attempt-unresolved' },
      { type: 'challenge-spent' },
      { type: 'session-given-up', why: 'test' },
      { type: 'ended', outcome: 'expired', ending: ENDING },
    ];
    const state = play(enrollment(), events);
    expect(state.steps.map(({ status }) => status)).toEqual(['in-progress', 'pending']);
  });

  it('is already enrolled where the list shows what was there before', () => {
    const authenticator = {
      id: 'sms|dev_1',
      kind: 'sms',
      active: true,
      maskedName: 'XX99',
    } as const;
    const state = play(enrollment(), [
      OPENED,
      { type: 'active-already', factor: 'sms', authenticator, ours: false },
    ]);
    expect(state.steps[0]).toEqual({
      factor: 'sms',
      status: 'already-enrolled',
      maskedName: 'XX99',
    });
  });

  it('is enrolled where the list shows as active what we had associated', () => {
    const authenticator = { id: 'sms|dev_1', kind: 'sms', active: true } as const;
    const lost = play(enrollment(), [
      OPENED,
      ASSOCIATING,
      SENT,
      { type: 'code-attempt-unresolved' },
    ]);
    const state = play(lost, [
      OPENED,
      { type: 'active-already', factor: 'sms', authenticator, ours: true },
    ]);
    expect(state.steps[0]).toEqual({ factor: 'sms', status: 'enrolled' });
    expect(state.challenge).toBeUndefined();
  });

  it('changes nothing any more after the outcome', () => {
    const ended = play(enrollment(), [{ type: 'ended', outcome: 'cancelled', ending: ENDING }]);
    expect(play(ended, [OPENED, ASSOCIATING, SENT])).toBe(ended);
  });
});

describe('the budget of texts', () => {
  it('costs a send and an authenticator for each, and cools down twice as long each time', () => {
    let state = play(enrollment(), [OPENED]);
    const cooldowns: number[] = [];
    for (let sends = 0; sends < 5; sends++) {
      state = play(state, [ASSOCIATING, SENT]);
      cooldowns.push((state.nextSendAt - START) / 1000);
    }
    expect(cooldowns).toEqual([30, 60, 120, 240, 480]);
    expect(state.sendsLeft).toBe(0);
    expect(state.unconfirmed.sms).toBe(5);
    expect(state.challenge?.number).toBe(5);
  });

  it('gets back what certainly was not sent', () => {
    const state = play(enrollment(), [OPENED, ASSOCIATING, { type: 'not-sent' }]);
    expect(state.sendsLeft).toBe(5);
    expect(state.unconfirmed.sms).toBe(0);
    expect(state.nextSendAt).toBe(START);
  });

  const NOT_MADE: EnrollmentEvent = { type: 'settled', verdict: 'not-made' };

  it('gets back what the list shows never to have been made, once', () => {
    const state = play(enrollment(), [OPENED, ASSOCIATING, NOT_MADE, NOT_MADE]);
    expect(state.sendsLeft).toBe(5);
    expect(state.unconfirmed.sms).toBe(0);
    expect(play(state, [{ type: 'not-sent' }]).sendsLeft).toBe(5);
    expect(play(state, [{ type: 'challenge-spent' }]).sendsLeft).toBe(5);
  });

  it('keeps what the list shows, though nothing can come of it any more', () => {
    const made: EnrollmentEvent = { type: 'settled', verdict: 'made' };
    const state = play(enrollment(), [OPENED, ASSOCIATING, made, { type: 'not-sent' }]);
    expect(state.sendsLeft).toBe(4);
  });

  it('gets back five of those, so that a list that is wrong ends it as well', () => {
    let state = play(enrollment(), [OPENED]);
    const left: number[] = [];
    for (let sends = 0; sends < 10; sends++) {
      state = play(state, [ASSOCIATING, NOT_MADE]);
      left.push(state.sendsLeft);
    }
    expect(left).toEqual([5, 5, 5, 5, 5, 4, 3, 2, 1, 0]);
    expect(state.unconfirmed.sms).toBe(0);
  });

  it('keeps what may have been sent', () => {
    const state = play(enrollment(), [OPENED, ASSOCIATING, { type: 'challenge-spent' }]);
    expect(state.sendsLeft).toBe(4);
    expect(state.unconfirmed.sms).toBe(1);
    expect(nextAction(state, START)).toMatchObject({ type: 'request-resend', sendsLeft: 4 });
  });

  it('asks for nothing that is not allowed: without sends left the person waits', () => {
    let state = play(enrollment(), [OPENED]);
    for (let sends = 0; sends < 5; sends++) state = play(state, [ASSOCIATING, SENT]);
    state = play(state, [{ type: 'challenge-spent' }]);
    expect(nextAction(state, START)).toMatchObject({ type: 'wait' });
  });
});

describe('the budget of wrong codes', () => {
  it('ends a challenge after four', () => {
    const open = play(enrollment(), [OPENED, ASSOCIATING, SENT]);
    const left = [0, 1, 2, 3, 4].map((wrong) =>
      attemptsLeft(play(open, Array<EnrollmentEvent>(wrong).fill(WRONG)), START),
    );
    expect(left).toEqual([4, 3, 2, 1, 0]);
  });

  it('ends the hour after eight, over challenges, and frees it one by one', () => {
    let state = play(enrollment(), [OPENED, ASSOCIATING, SENT, WRONG, WRONG, WRONG, WRONG]);
    state = play(state, [ASSOCIATING, SENT], START + 5 * MINUTE);
    state = play(state, [WRONG, WRONG, WRONG, WRONG], START + 6 * MINUTE);
    expect(attemptsLeft(state, START + 6 * MINUTE)).toBe(0);
    // A lost code may get to Auth0 seconds after it is counted.
    const until = START + 60 * MINUTE + 5_000;
    expect(hourSpentUntil(state, START + 6 * MINUTE)).toBe(until);
    expect(hourSpentUntil(state, until)).toBeUndefined();
  });

  it('counts an attempt whose answer was lost', () => {
    const state = play(enrollment(), [
      OPENED,
      ASSOCIATING,
      SENT,
      { type: 'code-attempt-unresolved' },
    ]);
    expect(attemptsLeft(state, START)).toBe(3);
  });
});

describe('two devices', () => {
  it('lets an SMS that is under way go on, judged with the token that opened it', () => {
    const first = play(enrollment(), [OPENED, ASSOCIATING, SENT]);
    const newer = { accessToken: 'newer', expiresAt: START + 12 * MINUTE };
    const state = play(first, [{ type: 'session-opened', session: newer }]);
    expect(state.session).toBe(newer);
    expect(state.challenge).toEqual(first.challenge);
  });

  it('drops a TOTP set-up, which is sealed to the other device', () => {
    const first = play(enrollment(['totp']), [OPENED, ASSOCIATING, SENT]);
    expect(play(first, [OPENED]).challenge).toBeUndefined();
  });
});

describe('the recovery code', () => {
  const sealed = { kid: 'k', jwe: 'j' };
  const confirmed: EnrollmentEvent = { type: 'confirmed', confirmedAt: 1 };

  it('is handed out from the confirmation on, not before', () => {
    const sent = play(enrollment(), [OPENED, ASSOCIATING, { ...SENT, recoveryCode: sealed }]);
    expect(sent.recoveryCode).toBe('none');
    expect(play(sent, [{ type: 'recovery-code-saved' }]).recoveryCode).toBe('none');
    const shown = play(sent, [confirmed]);
    expect(shown.recoveryCode).toBe('shown');
    expect(play(shown, [{ type: 'recovery-code-saved' }]).recoveryCode).toBe('saved');
  });

  it('is lost where there was no key to seal it to', () => {
    const state = play(enrollment(), [
      OPENED,
      ASSOCIATING,
      { ...SENT, recoveryCode: 'lost' },
      confirmed,
    ]);
    expect(state.recoveryCode).toBe('lost');
  });

  it('survives a resend, which brings none', () => {
    const state = play(enrollment(), [
      OPENED,
      ASSOCIATING,
      { ...SENT, recoveryCode: sealed },
      ASSOCIATING,
      SENT,
      confirmed,
    ]);
    expect(state.recoveryCode).toBe('shown');
    expect(state.sealedRecoveryCode).toBe(sealed);
  });
});

describe('the timeline', () => {
  it('keeps its newest hundred entries, and one line for a storm of equal refusals', () => {
    const refusal = { message: 'smsCode', refusal: 'malformed', hint: '' } as const;
    const storm = Array<EnrollmentEvent>(500).fill({ type: 'refused', refusal });
    expect(play(enrollment(), storm).timeline).toHaveLength(2);
    const mixed = storm.map((event, i): EnrollmentEvent => (i % 2 === 0 ? event : WRONG));
    expect(play(play(enrollment(), [OPENED, ASSOCIATING, SENT]), mixed).timeline).toHaveLength(100);
  });
});
