/** What `/oauth/token` is asked for. */
export const GRANTS = {
  authorizationCode: 'authorization_code',
  password: 'password',
  passwordRealm: 'http://auth0.com/oauth/grant-type/password-realm',
  refreshToken: 'refresh_token',
  clientCredentials: 'client_credentials',
  mfaOob: 'http://auth0.com/oauth/grant-type/mfa-oob',
  mfaOtp: 'http://auth0.com/oauth/grant-type/mfa-otp',
  mfaRecoveryCode: 'http://auth0.com/oauth/grant-type/mfa-recovery-code',
} as const;

export type MfaGrantType = (typeof GRANTS)['mfaOob' | 'mfaOtp' | 'mfaRecoveryCode'];

/** Marks a token that no person stands behind. */
export const PROGRAM = 'client-credentials';
