/**
 * Time-outs and retries of the activities, each with its reason.
 *
 * An activity's retry policy repeats only what certainly did not run: the activities throw
 * everything else as non-retryable, and two of the time-outs below mean "it may have run". One HTTP
 * deadline (5 s by default) < START_TO_CLOSE.
 */
import type { ActivityOptions } from '@temporalio/workflow';

/** Three HTTP deadlines: a code exchange, the keys and the list. */
export const START_TO_CLOSE_MS = 15_000;

/**
 * So long a call waits for a worker. Then it has certainly not been sent, and the person is told to wait:
 * within the 25 s that a client of ours waits for an answer.
 */
const SCHEDULE_TO_START_MS = 20_000;

/** Tells a dead worker from a slow Auth0; activities heartbeat every second. */
const HEARTBEAT_MS = 6_000;

/** Never repeat what may have sent an SMS, spent a code or judged one (I2, I3). */
const MAY_HAVE_RUN = ['TemporalTimeout:StartToClose', 'TemporalTimeout:Heartbeat'];

export const ONCE: ActivityOptions = {
  scheduleToStartTimeout: SCHEDULE_TO_START_MS,
  startToCloseTimeout: START_TO_CLOSE_MS,
  heartbeatTimeout: HEARTBEAT_MS,
  retry: {
    initialInterval: 500,
    backoffCoefficient: 2,
    /** With a connect time-out of 5 s each, three are what a person waits for before a pause is shown. */
    maximumAttempts: 3,
    nonRetryableErrorTypes: MAY_HAVE_RUN,
  },
};

/** Reads and deletions: repeating them changes nothing. */
export const REPEATABLE: ActivityOptions = {
  scheduleToStartTimeout: SCHEDULE_TO_START_MS,
  startToCloseTimeout: START_TO_CLOSE_MS,
  heartbeatTimeout: HEARTBEAT_MS,
  retry: { initialInterval: 500, backoffCoefficient: 2, maximumAttempts: 4 },
};

/** Wait before Auth0 is asked again after `unavailable`, doubling up to the maximum. */
export const HOLD_MS_FIRST = 15_000;
export const HOLD_MS_MAX = 120_000;

/** The same where an operator has to mend something, which takes minutes or hours. */
export const PARK_MS_FIRST = 30_000;
export const PARK_MS_MAX = 600_000;
