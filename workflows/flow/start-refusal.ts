import {
  ApplicationFailure,
  defineUpdate,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { type FailureReason, MEMO, UPDATES } from '../contract/enroll-mfa.ts';
import {
  MFA_OUTCOME,
  MFA_PHASE,
  MFA_REASON,
  MFA_REQUESTED_BY,
  MFA_WAITING_SINCE,
} from '../contract/search-attributes.ts';
import { check } from '../contract/shape.ts';
import { requester } from '../contract/shapes.ts';
import { refusedStart } from '../rules/current-details.ts';
import type { EnrollmentState } from '../rules/enrollment-state.ts';
import { progressOf } from '../rules/progress-view.ts';

/** A start that is refused ends before there is a run; an administrator looks for it all the same. */
export function showRefusedStart(
  input: unknown,
  problems: readonly string[],
  state: EnrollmentState,
): void {
  const asked = check(requester, input);
  setCurrentDetails(refusedStart(problems, Date.now()));
  upsertMemo({ [MEMO.progress]: progressOf(state, Date.now()) });
  upsertSearchAttributes([
    { key: MFA_PHASE, value: 'failed' },
    { key: MFA_OUTCOME, value: 'failed' },
    { key: MFA_REASON, value: 'invalid-input' },
    { key: MFA_WAITING_SINCE, value: new Date() },
    ...(asked.ok ? [{ key: MFA_REQUESTED_BY, value: asked.value.requestedBy }] : []),
  ]);
}

/** An update that came with the start is refused for the same reason as the start. */
export function refuseFirstUpdate(message: string): void {
  const reason: FailureReason = 'invalid-input';
  const validator = () => {
    throw ApplicationFailure.nonRetryable(message, reason);
  };
  for (const name of Object.values(UPDATES)) {
    setHandler(defineUpdate(name), () => undefined, { validator });
  }
}
