/** Types of the failures of calls to Auth0, the endpoints, and the detail that a failure carries. */

/** What a call to Auth0 can end in besides success. */
export type FailureType =
  // ask again
  | 'wrong-code'
  // new code
  | 'code-expired'
  // new login
  | 'login-code-refused'
  | 'login-unfinished'
  | 'invalid-id-token'
  | 'invalid-access-token'
  | 'wrong-user'
  | 'wrong-audience'
  | 'missing-scope'
  | 'stale-login'
  | 'mfa-not-challenged'
  | 'token-expired'
  | 'device-key-missing'
  | 'device-key-mismatch'
  | 'needs-mfa-api-token'
  // ask the person for another number
  | 'phone-number-refused'
  // wait
  | 'rate-limited'
  | 'sms-quota-spent'
  | 'too-many-wrong-codes'
  // the request was certainly not processed
  | 'unavailable'
  // the request may or may not have been processed
  | 'ambiguous'
  // an operator's fault: nobody's waiting mends it
  | 'configuration-fault'
  // a reply that this release does not know
  | 'unexpected-response';

/** Which call it was: the same text can mean different things to them. */
export type Endpoint =
  /** The activity sends no request. */
  | 'none'
  | 'POST /oauth/token (authorization_code)'
  | 'POST /oauth/token (mfa-oob)'
  | 'POST /oauth/token (mfa-otp)'
  | 'POST /mfa/associate'
  | 'GET /mfa/authenticators'
  | 'DELETE /mfa/authenticators/{id}';

/** First detail of each failure; holds no secret and no personal datum. */
export interface FailureDetail {
  readonly type: FailureType;
  readonly endpoint: string;
  /** HTTP status, where a reply came. */
  readonly status?: number;
  /** Auth0's `error`, where it sent one that we know. */
  readonly error?: string;
  /** For failures of the class `wait`: not before, epoch ms on the worker's clock. */
  readonly retryAt?: number;
  /** For `configuration-fault`: what to mend, in words for an operator. */
  readonly remedy?: string;
}
