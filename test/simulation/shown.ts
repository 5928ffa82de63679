/** What an enrollment can be seen to say: each refusal, next action and outcome is to be reached. */
import { REFUSALS } from '../../client/refusal.ts';
import type { NextAction, Outcome } from '../../workflows/contract/enroll-mfa.ts';
import { refusalOf } from './oracles/violation.ts';
import type { World } from './world.ts';

const NEXT: Record<NextAction['type'], true> = {
  'log-in': true,
  'enter-sms-code': true,
  'scan-and-enter-otp': true,
  'request-resend': true,
  'change-phone-number': true,
  wait: true,
  nothing: true,
};
const OUTCOMES: Record<Outcome, true> = {
  enrolled: true,
  expired: true,
  cancelled: true,
  failed: true,
};

export const CAN_BE_SHOWN: readonly string[] = [
  ...Object.keys(REFUSALS).map((refusal) => `refusal ${refusal}`),
  ...Object.keys(NEXT).map((next) => `next ${next}`),
  ...Object.keys(OUTCOMES).map((outcome) => `outcome ${outcome}`),
];

export function shownIn({ story }: World): readonly string[] {
  const steps = story.steps.flatMap(({ progress: { lastRefusal, next, outcome } }) => [
    ...(lastRefusal === undefined ? [] : [`refusal ${lastRefusal.refusal}`]),
    `next ${next.type}`,
    ...(outcome === undefined ? [] : [`outcome ${outcome}`]),
  ]);
  const answers = story.deliveries.flatMap((delivery) => {
    const refusal = refusalOf(delivery);
    return refusal === undefined ? [] : [`refusal ${refusal}`];
  });
  return [...steps, ...answers];
}
