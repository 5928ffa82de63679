/**
 * Enrollments: start one, deliver what its person does, read where it stands and how it ended.
 *
 * @module
 */
export {
  EnrollmentClient,
  type EnrollmentClientOptions,
  type StartedEnrollment,
} from './enrollment-client.ts';
export {
  Enrollment,
  type EnrollmentOptions,
  RESULT_DEADLINE_MS,
  type UpdateOptions,
} from './enrollment.ts';
export type { CallOptions } from './temporal-call.ts';
export type { EnrollmentDescription } from './enrollment-description.ts';
export type { EnrollmentFilter } from './enrollment-list.ts';
export type { EnrollmentResult } from './enrollment-result.ts';
export * from './errors.ts';
export {
  type CheckedPhoneNumber,
  checkPhoneNumber,
  type CountryCode,
  normalisePhoneNumber,
  parseCountry,
  type PhoneNumberRules,
} from './phone-number.ts';
export type { ComparedField, StartEnrollmentInput } from './start-enrollment.ts';
export { connectTemporalClient, TemporalUnreachableError } from '../temporal/connection.ts';
export {
  type EncryptionConfig,
  resolveTemporalConfig,
  type TemporalConfig,
  TemporalConfigError,
} from '../temporal/config.ts';
export {
  type Accepted,
  type CancelAnswer,
  type CancelMessage,
  type CodeAnswer,
  type CodeProof,
  DEFAULT_PLAN,
  type EndReason,
  type ExtendDeadlineMessage,
  type ExtensionAnswer,
  type Factor,
  type FactorProgress,
  FACTORS,
  type FactorStatus,
  type FailureReason,
  type FaultReason,
  LIMITS,
  type LoginAnswer,
  type LoginProof,
  type NextAction,
  type Orphan,
  type Outcome,
  type Phase,
  type Progress,
  type RecoveryCodeStatus,
  type Refusal,
  type Refused,
  type ResendAnswer,
  type RetryMessage,
  type SealedRecoveryCode,
  type SealedTotpSetUp,
  type SetUp,
  type TokenProof,
} from '../workflows/contract/enroll-mfa.ts';
export { enrollMfaWorkflowId } from '../workflows/contract/workflow-id.ts';
