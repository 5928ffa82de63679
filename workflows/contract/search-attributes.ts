/**
 * What an administrator can search by, and what a plain client reads of the state from `describe`.
 * Temporal keeps these in clear: constants, times and the requesting system's name only.
 */
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** What is awaited, or the outcome: a `Phase`. */
export const MFA_PHASE = defineSearchAttributeKey('MfaPhase', SearchAttributeType.KEYWORD);
/** The last `Refusal`. */
export const MFA_LAST_REFUSAL = defineSearchAttributeKey(
  'MfaLastRefusal',
  SearchAttributeType.KEYWORD,
);
/** How many refusals there have been: a second equal one changes nothing else. */
export const MFA_REFUSALS = defineSearchAttributeKey('MfaRefusals', SearchAttributeType.INT);
/** The `Outcome`, once there is one. */
export const MFA_OUTCOME = defineSearchAttributeKey('MfaOutcome', SearchAttributeType.KEYWORD);
/** Why it ended so: an `EndReason`. */
export const MFA_REASON = defineSearchAttributeKey('MfaReason', SearchAttributeType.KEYWORD);
export const MFA_REQUESTED_BY = defineSearchAttributeKey(
  'MfaRequestedBy',
  SearchAttributeType.KEYWORD,
);
/** Since when the present phase has been waiting. */
export const MFA_WAITING_SINCE = defineSearchAttributeKey(
  'MfaWaitingSince',
  SearchAttributeType.DATETIME,
);

/** All of them: what a namespace must have registered before a worker starts. */
export const SEARCH_ATTRIBUTES = [
  MFA_PHASE,
  MFA_LAST_REFUSAL,
  MFA_REFUSALS,
  MFA_OUTCOME,
  MFA_REASON,
  MFA_REQUESTED_BY,
  MFA_WAITING_SINCE,
] as const;
