/** What a person, an administrator or a stranger may do to an enrollment, and at random. */
import fc from 'fast-check';
import { type Factor, LIMITS } from '../../../workflows/contract/enroll-mfa.ts';
import type { CodeName, Device, Digits, Way } from './messages.ts';
import { NONSENSE } from './nonsense.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Which challenge a message names, seen from the one that is shown as current. */
export type Naming = 'current' | 'earlier' | 'later' | 'none';

export type Step =
  /** Whatever the next action asks for. */
  | { readonly does: 'go-on'; readonly way: Way; readonly digits: Digits }
  | { readonly does: 'log-in'; readonly on: Device | 'no-device'; readonly way: Way }
  | { readonly does: 'give-old-login'; readonly way: Way }
  | {
      readonly does: 'type-code';
      readonly digits: Digits;
      readonly names: Naming;
      readonly as: CodeName;
    }
  /** For another text; who is patient waits until it is allowed. */
  | {
      readonly does: 'ask-again';
      readonly names: Naming;
      readonly patient: boolean;
      readonly way: Way;
    }
  | {
      readonly does: 'change-number';
      readonly to: 'another' | 'the-same' | 'premium';
      readonly way: Way;
    }
  | { readonly does: 'extend'; readonly deadlineMs: number }
  | { readonly does: 'save-recovery-code' }
  | { readonly does: 'cancel' }
  | { readonly does: 'talk-nonsense'; readonly index: number }
  | { readonly does: 'wait'; readonly ms: number };

/** All but the first arrive while Auth0 is asked: one with each call, or all with the first. */
export interface Together {
  readonly does: 'all-together';
  readonly steps: readonly Step[];
  readonly withFirstCall: boolean;
  /** How long each call takes. */
  readonly callMs: number;
}

export interface Beginning {
  readonly factors: readonly Factor[];
  readonly deadlineMs: number;
  /** What is active before the enrollment begins. */
  readonly active: 'nothing' | Factor;
  /** Whether Auth0 reuses the unconfirmed entry of the same number (a switch of the emulator). */
  readonly reuseSameNumber: boolean;
}

export interface Sequence {
  readonly beginning: Beginning;
  readonly steps: readonly (Step | Together)[];
}

const way = fc.constantFrom<Way>('update', 'signal');
const naming = fc.oneof(
  { weight: 10, arbitrary: fc.constant<Naming>('current') },
  { weight: 1, arbitrary: fc.constantFrom<Naming>('earlier', 'later', 'none') },
);

const digits = fc.constantFrom<Digits>('right', 'wrong', 'wrong', 'wrong', 'again', 'old-text');

/** Somebody who always does the right thing never spends anything, so there are others too. */
type Mood = 'brisk' | 'clumsy' | 'without-texts' | 'erratic';

/** How often each step comes, seen from the others. */
const WEIGHTS: Readonly<Record<Mood, Readonly<Record<Step['does'], number>>>> = {
  brisk: weights({ 'go-on': 12, 'log-in': 2, wait: 2 }),
  clumsy: weights({ 'go-on': 40, 'type-code': 8, 'ask-again': 2 }),
  'without-texts': weights({ 'ask-again': 24, 'log-in': 10, wait: 6 }),
  erratic: weights({ 'go-on': 4, 'log-in': 4, 'type-code': 6, 'ask-again': 4, wait: 5 }),
};

function weights(more: Partial<Record<Step['does'], number>>): Record<Step['does'], number> {
  const rare = { 'save-recovery-code': 1, 'talk-nonsense': 1, extend: 1, cancel: 0 };
  const usual = { 'log-in': 1, 'give-old-login': 1, 'type-code': 1, 'ask-again': 1 };
  return { ...rare, ...usual, 'change-number': 2, 'go-on': 1, wait: 1, ...more };
}

function step(mood: Mood, waits: fc.Arbitrary<number>): fc.Arbitrary<Step> {
  const does = <D extends Step['does']>(name: D) => fc.constant(name);
  const arbitraries: Readonly<Record<Step['does'], fc.Arbitrary<Step>>> = {
    'go-on': fc.record({
      does: does('go-on'),
      way,
      digits: fc.constant<Digits>(mood === 'clumsy' ? 'wrong' : 'right'),
    }),
    'log-in': fc.record({
      does: does('log-in'),
      on: fc.constantFrom<Device | 'no-device'>('A', 'A', 'B', 'no-device'),
      way,
    }),
    'give-old-login': fc.record({ does: does('give-old-login'), way }),
    'type-code': fc.record({
      does: does('type-code'),
      digits,
      names: naming,
      as: fc.constantFrom<CodeName>('submitCode', 'submitCode', 'submitCode', 'smsCode', 'otpCode'),
    }),
    'ask-again': fc.record({
      does: does('ask-again'),
      names: naming,
      patient: fc.constantFrom(true, true, true, false),
      way,
    }),
    'change-number': fc.record({
      does: does('change-number'),
      to: fc.constantFrom<'another' | 'the-same' | 'premium'>('another', 'the-same', 'premium'),
      way,
    }),
    extend: fc.record({
      does: does('extend'),
      deadlineMs: fc.constantFrom(MINUTE, HOUR, 48 * HOUR, LIMITS.deadlineMsMax, 200 * HOUR),
    }),
    'save-recovery-code': fc.record({ does: does('save-recovery-code') }),
    'talk-nonsense': fc.record({
      does: does('talk-nonsense'),
      index: fc.nat({ max: NONSENSE.length - 1 }),
    }),
    wait: fc.record({ does: does('wait'), ms: waits }),
    cancel,
  };
  const names = Object.keys(arbitraries) as Step['does'][];
  return fc.oneof(
    ...names.map((name) => ({ weight: WEIGHTS[mood][name], arbitrary: arbitraries[name] })),
  );
}

