/** Events of an enrollment at random, in any order and whether or not they make sense. */
import fc from 'fast-check';
import { FACTORS, LIMITS } from '../../../workflows/contract/enroll-mfa.ts';
import type { EnrollmentEvent } from '../../../workflows/rules/enrollment-events.ts';

type Type = EnrollmentEvent['type'];
type Arbitraries = { readonly [T in Type]: fc.Arbitrary<EnrollmentEvent & { readonly type: T }> };

export interface At {
  readonly event: EnrollmentEvent;
  /** How long after the one before. */
  readonly afterMs: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const EVENTS_START = Date.UTC(2026, 0, 1);
const EVENTS_MAX = 60;

const factor = fc.constantFrom(...FACTORS);
const id = fc.constantFrom('one', 'two');
const time = fc.integer({ min: EVENTS_START, max: EVENTS_START + LIMITS.deadlineMsMax });
const sealed = fc.constant({ kid: 'A', jwe: 'sealed' });

function type<T extends Type>(name: T): fc.Arbitrary<T> {
  return fc.constant(name);
}

/** A new event does not compile until somebody has said what it may hold. */
const kind = fc.constantFrom(
  ...(['opening-session', 'associating', 'confirming', 'cleaning-up'] as const),
);
const BY_TYPE: Arbitraries = {
  'call-started': fc.record({
    type: type('call-started'),
    kind,
    until: time,
  }),
  'tenant-served': fc.record({ type: type('tenant-served') }),
  answered: fc.record({ type: type('answered'), kind }),
  parked: fc.record({
    type: type('parked'),
    kind,
    reason: fc.constantFrom('configuration-fault', 'unexpected-response'),
    message: fc.constant('any'),
  }),
  'call-ended': fc.record({ type: type('call-ended') }),
  'session-opened': fc.record({
    type: type('session-opened'),
    session: fc.record({ accessToken: fc.constant('sealed'), expiresAt: time }),
  }),
  'session-given-up': fc.record({ type: type('session-given-up'), why: fc.constant('any') }),
  'list-read': fc.record({ type: type('list-read'), foreign: fc.array(id) }),
  'ours-seen': fc.record({ type: type('ours-seen'), ours: fc.array(fc.record({ id, factor })) }),
  'active-already': fc.record({
    type: type('active-already'),
    factor,
    authenticator: fc.record({ id, kind: factor, active: fc.constant(true) }),
    ours: fc.boolean(),
  }),
  associating: fc.record({ type: type('associating') }),
  'send-refused': fc.record({ type: type('send-refused') }),
  'not-sent': fc.record({ type: type('not-sent') }),
  associated: fc.record(
    {
      type: type('associated'),
      oobCode: fc.constant('sealed'),
      setUp: sealed,
      recoveryCode: sealed,
    },
    { requiredKeys: ['type'] },
  ),
  'challenge-spent': fc.record(
    { type: type('challenge-spent'), nextSendAt: time },
    { requiredKeys: ['type'] },
  ),
  'number-refused': fc.record({ type: type('number-refused') }),
  settled: fc.record(
    {
      type: type('settled'),
      verdict: fc.constantFrom('made', 'not-made', 'confirmed', 'not-confirmed', 'cannot-tell'),
      recoveryCodeLost: fc.boolean(),
    },
    { requiredKeys: ['type', 'verdict'] },
  ),
  'login-tried': fc.record({ type: type('login-tried') }),
  'wrong-code': fc.record({ type: type('wrong-code') }),
  'code-attempt-unresolved': fc.record({ type: type('code-attempt-unresolved') }),
  confirmed: fc.record(
    { type: type('confirmed'), confirmedAt: time.map((ms) => Math.floor(ms / 1000)) },
    { requiredKeys: ['type'] },
  ),
  'number-changed': fc.record({
    type: type('number-changed'),
    phoneNumber: fc.constantFrom('+14155550124', '+14155550125'),
  }),
  'deadline-extended': fc.record({
    type: type('deadline-extended'),
    deadlineAt: time,
    by: fc.constant('admin'),
  }),
  'recovery-code-saved': fc.record({ type: type('recovery-code-saved') }),
  'unconfirmed-gone': fc.record({
    type: type('unconfirmed-gone'),
    factor,
    count: fc.integer({ min: 0, max: 9 }),
  }),
  'orphans-left': fc.record({
    type: type('orphans-left'),
    orphans: fc.array(fc.record({ factor, why: fc.constant('no-live-token' as const) })),
  }),
  refused: fc.record({
    type: type('refused'),
    refusal: fc.record({
      message: fc.constantFrom('smsCode', 'resendCode'),
      refusal: fc.constantFrom('malformed' as const, 'wrong-code' as const),
      hint: fc.constant(''),
    }),
  }),
  ended: fc.record({
    type: type('ended'),
    outcome: fc.constantFrom('enrolled', 'expired', 'cancelled', 'failed'),
    ending: fc.constant({
      reason: 'cancel-requested' as const,
      awaited: { type: 'nothing' as const },
    }),
  }),
};

/** So that an enrollment gets somewhere between the events that end it. */
const OFTEN: readonly Type[] = ['session-opened', 'associating', 'associated', 'wrong-code'];
const OFTEN_WEIGHT = 6;

const event: fc.Arbitrary<EnrollmentEvent> = fc.oneof(
  ...Object.values(BY_TYPE).map((arbitrary: fc.Arbitrary<EnrollmentEvent>, i) => {
    const often = OFTEN.some((name) => Object.keys(BY_TYPE)[i] === name);
    return { weight: often ? OFTEN_WEIGHT : 2, arbitrary };
  }),
);

export const anyEvents: fc.Arbitrary<readonly At[]> = fc.array(
  fc.record({
    event,
    afterMs: fc.oneof(
      fc.constantFrom(0, 1_000, MINUTE),
      fc.integer({ min: 0, max: 20 * MINUTE }),
      fc.integer({ min: 0, max: 2 * HOUR }),
    ),
  }),
  { maxLength: EVENTS_MAX, size: 'max' },
);
