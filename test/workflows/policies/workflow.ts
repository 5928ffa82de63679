/** One call with a policy of today's, its time-outs shortened so that a test need not sit them out. */
import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import { ONCE, REPEATABLE } from '../../../workflows/flow/activity-policies.ts';

export interface ScriptedActivities {
  /** Does what the script says for this attempt; the first is 1. */
  call(): Promise<number>;
}

const SOON_MS = 300;
const retry = { ...ONCE.retry, initialInterval: 1 };

const POLICIES = {
  once: { ...ONCE, retry },
  repeatable: { ...REPEATABLE, retry: { ...REPEATABLE.retry, initialInterval: 1 } },
  /** What the server would do, were it not for the names of the time-outs. */
  unnamed: { ...ONCE, retry: { ...retry, nonRetryableErrorTypes: [] } },
} as const satisfies Record<string, ActivityOptions>;

export type PolicyName = keyof typeof POLICIES;
export type TimeOut = 'scheduleToStartTimeout' | 'startToCloseTimeout' | 'heartbeatTimeout';

/** @returns the attempt that succeeded */
export function callWith(policy: PolicyName, timeOut: TimeOut): Promise<number> {
  const { call } = proxyActivities<ScriptedActivities>({
    ...POLICIES[policy],
    [timeOut]: SOON_MS,
  });
  return call();
}
