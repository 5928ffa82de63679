/** What a call failed with, read from what Temporal throws. */
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { type CallFailure, RESPONSES } from '../rules/failure-responses.ts';
import type { FailureDetail, FailureType } from '../../activities/failure-types.ts';

/** What the codec of a worker throws whose keyring lacks a key: it could not read what it was asked to do. */
const PAYLOAD_KEY_MISSING = 'PayloadKeyMissing';
const UNREADABLE: CallFailure = {
  type: 'configuration-fault',
  unsent: true,
  detail: {
    type: 'configuration-fault',
    endpoint: 'none',
    remedy:
      'A worker lacks a payload key that others have: give all workers the same MFA_PAYLOAD_KEYS_FILE ' +
      '(docs/encryption.md).',
  },
};

/** Reads what an activity failed with. Time-outs of a started attempt may have had their effect. */
export function callFailure(error: unknown): CallFailure {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) {
    return { type: cause.timeoutType === 'SCHEDULE_TO_START' ? 'unavailable' : 'ambiguous' };
  }
  if (cause instanceof ApplicationFailure && cause.type === PAYLOAD_KEY_MISSING) return UNREADABLE;
  if (cause instanceof ApplicationFailure && isFailureType(cause.type)) {
    const detail: unknown = cause.details?.[0];
    return isFailureDetail(detail) ? { type: cause.type, detail } : { type: cause.type };
  }
  return { type: 'unexpected-response' };
}

function isFailureType(type: unknown): type is FailureType {
  return typeof type === 'string' && Object.hasOwn(RESPONSES, type);
}

function isFailureDetail(detail: unknown): detail is FailureDetail {
  return typeof detail === 'object' && detail !== null && 'endpoint' in detail;
}
