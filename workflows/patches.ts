/**
 * Changes of commands that a run in flight may have been begun without, for `patched`. Each says which
 * release brought it; it may go when every run of the release before has ended (seven days).
 */

/** 0.2.0: a lost answer to an associate or a code is settled by waiting, reading and one repeat. */
export const SETTLE_BY_READING = 'settle-by-reading';

/** 0.2.0: what Auth0 has confirmed wins over a cancel that came while it was being confirmed. */
export const ENROLLED_BEFORE_CANCELLED = 'enrolled-before-cancelled';

/** 0.2.0: a clean-up that Auth0 cannot take now is tried again as long as its token lives. */
export const HOLD_CLEAN_UP = 'hold-clean-up';

/** 0.2.0: of two resends that name different challenges the newest counts, and both are answered. */
export const NEWEST_RESEND = 'newest-resend';

/** 0.2.0: callers whose message is being acted on are answered, too: `pending`, or that it has ended. */
export const ANSWER_IN_HAND = 'answer-in-hand';
