/** Answer, `progress`, search attributes and result tell one story. */
import type {
  EnrollMfaFailureDetail,
  EnrollMfaResult,
  NextAction,
  Phase,
  Progress,
} from '../../../workflows/contract/enroll-mfa.ts';
import { kidOf } from '../devices.ts';
import { outcomeOf } from './answers.ts';
import { type EndOracle, type StepOracle, violation } from './violation.ts';

/** From the hundredth refusal on it is shown at most once a minute, so that a storm writes little. */
const STORM_STEPS = 100;

export const attributesAgree: StepOracle = (world, { at, atRest, attributes, progress }) => {
  // A pause of its own is like a call: what it waits for is shown, not what it does in between.
  if (!atRest || progress.next.type === 'wait') return [];
  const shown = attributes['MfaPhase'];
  const phase =
    shown === progress.phase
      ? []
      : [violation(`shown as ${String(shown)}, it is ${progress.phase}`, at)];
  const refusal = progress.lastRefusal?.refusal ?? '';
  const refused = attributes['MfaLastRefusal'] ?? '';
  const storm = world.story.steps.length > STORM_STEPS;
  return refused === refusal || progress.outcome !== undefined || storm
    ? phase
    : [
        ...phase,
        violation(
          'the last refusal is shown as another',
          at,
          `${refusal}, ${JSON.stringify(refused)}`,
        ),
      ];
};

export const shownAgrees: StepOracle = (world, { at, atRest, shown, progress }) => {
  if (!atRest || progress.next.type === 'wait') return [];
  if (shown === undefined) return [violation('nothing is shown, and something is awaited', at)];
  const storm = world.story.steps.length > STORM_STEPS;
  const facts = ({ phase, plan, challenge, next, deadline, lastRefusal, outcome }: Progress) =>
    JSON.stringify([
      phase,
      plan,
      challenge,
      next.type,
      deadline,
      storm || lastRefusal?.refusal,
      outcome,
    ]);
  return facts(shown) === facts(progress)
    ? []
    : [violation('what is shown is not what is', at, `${facts(shown)}, not ${facts(progress)}`)];
};

const PHASES: Readonly<Record<NextAction['type'], Phase | undefined>> = {
  'log-in': 'awaiting-login',
  'enter-sms-code': 'awaiting-sms-code',
  'scan-and-enter-otp': 'awaiting-otp',
  'request-resend': 'awaiting-resend',
  'change-phone-number': 'awaiting-phone-number',
  // In a pause any phase can be.
  wait: undefined,
  nothing: undefined,
};

export const phaseAgreesWithNext: StepOracle = (_world, { progress, at, atRest }) => {
  const { phase, next } = progress;
  const expected = PHASES[next.type];
  if (!atRest || expected === undefined || phase === expected) return [];
  return [violation(`in ${phase} next is ${next.type}`, at)];
};

export const endAgrees: EndOracle = (world) => {
  const { closing } = world.run;
  const step = world.story.steps.at(-1);
  if (closing === undefined || step === undefined || closing.status === 'cancelled') return [];
  const { attributes, progress } = step;
  const result = closing.status === 'completed' ? (closing.result as EnrollMfaResult) : undefined;
  const detail = closing.status === 'failed' ? (closing.detail as EnrollMfaFailureDetail) : result;
  const outcome = outcomeOf(world);
  const differ = [
    ['outcome', outcome, attributes['MfaOutcome'], progress.outcome],
    ['phase', outcome, attributes['MfaPhase'], progress.phase],
    ['reason', progress.reason, attributes['MfaReason']],
    ['factors', JSON.stringify(detail?.factors), JSON.stringify(progress.plan)],
  ] as const;
  return differ.flatMap(([what, first, ...others]) =>
    others.every((other) => other === first)
      ? []
      : [violation(`the ${what} is told in two ways`, closing.at, [first, ...others].join(', '))],
  );
};

/** A recovery code counts as shown where the device that it is sealed to is the one in use then. */
export const recoveryCodeIsReadable: EndOracle = ({ story, run, tenant, recoveryCodeKid }) => {
  const shown = story.steps.find(({ progress }) => progress.recoveryCode === 'shown');
  if (shown === undefined || recoveryCodeKid === undefined) return [];
  // A login that brings no key is of a device that shows nothing: it takes the place of none.
  const device = story
    .callsOf('openSession')
    .filter(({ resolution }) => (resolution?.at ?? Infinity) <= shown.at)
    .flatMap(({ resolution }) => (resolution?.ok ? [resolution.value] : []))
    .map((session) => tenant.deviceOf((session as { accessToken: string }).accessToken))
    .findLast((one) => one !== 'none');
  return device === undefined || kidOf(device) === recoveryCodeKid
    ? []
    : [violation('a recovery code is shown to a device that is gone', run.closing?.at ?? 0)];
};