const cancel = fc.record({ does: fc.constant('cancel' as const) });

/** When something is due, to the millisecond, or at any time at all. */
const DUE_S = [30, 60, 120, 240, 300, 480, 570, 600, 3_600] as const;
const anyWait = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...DUE_S).map((s) => s * SECOND) },
  { weight: 3, arbitrary: fc.constantFrom(...DUE_S).map((s) => s * SECOND - 1) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 15 * MINUTE }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 30 * HOUR }) },
);

/**
 * Every bound of the flow is a multiple of thirty seconds. Where a real clock runs too, a wait ends
 * this much later than one, so that neither a slow machine nor a clock that lags can decide.
 */
export const OFF_THE_BOUNDS_MS = SECOND;
const waitOffTheBounds = fc
  .constantFrom(30, 30, 60, 120, 300, 480, 660, 3_600)
  .map((s) => s * SECOND + OFF_THE_BOUNDS_MS);

const plans = fc.constantFrom<readonly Factor[]>(
  ['sms', 'totp'],
  ['sms', 'totp'],
  ['totp', 'sms'],
  ['sms'],
  ['totp'],
);
const active = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Beginning['active']>('nothing') },
  { weight: 1, arbitrary: fc.constantFrom<Beginning['active']>('sms', 'totp') },
);

/** At most so many steps; long enough to spend an hour's wrong codes or every text. */
const STEPS_MAX = 40;
const STEPS_MAX_ON_SERVER = 24;

/** For the model alone: any time may pass, and messages may come while Auth0 is asked. */
export const anySequence: fc.Arbitrary<Sequence> = inAnyMood((mood) =>
  fc.record({
    beginning: beginning(
      fc.oneof(
        { weight: 4, arbitrary: fc.constant(LIMITS.deadlineMsDefault) },
        { weight: 1, arbitrary: fc.constantFrom(MINUTE, 10 * MINUTE) },
        {
          weight: 1,
          arbitrary: fc.integer({ min: LIMITS.deadlineMsMin, max: LIMITS.deadlineMsMax }),
        },
      ),
    ),
    steps: fc.array(
      fc.oneof(
        { weight: 60, arbitrary: step(mood, anyWait) },
        { weight: 1, arbitrary: cancel },
        { weight: 5, arbitrary: together(step(mood, anyWait)) },
      ),
      { maxLength: STEPS_MAX, size: 'max' },
    ),
  }),
);

/** For model and server: one message after the other. */
export const sequenceForServer: fc.Arbitrary<Sequence> = inAnyMood((mood) =>
  fc.record({
    beginning: beginning(fc.constantFrom(10 * MINUTE, 2 * HOUR, LIMITS.deadlineMsDefault)),
    steps: fc.array(
      fc.oneof(
        { weight: 100, arbitrary: step(mood, waitOffTheBounds) },
        { weight: 1, arbitrary: cancel },
      ),
      { minLength: 10, maxLength: STEPS_MAX_ON_SERVER, size: 'max' },
    ),
  }),
);

function inAnyMood(sequence: (mood: Mood) => fc.Arbitrary<Sequence>): fc.Arbitrary<Sequence> {
  const moods: readonly Mood[] = ['brisk', 'clumsy', 'without-texts', 'erratic'];
  return fc.oneof(...moods.map(sequence));
}

function beginning(deadlineMs: fc.Arbitrary<number>): fc.Arbitrary<Beginning> {
  return fc.record({ factors: plans, deadlineMs, active, reuseSameNumber: fc.boolean() });
}

function together(one: fc.Arbitrary<Step>): fc.Arbitrary<Together> {
  return fc.record({
    does: fc.constant('all-together' as const),
    steps: fc.array(fc.oneof({ weight: 80, arbitrary: one }, { weight: 1, arbitrary: cancel }), {
      minLength: 2,
      maxLength: 8,
    }),
    withFirstCall: fc.boolean(),
    callMs: fc.constantFrom(0, 0, SECOND, 14 * SECOND),
  });
}
