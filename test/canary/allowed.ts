/**
 * What may be found where no keyring is configured, and behind the payload keys where one is; each with
 * its reason. The canary fails for what is found and not listed, and for what is listed and not found.
 */
import type { Kind } from './markers.ts';
import type { Where } from './traces.ts';

export interface Allowed {
  readonly kind: Kind;
  readonly where: readonly Where[];
  readonly why: string;
}

/** Payloads are stored as they are sent, in the history and in the database under it. */
const PAYLOADS: readonly Where[] = ['history', 'database'];

/** In every enrollment. */
export const ALLOWED: readonly Allowed[] = [
  {
    kind: 'phone number',
    where: PAYLOADS,
    why: 'the start’s input and the input of associate',
  },
  {
    kind: 'authorization code',
    where: PAYLOADS,
    why: 'a login proof; spent by its exchange',
  },
  {
    kind: 'code verifier',
    where: PAYLOADS,
    why: 'a login proof; of no use without its code',
  },
  {
    kind: 'SMS code',
    where: PAYLOADS,
    why: 'what the person typed; judged once, five minutes',
  },
  {
    kind: 'OTP',
    where: PAYLOADS,
    why: 'what the person typed; counts once, thirty seconds',
  },
];

/** Where a caller has exchanged the code already and gives the tokens. */
export const ALLOWED_WITH_TOKENS: readonly Allowed[] = [
  {
    kind: 'access token',
    where: PAYLOADS,
    why: 'a proof that its caller gave in clear; ten minutes',
  },
  {
    kind: 'id token',
    where: PAYLOADS,
    why: 'a proof that its caller gave in clear',
  },
];
