import { WorkflowFailedError } from '@temporalio/client';
import {
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
import type {
  EnrollMfaFailureDetail,
  EnrollMfaResult,
  FactorProgress,
  FailureReason,
  Orphan,
  RecoveryCodeStatus,
} from '../workflows/contract/enroll-mfa.ts';

/** How an enrollment ended, whichever way the run was closed. */
export type EnrollmentResult =
  | {
      readonly outcome: 'enrolled' | 'expired';
      readonly factors: readonly FactorProgress[];
      readonly recoveryCode: RecoveryCodeStatus;
      readonly orphans: readonly Orphan[];
    }
  | {
      readonly outcome: 'cancelled';
      /** `temporal` where Temporal's own Cancel was used. */
      readonly cancelledBy: string;
      readonly reason: string;
      /** Absent after Temporal's own Cancel, which has no result; the query `progress` tells. */
      readonly factors?: readonly FactorProgress[];
      readonly recoveryCode?: RecoveryCodeStatus;
      readonly orphans?: readonly Orphan[];
    }
  | {
      readonly outcome: 'failed';
      /** `terminated`, `timed-out`: ended by an operator or by a limit, without a clean-up. */
      readonly reason: FailureReason | 'terminated' | 'timed-out' | 'unknown';
      readonly message: string;
      readonly factors?: readonly FactorProgress[];
      readonly orphans?: readonly Orphan[];
    };

const FAILURE_REASONS: Record<FailureReason, true> = {
  'invalid-input': true,
  'too-many-messages': true,
  'no-sends-left': true,
  'no-number-changes-left': true,
};

export function completedResult(result: EnrollMfaResult): EnrollmentResult {
  const { outcome, factors, recoveryCode, orphans } = result;
  if (outcome !== 'cancelled') return { outcome, factors, recoveryCode, orphans };
  const { cancelledBy = 'unknown', reason = '' } = result;
  return { outcome, cancelledBy, reason, factors, recoveryCode, orphans };
}

/** Of a run that did not complete. Anything but a closed run's error is not ours to judge. */
export function failedResult(error: unknown): EnrollmentResult | undefined {
  if (!(error instanceof WorkflowFailedError)) return undefined;
  const { cause } = error;
  if (cause instanceof CancelledFailure) {
    return {
      outcome: 'cancelled',
      cancelledBy: 'temporal',
      reason: 'cancelled through Temporal',
    };
  }
  if (cause instanceof TerminatedFailure) {
    return { outcome: 'failed', reason: 'terminated', message: cause.message };
  }
  if (cause instanceof TimeoutFailure) {
    return { outcome: 'failed', reason: 'timed-out', message: cause.message };
  }
  if (!(cause instanceof ApplicationFailure)) {
    return { outcome: 'failed', reason: 'unknown', message: cause?.message ?? error.message };
  }
  const detail: unknown = cause.details?.[0];
  return {
    outcome: 'failed',
    reason: isFailureReason(cause.type) ? cause.type : 'unknown',
    message: cause.message,
    ...(isFailureDetail(detail) && { factors: detail.factors, orphans: detail.orphans }),
  };
}

function isFailureReason(type: string | null | undefined): type is FailureReason {
  return typeof type === 'string' && Object.hasOwn(FAILURE_REASONS, type);
}

function isFailureDetail(detail: unknown): detail is EnrollMfaFailureDetail {
  return (
    typeof detail === 'object' &&
    detail !== null &&
    'factors' in detail &&
    Array.isArray(detail.factors) &&
    'orphans' in detail &&
    Array.isArray(detail.orphans)
  );
}
