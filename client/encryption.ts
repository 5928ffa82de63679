/**
 * Encryption of what Temporal stores, for a program with a `Client` of its own; `connectTemporalClient` does all of
 * it by the environment.
 *
 * @module
 */
export {
  EncryptionPlugin,
  type EncryptionPluginOptions,
  openEncryption,
} from '../temporal/encryption/encryption-plugin.ts';
export type { KeyEnvelope } from '../temporal/encryption/key-envelope.ts';
export {
  FileKeyring,
  type FileKeyringOptions,
  type PayloadKey,
  type PayloadKeys,
} from '../temporal/encryption/keyring.ts';
export { KeyringError } from '../temporal/encryption/keyring-file.ts';
export { EncryptionRequired, EncryptionUnknown } from '../temporal/encryption/namespace-mark.ts';
export { PayloadKeyMissing, PayloadRefused } from '../temporal/encryption/payload-codec.ts';
