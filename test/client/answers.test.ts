import { describe, expect, it } from '@jest/globals';
import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import {
  ApplicationFailure,
  CancelledFailure,
  RetryState,
  TerminatedFailure,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import { completedResult, failedResult } from '../../client/enrollment-result.ts';
import { EnrollmentEnded, InvalidInput, NoAnswerYet } from '@durable-mfa/client';
import { rejectionOf } from '../../client/refusal.ts';

const FACTORS = [{ factor: 'sms', status: 'enrolled' }] as const;
const ORPHANS = [{ factor: 'totp', why: 'no-live-token' }] as const;

function failed(cause: Error | undefined): WorkflowFailedError {
  return new WorkflowFailedError('failed', cause, RetryState.NON_RETRYABLE_FAILURE);
}

describe('the result of an enrollment', () => {
  it.each(['enrolled', 'expired'] as const)('that is %s, is the workflow’s own', (outcome) => {
    const result = { outcome, factors: FACTORS, recoveryCode: 'saved', orphans: ORPHANS } as const;
    expect(completedResult(result)).toEqual(result);
  });

  it('that was cancelled, says by whom and why', () => {
    const rest = { factors: FACTORS, recoveryCode: 'none', orphans: [] } as const;
    const cancelled = {
      outcome: 'cancelled',
      cancelledBy: 'ops',
      reason: 'left',
      ...rest,
    } as const;
    expect(completedResult(cancelled)).toEqual(cancelled);
  });

  it.each<[string, Error | undefined, object]>([
    [
      'failed with a reason and what stands',
      ApplicationFailure.nonRetryable('m', 'no-sends-left', {
        reason: 'no-sends-left',
        factors: FACTORS,
        orphans: ORPHANS,
      }),
      { reason: 'no-sends-left', message: 'm', factors: FACTORS, orphans: ORPHANS },
    ],
    [
      'failed for a reason of a later release',
      ApplicationFailure.nonRetryable('m', 'new-reason'),
      { reason: 'unknown', message: 'm' },
    ],
    [
      'was terminated',
      new TerminatedFailure('by ops'),
      { reason: 'terminated', message: 'by ops' },
    ],
    [
      'timed out',
      new TimeoutFailure('late', undefined, TimeoutType.START_TO_CLOSE),
      { reason: 'timed-out', message: 'late' },
    ],
    ['failed without a cause', undefined, { reason: 'unknown', message: 'failed' }],
  ])('that %s, is failed', (_what, cause, expected) => {
    expect(failedResult(failed(cause))).toEqual({ outcome: 'failed', ...expected });
  });

  it('that Temporal’s own Cancel ended, is cancelled by temporal', () => {
    expect(failedResult(failed(new CancelledFailure('Workflow canceled')))).toEqual({
      outcome: 'cancelled',
      cancelledBy: 'temporal',
      reason: 'cancelled through Temporal',
    });
  });

  it('is none where the run has not ended', () => {
    expect(failedResult(new Error('connection lost'))).toBeUndefined();
  });
});

describe('a failed update', () => {
  const rejected = (type: string) =>
    new WorkflowUpdateFailedError('rejected', ApplicationFailure.nonRetryable('The hint.', type));

  it('is a refusal where its type is one', () => {
    expect(rejectionOf(rejected('superseded'))).toEqual({
      refusal: 'superseded',
      hint: 'The hint.',
    });
  });

  it('is the end where the run closed before it answered', () => {
    expect(rejectionOf(rejected('AcceptedUpdateCompletedWorkflow'))?.refusal).toBe('ended');
  });

  it.each([rejected('some-bug'), rejected('toString'), new Error('x')])(
    'is no refusal otherwise',
    (error) => {
      expect(rejectionOf(error)).toBeUndefined();
    },
  );
});

describe('an error of the client', () => {
  it('says the rule and the way out, and holds its facts', () => {
    const late = new NoAnswerYet({
      ...{ workflowId: 'id', what: 'submitCode', waitedMs: 25_004, idempotencyKey: 'u1' },
    });
    expect(late).toMatchObject({
      ...{ code: 'no-answer-yet', asked: 'submitCode', idempotencyKey: 'u1', waitedMs: 25_004 },
    });
    expect(late.message).toBe(
      'id has not answered submitCode after 25 s. It may still take effect: ask again with ' +
        'idempotencyKey u1, and check that a worker is up and what it logs.',
    );
    // What a query's error says is no promise about an effect.
    expect(new NoAnswerYet({ workflowId: 'id', what: 'progress', waitedMs: 22.4 }).message).toBe(
      'id has not answered progress after 22 ms. Ask again, and check that a worker is up and what ' +
        'it logs.',
    );
    expect(new EnrollmentEnded('id', 'expired').message).toBe(
      'The enrollment id has ended (expired). Read how with result(), or start a new one.',
    );
    expect(new InvalidInput('The code', ['code: must be x', 'challenge: y']).message).toBe(
      'The code is invalid: code: must be x; challenge: y.',
    );
  });
});
