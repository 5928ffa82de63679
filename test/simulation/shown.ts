/** What an enrollment can be seen to say: each refusal, next action and outcome is to be reached. */
import type { NextAction, Outcome, Refusal } from '../../workflows/contract/enroll-mfa.ts';
import { refusalOf } from './oracles/violation.ts';
import type { World } from './world.ts';

const REFUSALS: Record<Refusal, true> = {
  malformed: true,
  'unknown-message': true,
  ended: true,
  'needs-mfa-api-token': true,
  'token-proof-by-update-only': true,
  'sealing-key-missing': true,
  'proof-seen-before': true,
  'login-code-refused': true,
  'login-unfinished': true,
  'invalid-id-token': true,
  'invalid-access-token': true,
  'wrong-user': true,
  'wrong-audience': true,
  'missing-scope': true,
  'stale-login': true,
  'mfa-not-challenged': true,
  'token-expired': true,
  'no-code-expected': true,
  superseded: true,
  'wrong-code': true,
  'code-expired': true,
  'code-unresolved': true,
  'no-attempts-left': true,
  'too-many-wrong-codes': true,
  'cooling-down': true,
  'no-sends-left': true,
  'association-unresolved': true,
  'nothing-to-resend': true,
  'no-sms-step': true,
  'already-confirmed': true,
  'no-number-changes-left': true,
  'same-phone-number': true,
  'phone-number-refused': true,
  'sms-quota-spent': true,
  'deadline-not-later': true,
  'deadline-too-late': true,
  'rate-limited': true,
  unavailable: true,
};
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
