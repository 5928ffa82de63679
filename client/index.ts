/** What a program of yours imports to start enrollments and to deliver what people do. */
export * from './enrollment-client.ts';
export * from './enrollment.ts';
export type { EnrollmentResult } from './enrollment-result.ts';
export * from './errors.ts';
export { OwnerFileError } from '../temporal/owner-file.ts';
export * from './phone-number.ts';
export * from './pkce-login.ts';
export * from './device-key.ts';
export type { ComparedField, StartEnrollmentInput } from './start-enrollment.ts';
export { connectTemporalClient, TemporalUnreachableError } from '../temporal/connection.ts';
export { resolveTemporalConfig, TemporalConfigError } from '../temporal/config.ts';
export * from '../temporal/encryption/encryption-plugin.ts';
export type { KeyEnvelope } from '../temporal/encryption/key-envelope.ts';
export * from '../temporal/encryption/keyring.ts';
export { KeyringError } from '../temporal/encryption/keyring-file.ts';
export { EncryptionRequired, EncryptionUnknown } from '../temporal/encryption/namespace-mark.ts';
export { PayloadKeyMissing, PayloadRefused } from '../temporal/encryption/payload-codec.ts';
