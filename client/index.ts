/** What a program of yours imports to start enrollments and to deliver what people do. */
export * from './enrollment-client.ts';
export * from './enrollment.ts';
export type { EnrollmentResult } from './enrollment-result.ts';
export * from './errors.ts';
export { OwnerFileError } from './owner-file.ts';
export * from './phone-number.ts';
export * from './pkce-login.ts';
export * from './device-key.ts';
export type { ComparedField, StartEnrollmentInput } from './start-enrollment.ts';
export { connectTemporalClient, TemporalUnreachableError } from './temporal/connection.ts';
export { resolveTemporalConfig, TemporalConfigError } from './temporal/config.ts';
export * from './temporal/encryption-plugin.ts';
export type { KeyEnvelope } from './temporal/key-envelope.ts';
export * from './temporal/keyring.ts';
export { KeyringError } from './temporal/keyring-file.ts';
export { EncryptionRequired, EncryptionUnknown } from './temporal/namespace-mark.ts';
export { PayloadKeyMissing, PayloadRefused } from './temporal/payload-codec.ts';
