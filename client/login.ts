/**
 * What a person's device does: the login by authorization code with PKCE, and the key that a TOTP set-up is sealed to.
 *
 * @module
 */
export { DeviceKey, type PrivateDeviceKey, type Sealed, SealedUnreadable } from './device-key.ts';
export {
  beginLogin,
  type BegunLogin,
  finishLogin,
  LOGIN_SCOPE,
  LoginCallbackError,
  type LoginSettings,
  type PendingLogin,
} from './pkce-login.ts';
export type {
  CodeProof,
  PublicDeviceKey,
  RecoveryCodeSetUp,
  TotpSetUp,
} from '../workflows/contract/enroll-mfa.ts';
