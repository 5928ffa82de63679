/**
 * What the workflow may ask of the outside world: the shapes that cross the boundary between
 * decisions (workflow) and calls (activities). Types only, so that the workflow bundle can name
 * them without pulling in a line of this folder's code.
 *
 * Inputs only grow: a worker of the next release still runs activities that this one scheduled.
 */

export type Factor = 'sms' | 'totp';

/** A JWE under the workers' own key (`dir`, A256GCM). The workflow carries it unread. */
export type WorkerSealed = string;

/** A public P-256 key (RFC 7517) that the user's device made; its private half never leaves it. */
export interface PublicDeviceKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

/** A JWE (ECDH-ES + A256GCM) that only the device whose key has thumbprint `kid` can open. */
export interface DeviceSealed {
  /** RFC 7638 thumbprint (SHA-256, base64url) of the public key it is sealed to. */
  readonly kid: string;
  /** Compact JWE; the plaintext is JSON: {@link TotpSetUp} or {@link RecoveryCodeSetUp}. */
  readonly jwe: string;
}

/** Plaintext of a sealed TOTP set-up. */
export interface TotpSetUp {
  readonly secret: string;
  readonly barcodeUri: string;
}

/** Plaintext of a sealed recovery code. */
export interface RecoveryCodeSetUp {
  readonly recoveryCode: string;
}

/** Proof of a login: an authorization code with its PKCE verifier, not exchanged yet. */
export interface CodeProof {
  readonly code: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
  /** Where there is `sealTo`, it ends in `.` and that key's RFC 7638 thumbprint. */
  readonly nonce: string;
  readonly sealTo?: PublicDeviceKey;
}

/** Proof of a login whose code the caller has exchanged already. */
export interface TokenProof {
  readonly accessToken: string;
  readonly idToken: string;
  readonly sealTo?: PublicDeviceKey;
}

export interface Authenticator {
  /** Auth0's id, `sms|dev_…`; empty where it gave none, in an entry of which nothing else is known. */
  readonly id: string;
  readonly kind: AuthenticatorKind;
  /**
   * `true` once a code for it was confirmed, `false` before. Absent where Auth0 does not say: then it
   * is not taken for confirmed, nor for one that may be deleted.
   */
  readonly active?: boolean;
  /** As Auth0 masks it: `XXXXXXXXX9167` in its replies, `+1123XXXXX` in its documents. */
  readonly maskedName?: string;
}

export type AuthenticatorKind =
  'sms' | 'voice' | 'totp' | 'push' | 'email' | 'recovery-code' | 'other';

export interface OpenSessionInput {
  readonly tenant: string;
  readonly userId: string;
  readonly proof: CodeProof | TokenProof;
  /** `iat` (epoch seconds, Auth0's clock) of the last confirmation: the login must not be older. */
  readonly confirmedAt?: number;
  /** A TOTP step needs somebody to seal the set-up to. */
  readonly deviceKeyRequired: boolean;
  /** Epoch ms on the worker's clock: past it nothing is written, for the proof is dead. */
  readonly notAfter: number;
}

export interface Session {
  /** The MFA API access token. */
  readonly accessToken: WorkerSealed;
  /** When the token dies, epoch ms on the worker's clock. */
  readonly expiresAt: number;
  /** What `GET /mfa/authenticators` said when the session opened. */
  readonly authenticators: readonly Authenticator[];
}

export interface AssociateInput {
  readonly tenant: string;
  readonly accessToken: WorkerSealed;
  readonly factor: Factor;
  /** E.164; for `sms`. */
  readonly phoneNumber?: string;
  /** For `totp`; and for `sms` where a recovery code may come with it. */
  readonly sealTo?: PublicDeviceKey;
  /** Epoch ms on the worker's clock: past it nothing is written, for too little of the session is left to answer in. */
  readonly notAfter: number;
}

export interface Association {
  /** For `sms`: what `/oauth/token` wants back beside the code. */
  readonly oobCode?: WorkerSealed;
  /** For `totp`: a {@link TotpSetUp}. */
  readonly setUp?: DeviceSealed;
  /** A {@link RecoveryCodeSetUp}; `'lost'` where one came and there was no key to seal it to. */
  readonly recoveryCode?: DeviceSealed | 'lost';
}

export interface ConfirmInput {
  readonly tenant: string;
  readonly accessToken: WorkerSealed;
  readonly factor: Factor;
  /** Six digits. */
  readonly code: string;
  /** For `sms`. */
  readonly oobCode?: WorkerSealed;
  /** Epoch ms on the worker's clock: past it nothing is written, for the challenge is over. */
  readonly notAfter: number;
}

export interface Confirmation {
  /** `iat` of the token that confirming brought, epoch seconds on Auth0's clock; absent where it has none. */
  readonly confirmedAt?: number;
}

export interface ListAuthenticatorsInput {
  readonly tenant: string;
  readonly accessToken: WorkerSealed;
}

export interface DeleteAuthenticatorInput {
  readonly tenant: string;
  readonly accessToken: WorkerSealed;
  readonly authenticatorId: string;
  /** Epoch ms on the worker's clock: past it nothing is written, for the token is dead. */
  readonly notAfter: number;
}

/**
 * Every rejection is an `ApplicationFailure` whose `type` is a {@link FailureType} and whose first
 * detail is a `FailureDetail`.
 */
export interface EnrollmentActivities {
  /** Rejects with a `configuration-fault` where the worker serves another one. Asks nobody. */
  readonly servesTenant: (input: { readonly tenant: string }) => Promise<void>;
  /** Exchanges a code proof (or takes the tokens), checks whose login it is and how fresh, lists. */
  readonly openSession: (input: OpenSessionInput) => Promise<Session>;
  /** `POST /mfa/associate`, once: sends an SMS, or makes a TOTP secret. Not idempotent. */
  readonly associate: (input: AssociateInput) => Promise<Association>;
  /** The `mfa-oob` or `mfa-otp` grant: makes the factor active. Tokens that it brings are dropped. */
  readonly confirm: (input: ConfirmInput) => Promise<Confirmation>;
  readonly listAuthenticators: (input: ListAuthenticatorsInput) => Promise<Authenticator[]>;
  /** Already gone counts as done. */
  readonly deleteAuthenticator: (input: DeleteAuthenticatorInput) => Promise<void>;
}
