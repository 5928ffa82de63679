/** Turns a verdict into what an activity throws: one `ApplicationFailure`, free of secrets. */
import { ApplicationFailure } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { waitAskedFor } from './auth0/rate-limit.ts';
import type { Outcome } from './auth0/request.ts';
import { errorBody } from './auth0/schemas.ts';
import type { FailureDetail } from './enrollment-activities.ts';
import { classify, type EndpointGroup, FAILURES, type FailureType } from './failures.ts';

/** A longer wait is the workflow's business: it tells the person until when. */
export const RETRY_IN_ACTIVITY_MS_MAX = 10_000;

/** Where Auth0 says too much is asked of it, and not for how long. */
export const WAIT_MS_DEFAULT = 1_000;

/** As they stand in messages and in {@link FailureDetail}. */
export const ENDPOINTS: Record<EndpointGroup, string> = {
  exchange: 'POST /oauth/token (authorization_code)',
  associate: 'POST /mfa/associate',
  confirm: 'POST /oauth/token (mfa)',
  list: 'GET /mfa/authenticators',
  delete: 'DELETE /mfa/authenticators/{id}',
};

export interface FailureInput extends FailureDetail {
  /** What was found wrong, without any value of it. */
  readonly rule: string;
  readonly nextRetryDelayMs?: number;
}

export function failure(input: FailureInput): ApplicationFailure {
  const { rule, nextRetryDelayMs, ...detail } = input;
  const { nonRetryable, expected } = FAILURES[input.type];
  const status = input.status === undefined ? '' : ` (${input.status})`;
  const remedy = input.remedy === undefined ? '' : ` ${input.remedy}`;
  return ApplicationFailure.create({
    type: input.type,
    message: `${input.endpoint}${status}: ${rule}${remedy}`,
    // A wait that has an end to be told is told, not slept through.
    nonRetryable: nonRetryable || input.retryAt !== undefined,
    details: [detail satisfies FailureDetail],
    ...(nextRetryDelayMs !== undefined && { nextRetryDelay: nextRetryDelayMs }),
    ...(expected && { category: ApplicationFailureCategory.BENIGN }),
  });
}

/** Of a call that brought no success. @param now epoch ms on the worker's clock. */
export function failureOf(group: EndpointGroup, outcome: Outcome, now: number): ApplicationFailure {
  const endpoint = ENDPOINTS[group];
  if (outcome.kind !== 'reply') {
    const repeatable = group === 'list' || group === 'delete';
    const type = outcome.kind === 'not-sent' || repeatable ? 'unavailable' : 'ambiguous';
    const rule = outcome.kind === 'not-sent' ? 'the request was not sent' : 'the reply was lost';
    return failure({ type, endpoint, rule: `${rule} (${outcome.cause}).` });
  }
  const { status, headers } = outcome;
  const verdict = classify(group, { status, ...errorBody(outcome.body) });
  const { type } = verdict;
  return failure({
    ...{ ...verdict, endpoint, status, rule: `${type.replaceAll('-', ' ')}.` },
    ...waiting(type, waitAskedFor(headers, now), now),
  });
}

function waiting(
  type: FailureType,
  asked: number | undefined,
  now: number,
): Pick<FailureInput, 'retryAt' | 'nextRetryDelayMs'> {
  if (FAILURES[type].class !== 'wait') return {};
  // The per-user quotas are not what the headers count, so a short reset says nothing of them.
  if (type !== 'rate-limited') return {};
  const wait = asked ?? WAIT_MS_DEFAULT;
  if (wait > RETRY_IN_ACTIVITY_MS_MAX) return { retryAt: now + wait };
  return { nextRetryDelayMs: Math.max(wait, 1) };
}
